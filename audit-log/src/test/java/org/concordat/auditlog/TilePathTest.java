package org.concordat.auditlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.concordat.testkit.Seeded;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TilePathTest {
  /** The example of c2sp.org/tlog-tiles. */
  @Test
  void theIndexGoesInGroupsOfThreeDigits() {
    assertThat(new TilePath(0, 1_234_067, 256).path()).isEqualTo("tile/0/x001/x234/067");
    assertThat(new TilePath(3, 0, 17).path()).isEqualTo("tile/3/000.p/17");
    assertThat(new TilePath(TilePath.ENTRIES, 1000, 1).path())
        .isEqualTo("tile/entries/x001/000.p/1");
  }

  /** The example of c2sp.org/tlog-tiles, "Partial Tiles". */
  @Test
  void partialTilesOfATreeOf70000() {
    assertThat(TilePath.partials(70_000))
        .containsExactlyInAnyOrder(
            new TilePath(TilePath.ENTRIES, 273, 112),
            new TilePath(0, 273, 112),
            new TilePath(1, 1, 17),
            new TilePath(2, 0, 1));
    assertThat(TilePath.partials(256)).containsExactly(new TilePath(1, 0, 1));
    assertThat(TilePath.partials(0)).isEmpty();
  }

  @TestFactory
  Stream<DynamicTest> parsingUndoesPath() {
    return Seeded.property(
        "round trip",
        200,
        random -> {
          TilePath tile =
              new TilePath(
                  random.nextInt(-1, 8),
                  random.nextLong(1L << random.nextInt(1, 56)),
                  random.nextInt(1, 257));
          assertThat(TilePath.parse(tile.path())).contains(tile);
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tile/0/67",
        "tile/00/067",
        "tile/8/067",
        "tile/0/x067",
        "tile/0/x000/067",
        "tile/0/001/067",
        "tile/0/067.p/0",
        "tile/0/067.p/256",
        "tile/0/067.p/300",
        "tile/0/067.p/01",
        "tile/0/067.p",
        "tile/0/067/",
        "/tile/0/067",
        "tile/entry/067",
        "tile/0/../0/067",
        "",
        "tile",
        "tile/-1/000",
        "tile/0/x036/x028/x797/x018/x963/968",
        "tile/0/x036/x028/x797/x019/x963/968",
        "tile/entries/x999/x999/x999/x999/x999/999.p/1"
      })
  void otherSpellingsAreNoTiles(String path) {
    assertThat(TilePath.parse(path)).isEmpty();
  }

  @Test
  void boundsAreChecked() {
    assertThatThrownBy(() -> new TilePath(0, -1, 256)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new TilePath(0, 0, 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new TilePath(0, 0, 257)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new TilePath(8, 0, 1)).isInstanceOf(IllegalArgumentException.class);
  }

  /** The last tile whose hashes still have a number, and what lies beyond it. */
  @Test
  void indexesAreThoseOfNumberedHashes() {
    TilePath last = new TilePath(0, (1L << 55) - 1, 256);
    assertThat(TilePath.parse(last.path())).contains(last);
    assertThat(TilePath.width(0, last.index(), 1000)).isZero();
    assertThat(TilePath.width(0, last.index(), Long.MAX_VALUE)).isEqualTo(255);
    assertThatThrownBy(() -> new TilePath(0, 1L << 55, 256))
        .isInstanceOf(IllegalArgumentException.class);
    for (long beyond : new long[] {1L << 55, 1L << 56, 36_028_797_019_963_968L, Long.MAX_VALUE}) {
      assertThat(TilePath.width(0, beyond, 1000)).as("%d", beyond).isZero();
    }
  }
}
