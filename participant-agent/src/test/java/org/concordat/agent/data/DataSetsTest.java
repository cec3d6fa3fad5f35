package org.concordat.agent.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.concordat.agent.data.DataSets.DataChangedException;
import org.concordat.secureagg.Digest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Data and the digest that was consented to. */
class DataSetsTest {
  @TempDir Path directory;
  private Toy toy;
  private DataSets sets;
  private Digest consented;

  @BeforeEach
  void toy() throws IOException {
    toy = new Toy(directory);
    sets = DataSets.load(List.of(toy.description), toy.root);
    consented = new Digest(sets.find("toy").orElseThrow().digest());
  }

  @Test
  void whatIsAsItWasIsGiven() throws Exception {
    assertThat(sets.consented("toy", consented).trainRows()).isEqualTo(2);
    toy.rows("train.csv", Toy.GOOD); // written anew, the same bytes
    assertThat(sets.consented("toy", consented).trainRows()).isEqualTo(2);
    assertThat(sets.current("toy").orElseThrow().digest()).isEqualTo(consented.bytes());
  }

  @Test
  void anotherRowIsNoticedAndBothDigestsAreTold() throws Exception {
    toy.rows("train.csv", Toy.GOOD + "50,100,1,,0\n");
    assertThatThrownBy(() -> sets.consented("toy", consented))
        .isInstanceOf(DataChangedException.class)
        .hasMessageContaining("consented " + consented.shortHex())
        .hasMessageContaining(", now ")
        .hasMessageNotContaining("now " + consented.shortHex());
    Digest now = new Digest(sets.current("toy").orElseThrow().digest());
    assertThat(now).isNotEqualTo(consented);
    assertThat(sets.consented("toy", now).trainRows()).isEqualTo(3);
    assertThatThrownBy(() -> sets.consented("toy", consented))
        .isInstanceOf(DataChangedException.class);
    toy.rows("train.csv", Toy.GOOD);
    assertThat(sets.consented("toy", consented).trainRows()).as("changed back").isEqualTo(2);
  }

  /** Other rows of the same files: another reading is no consent. */
  @Test
  void aDescriptionThatWasChangedIsNoticed() throws Exception {
    String reading = sets.find("toy").orElseThrow().reading().hex();
    assertThat(sets.consented("toy", consented, reading).trainRows()).isEqualTo(2);
    assertThat(DataSets.load(List.of(toy.description), toy.root).find("toy").orElseThrow())
        .as("the same description reads the same")
        .satisfies(again -> assertThat(again.reading().hex()).isEqualTo(reading));
    assertThatThrownBy(() -> sets.consented("toy", consented, "ab".repeat(32)))
        .isInstanceOf(DataChangedException.class)
        .hasMessageContaining("read otherwise than consented to")
        .hasMessageContaining("consented abababababab");
  }

  /** The same size, and the time put back: the inode's own time tells. */
  @Test
  void aChangeWithTheOldTimeIsNoticed() throws Exception {
    Path file = toy.root.resolve("train.csv");
    FileTime before = Files.getLastModifiedTime(file);
    Thread.sleep(20);
    toy.rows("train.csv", Toy.GOOD.replace("61,130.5", "61,131.5"));
    Files.setLastModifiedTime(file, before);
    assertThatThrownBy(() -> sets.consented("toy", consented))
        .isInstanceOf(DataChangedException.class);
  }

  @Test
  void theTestRowsCountToo() throws Exception {
    toy.rows("test.csv", Toy.HEADER + "59,141,3,,2\n");
    assertThatThrownBy(() -> sets.consented("toy", consented))
        .isInstanceOf(DataChangedException.class);
  }

  @Test
  void aMissingFileIsAChangeAndAnInvalidOneIsRefusedAsSuch() throws Exception {
    Files.delete(toy.root.resolve("train.csv"));
    assertThatThrownBy(() -> sets.consented("toy", consented))
        .isInstanceOf(DataChangedException.class)
        .hasMessageContaining("now unreadable");
    toy.rows("train.csv", "age\n");
    assertThatThrownBy(() -> sets.current("toy")).isInstanceOf(InvalidDataException.class);
    assertThat(sets.current("absent")).isEmpty();
  }
}
