package org.concordat.auditlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How often a tile that is not there is looked for. */
class LogTilesTest {
  private static final TilePath WANTED = new TilePath(0, 0, 1);

  @TempDir Path directory;
  private final AtomicLong looks = new AtomicLong();

  @Test
  void aTileThatIsMissingWhileNothingGrowsIsDamageAtTheSecondLook() {
    LogTiles tiles =
        new LogTiles(
            directory,
            () -> {
              looks.incrementAndGet();
              return 7;
            });
    assertThatThrownBy(() -> tiles.read(WANTED)).isInstanceOf(LogDamagedException.class);
    assertThat(looks).hasValue(2);
  }

  @Test
  void whatIsReplacedEachTimeIsGivenUpSoonAndIsNoDamage() {
    LogTiles tiles = new LogTiles(directory, looks::incrementAndGet);
    assertThatThrownBy(() -> tiles.read(WANTED)).isInstanceOf(LogUnreadableException.class);
    assertThat(looks).hasValue(LogTiles.ATTEMPTS);
  }
}
