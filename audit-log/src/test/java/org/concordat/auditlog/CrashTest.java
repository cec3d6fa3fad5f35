package org.concordat.auditlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The writer stops, or the disk refuses, at each of its steps. */
class CrashTest {
  /**
   * From 250 to 520 entries: full bundles, full tiles, a level above, and superseded partial tiles.
   */
  private static final int BEFORE = 250;

  private static final int AFTER = 520;
  private static final int STEPS = 50;

  @TempDir Path directory;
  private LogSigner signer;
  private Map<String, byte[]> start;
  private final TreeHash root = Samples.naiveRoot(Samples.leaves(AFTER));

  @BeforeEach
  void base() {
    signer = Samples.signer(directory);
    start = Samples.content(Samples.log(directory, signer, BEFORE, BEFORE));
  }

  /** Stands for the process being killed: nothing in the writer catches it. */
  private static final class Killed extends Error {}

  /** How the file that was being written is found after the kill. */
  private enum Torn {
    ABSENT,
    EMPTY,
    HALF,
    NOISE
  }

  @TestFactory
  Stream<DynamicTest> killedBeforeEachStep() {
    return IntStream.range(0, STEPS)
        .mapToObj(step -> DynamicTest.dynamicTest("step " + step, () -> kill(step)));
  }

  private void kill(int step) throws IOException {
    for (Torn torn : Torn.values()) {
      String stopped = kill(step, torn);
      if (!Set.of("write", "journal", "fill").contains(stopped)) {
        return; // nothing is half-written at the other steps
      }
    }
  }

  /** Kills the writer before a step, looks at what the next one makes of it, and names the step. */
  private String kill(int step, Torn torn) throws IOException {
    Path folder = Files.createTempDirectory(directory, "kill");
    Samples.restore(folder, start);
    int[] count = {0};
    String[] stopped = {"none"};
    boolean[] acknowledged = {false};
    LogFiles.Steps killer =
        (name, file) -> {
          if (count[0]++ == step) {
            stopped[0] = name;
            tear(name, file, torn);
            throw new Killed();
          }
        };
    try (AuditLog writer = AuditLog.open(folder, signer, killer)) {
      writer.append(Samples.entries(BEFORE, AFTER));
      acknowledged[0] = true;
    } catch (Killed kill) {
      assertThat(stopped[0]).isNotEqualTo("none");
    }
    try (AuditLog log = AuditLog.open(folder, signer)) {
      if (acknowledged[0]) {
        assertThat(log.size()).isEqualTo(AFTER);
      }
      assertThat(log.size()).isIn((long) BEFORE, (long) AFTER);
      log.append(Samples.entries(BEFORE, AFTER));
      assertThat(log.size()).isEqualTo(AFTER);
    }
    Verification verified = AuditVerifier.verify(folder, signer.vkey());
    assertThat(verified.root()).isEqualTo(root);
    assertThat(Samples.content(folder).keySet())
        .doesNotContain(LogFiles.NEW_CHECKPOINT, LogFiles.JOURNAL);
    return stopped[0];
  }

  private static void tear(String step, Path file, Torn torn) throws IOException {
    if (!Set.of("write", "journal", "fill").contains(step) || torn == Torn.ABSENT) {
      return;
    }
    byte[] noise = new byte[torn == Torn.HALF ? 100 : 9000];
    Arrays.fill(noise, torn == Torn.HALF ? 0 : (byte) 0x5a);
    Files.write(file, torn == Torn.EMPTY ? new byte[0] : noise);
  }

  /** The step table covers the whole append. */
  @Test
  void theAppendHasFewerStepsThanTheTable() throws IOException {
    Path folder = Files.createTempDirectory(directory, "count");
    Samples.restore(folder, start);
    int[] count = {0};
    try (AuditLog log = AuditLog.open(folder, signer, (name, file) -> count[0]++)) {
      log.append(Samples.entries(BEFORE, AFTER));
    }
    assertThat(count[0]).isBetween(40, STEPS - 1);
  }

  @TestFactory
  Stream<DynamicTest> theDiskRefusesAtEachStep() {
    return IntStream.range(0, STEPS)
        .mapToObj(step -> DynamicTest.dynamicTest("step " + step, () -> refuse(step)));
  }

  private void refuse(int step) throws IOException {
    Path folder = Files.createTempDirectory(directory, "full");
    Samples.restore(folder, start);
    int[] count = {0};
    String[] refusedStep = {"none"};
    LogFiles.Steps full =
        (name, file) -> {
          if (count[0]++ == step) {
            refusedStep[0] = name;
            throw new IOException("No space left on device");
          }
        };
    try (AuditLog log = AuditLog.open(folder, signer, full)) {
      appendRefused(log, log.checkpoint(), refusedStep);
    }
    try (AuditLog log = AuditLog.open(folder, signer)) {
      log.append(Samples.entries(BEFORE, AFTER));
    }
    assertThat(AuditVerifier.verify(folder, signer.vkey()).root()).isEqualTo(root);
  }

  private static void appendRefused(AuditLog log, Checkpoint before, String[] refusedStep) {
    try {
      log.append(Samples.entries(BEFORE, AFTER));
      // closing comes later, and the table may be longer than all of it
      assertThat(refusedStep[0]).isEqualTo("none");
      assertThat(log.size()).isEqualTo(AFTER);
    } catch (LogUnwritableException refused) {
      assertThat(refused)
          .hasMessageContaining("No space left on device")
          .hasMessageContaining("Free space");
      assertThat(log.checkpoint()).isEqualTo(before);
      try {
        assertThat(log.append(Samples.entries(BEFORE, AFTER))).hasSize(AFTER - BEFORE);
      } catch (LogBrokenException inDoubt) {
        assertThat(refusedStep[0]).as("only at the replacement").isEqualTo("rename");
      }
    }
  }

  @Test
  void aFolderLeftByAKillDoesNotVerifyButSaysWhatToDo() throws IOException {
    Path folder = Files.createTempDirectory(directory, "left");
    Samples.restore(folder, start);
    Files.write(folder.resolve("tile/0/000.p/251"), new byte[251 * 32]);
    assertThatThrownBy(() -> AuditVerifier.verify(folder, signer.vkey()))
        .isInstanceOf(LogDamagedException.class)
        .hasMessageContaining("000.p/251")
        .hasMessageContaining("open the log in its coordinator once");
    AuditLog.open(folder, signer).close();
    assertThat(AuditVerifier.verify(folder, signer.vkey()).size()).isEqualTo(BEFORE);
  }

  @Test
  void aKillDuringCreationIsRecovered() throws IOException {
    for (int step = 0; step < 10; step++) {
      int stop = step;
      Path folder = Files.createTempDirectory(directory, "new");
      int[] count = {0};
      try {
        AuditLog.open(
                folder,
                signer,
                (name, file) -> {
                  if (count[0]++ == stop) {
                    throw new Killed();
                  }
                })
            .close();
      } catch (Killed kill) {
        assertThat(stop).isLessThan(8);
      }
      AuditLog.open(folder, signer).close();
      assertThat(AuditVerifier.verify(folder, signer.vkey()).size()).isZero();
    }
  }

  @Test
  void aDirectoryThatCannotBeUsedIsRefusedByName() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    assertThatThrownBy(() -> AuditLog.open(file, signer))
        .isInstanceOf(LogUnwritableException.class);
    assertThatThrownBy(() -> AuditLog.open(directory.resolve("a/b/c"), signer))
        .isInstanceOf(LogUnwritableException.class)
        .hasMessageContaining("a/b/c");
    Path folder = Files.createTempDirectory(directory, "file-in-the-way");
    try (AuditLog log = AuditLog.open(folder, signer)) {
      Files.createFile(folder.resolve("tile"));
      assertThatThrownBy(() -> log.append(Samples.entries(0, 1)))
          .isInstanceOf(LogUnwritableException.class);
      Files.delete(folder.resolve("tile"));
      assertThat(log.append(Samples.entries(0, 1))).containsExactly(0L);
    }
  }

  @Test
  void aReadOnlyDirectoryIsRefusedByName() throws IOException {
    org.junit.jupiter.api.Assumptions.assumeFalse(
        "root".equals(System.getProperty("user.name")), "root may write anywhere");
    Path folder = directory.resolve("log-" + BEFORE);
    try (AuditLog log = AuditLog.open(folder, signer)) {
      folder.resolve("tile/entries").toFile().setWritable(false);
      folder.resolve("tile/entries/000.p").toFile().setWritable(false);
      assertThatThrownBy(() -> log.append(Samples.entries(BEFORE, AFTER)))
          .isInstanceOf(LogUnwritableException.class);
      folder.resolve("tile/entries/000.p").toFile().setWritable(true);
      folder.resolve("tile/entries").toFile().setWritable(true);
      assertThat(log.append(Samples.entries(BEFORE, AFTER))).hasSize(AFTER - BEFORE);
    }
  }
}
