package org.concordat.auditlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A writer in a process of its own is killed with SIGKILL while it appends; what it acknowledged is
 * there.
 */
@Tag("processes")
class KillTest {
  private static final int KILLS = 4;

  @TempDir Path directory;

  /**
   * Appends one entry after the other, from the log's size on, and prints each index once it is
   * durable.
   */
  static final class Writer {
    public static void main(String[] args) {
      try (AuditLog log = AuditLog.open(Path.of(args[0]), LogSigner.load(Path.of(args[1])))) {
        for (int next = (int) log.size(); ; next++) {
          System.out.println(log.append(Samples.entries(next, next + 1 + next % 3)).get(0));
          System.out.flush();
        }
      }
    }
  }

  @Test
  @Tag("slow")
  void whatWasAcknowledgedSurvives() throws IOException, InterruptedException {
    LogSigner signer = Samples.signer(directory);
    Path folder = directory.resolve("log");
    long acknowledged = -1;
    for (int kill = 0; kill < KILLS; kill++) {
      acknowledged = Math.max(acknowledged, appendUntilKilled(folder, 40 + 30 * kill));
      try (AuditLog log = AuditLog.open(folder, signer)) {
        assertThat(log.size()).isGreaterThan(acknowledged);
      }
      int size = (int) AuditVerifier.verify(folder, signer.vkey()).size();
      assertThat(AuditQuery.run(folder, signer.vkey(), AuditFilter.ALL).map(LoggedEntry::entry))
          .isEqualTo(Samples.entries(0, size));
    }
    assertThat(acknowledged).isGreaterThan(100);
  }

  private long appendUntilKilled(Path folder, int appends)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Writer.class.getName(),
                folder.toString(),
                directory.resolve("log.key").toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    long last = -1;
    try (BufferedReader lines = process.inputReader(StandardCharsets.US_ASCII)) {
      for (int i = 0; i < appends; i++) {
        last = Long.parseLong(lines.readLine());
      }
      process.destroyForcibly().waitFor();
    }
    return last;
  }
}
