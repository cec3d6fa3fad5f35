package org.concordat.coordinator.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.concordat.certs.MemberId;
import org.concordat.iam.PersonNames;
import org.concordat.iam.token.TokenRefusedException;
import org.concordat.store.Database;
import org.concordat.store.SqlEntries;
import org.concordat.store.StoreLocation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A person's key lasts until it is destroyed, and is nowhere then. */
class PersonKeysTest {
  private static final MemberId LYON = new MemberId("lyon");
  private static final MemberId ZURICH = new MemberId("zurich");
  private static final String ANNA = "0a".repeat(32);
  private static final String BEAT = "0b".repeat(32);

  @TempDir Path directory;

  private Database open() {
    return Database.open(StoreLocation.sqlite(directory.resolve("state")));
  }

  @Test
  void aKeyLastsAndOnlyItsMemberDestroysIt() throws Exception {
    byte[] anna;
    byte[] beat;
    try (Database database = open()) {
      PersonKeys keys = new PersonKeys(new SqlEntries(database), 2);
      anna = keys.keyOf(ANNA, LYON);
      beat = keys.keyOf(BEAT, LYON);
      assertThat(anna).hasSize(PersonNames.KEY_BYTES).isNotEqualTo(beat);
      assertThat(keys.keyOf(ANNA, LYON)).isEqualTo(anna);
    }
    try (Database database = open()) {
      PersonKeys keys = new PersonKeys(new SqlEntries(database), 2);
      assertThat(keys.keyOf(ANNA, LYON)).as("after a restart").isEqualTo(anna);
      String name = PersonNames.name(ANNA, anna);
      assertThat(keys.forget(name, ZURICH)).as("another member's").isFalse();
      assertThat(keys.forget("nobody", LYON)).isFalse();
      assertThat(keys.forget(name, LYON)).isTrue();
      assertThat(keys.forget(name, LYON)).as("and again: it is").isTrue();
      assertThat(keys.forgotten()).containsExactly("lyon/" + name);
      assertThat(keys.keyOf(ANNA, LYON)).as("who comes again is another").isNotEqualTo(anna);
      assertThat(keys.keyOf(BEAT, LYON)).as("others stay").isEqualTo(beat);
      assertThat(keys.keyOf(BEAT, ZURICH)).as("of another member").isNotEqualTo(beat);
      String third = "0c".repeat(32);
      assertThatThrownBy(() -> keys.keyOf(third, LYON))
          .isInstanceOf(TokenRefusedException.class)
          .hasMessageContaining("2 people of lyon")
          .hasMessageContaining("people-per-member");
      assertThat(keys.forget(PersonNames.name(BEAT, beat), LYON)).isTrue();
      assertThat(keys.keyOf(third, LYON)).as("there is room again").isNotEmpty();
    }
  }

  @Test
  void noFileOfTheStoreLeadsToADestroyedKey() throws Exception {
    try (Database database = open()) {
      PersonKeys keys = new PersonKeys(new SqlEntries(database), 2);
      byte[] anna = keys.keyOf(ANNA, LYON);
      assertThat(keys.forget(PersonNames.name(ANNA, anna), LYON)).isTrue();
      String digits = HexFormat.of().formatHex(anna);
      for (Path file : files()) {
        String content = HexFormat.of().formatHex(Files.readAllBytes(file));
        assertThat(content).as("%s", file).doesNotContain(digits);
        assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
            .doesNotContain(digits);
      }
    }
  }

  private List<Path> files() throws Exception {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(Files::isRegularFile).toList();
    }
  }
}
