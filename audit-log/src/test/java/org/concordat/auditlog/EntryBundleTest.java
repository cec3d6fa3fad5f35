package org.concordat.auditlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EntryBundleTest {
  private static final Path FILE = Path.of("tile/entries/000");

  private static byte[] bundle(int entries) {
    List<byte[]> all =
        IntStream.range(0, entries).mapToObj(i -> Samples.entry(i).canonicalBytes()).toList();
    ByteBuffer bytes = ByteBuffer.allocate(Tiles.bytes(all));
    Tiles.put(bytes, all);
    return bytes.array();
  }

  @Test
  void itsEntriesLieWhereTheLengthsSay() {
    EntryBundle bundle = EntryBundle.of(FILE, bundle(300), 300);
    EntryScan scan = new EntryScan();
    for (int i : new int[] {0, 1, 255, 256, 299}) {
      byte[] expected = Samples.entry(i).canonicalBytes();
      assertThat(Arrays.copyOfRange(bundle.bytes(), bundle.from(i), bundle.to(i)))
          .isEqualTo(expected);
      assertThat(bundle.parse(i, i)).isEqualTo(Samples.entry(i));
      assertThat(bundle.hasId(i, i, Samples.entry(i).idBytes(), scan)).isTrue();
      assertThat(bundle.hasId(i, i, Samples.entry(i + 1).idBytes(), scan)).isFalse();
    }
    assertThat(Tiles.entries(bundle(300))).hasSize(300);
    assertThat(Tiles.entries(new byte[0])).isEmpty();
  }

  /** An entry that has to be parsed has its id all the same. */
  @Test
  void anEntryBeyondAsciiHasItsId() {
    byte[] entry = Samples.entry(1).detail("name", "Zürich").canonicalBytes();
    byte[] bytes =
        ByteBuffer.allocate(2 + entry.length).putShort((short) entry.length).put(entry).array();
    EntryBundle bundle = EntryBundle.of(FILE, bytes, 1);
    assertThat(bundle.take(0, new EntryScan())).isFalse();
    assertThat(bundle.hasId(0, 0, Samples.entry(1).idBytes(), new EntryScan())).isTrue();
    assertThat(bundle.hasId(0, 0, Samples.entry(2).idBytes(), new EntryScan())).isFalse();
  }

  @Test
  void whatIsNoBundleIsRefusedWithItsFile() {
    byte[] good = bundle(3);
    assertThatThrownBy(() -> EntryBundle.of(FILE, good, 4))
        .isInstanceOf(LogDamagedException.class)
        .hasMessageContaining("tile/entries/000")
        .hasMessageContaining("holds 3 entries instead of 4");
    assertThatThrownBy(() -> EntryBundle.of(FILE, Arrays.copyOf(good, good.length - 1)))
        .hasMessageContaining("ends within an entry");
    assertThatThrownBy(() -> EntryBundle.of(FILE, Arrays.copyOf(good, good.length + 1)))
        .hasMessageContaining("ends in half a length");
    byte[] noEntry = {0, 2, '{', '}'};
    assertThatThrownBy(() -> EntryBundle.of(FILE, noEntry).parse(0, 512))
        .isInstanceOf(LogDamagedException.class)
        .hasMessageContaining("entry 512");
  }

  @Test
  void aNarrowerTileIsTheBeginningOfAWiderOne() {
    TilePath narrow = new TilePath(TilePath.ENTRIES, 0, 2);
    assertThat(narrow.cut(bundle(5))).isEqualTo(bundle(2));
    assertThat(narrow.cut(bundle(2))).isEqualTo(bundle(2));
    assertThat(narrow.cut(bundle(1))).as("as it is, to be refused").isEqualTo(bundle(1));
    assertThat(narrow.cut(new byte[] {9})).containsExactly(9);
    TilePath hashes = new TilePath(0, 0, 2);
    byte[] tile = new byte[5 * TreeHash.BYTES];
    Arrays.fill(tile, (byte) 7);
    assertThat(hashes.cut(tile)).hasSize(2 * TreeHash.BYTES).containsOnly(7);
    assertThat(hashes.cut(new byte[3])).hasSize(3);
  }
}
