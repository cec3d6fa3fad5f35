package org.concordat.auditlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Our logs, read by programs that share no code with us: the Go checksum database's library ({@code
 * src/test/go}) and Tessera's {@code fsck}. Needs Go and its module proxy.
 */
@Tag("slow")
@Tag("processes")
@Timeout(900)
class OtherReadersTest {
  private static final String FSCK = "github.com/transparency-dev/tessera/cmd/fsck@v1.0.4";
  private static final Path PROGRAMS = Path.of("target/go").toAbsolutePath();

  @TempDir Path directory;

  /** What a program said, and how it ended; empty where it did not. */
  private record Ended(Optional<Integer> code, String said) {
    boolean well() {
      return code.filter(value -> value == 0).isPresent();
    }
  }

  @BeforeAll
  static void build() throws Exception {
    Optional<String> go =
        Stream.of("go", "/usr/local/go/bin/go").filter(OtherReadersTest::runs).findFirst();
    assumeTrue(go.isPresent(), "there is no Go: .ci/run demands one");
    Files.createDirectories(PROGRAMS);
    Path source = Path.of("src/test/go");
    assertThat(
            run(300, source, go.get(), "build", "-o", PROGRAMS.resolve("checklog").toString(), "."))
        .matches(Ended::well);
    if (!Files.exists(PROGRAMS.resolve("fsck"))) {
      assertThat(run(600, source, go.get(), "install", FSCK)).matches(Ended::well);
    }
  }

  private static boolean runs(String go) {
    try {
      return run(30, Path.of(""), go, "version").well();
    } catch (IOException | InterruptedException absent) {
      return false;
    }
  }

  private static Ended run(int seconds, Path where, String... command)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.directory(where.toAbsolutePath().toFile());
    builder.environment().put("GOBIN", PROGRAMS.toString());
    Path said = Files.createTempFile("said", ".log");
    Process process = builder.redirectOutput(said.toFile()).start();
    try {
      boolean ended = process.waitFor(seconds, TimeUnit.SECONDS);
      String text = Files.readString(said, StandardCharsets.UTF_8);
      return new Ended(ended ? Optional.of(process.exitValue()) : Optional.empty(), text);
    } finally {
      process.destroyForcibly();
      Files.delete(said);
    }
  }

  private Ended checklog(Path log, Path... older) throws IOException, InterruptedException {
    List<String> line = new ArrayList<>();
    line.add(PROGRAMS.resolve("checklog").toString());
    line.add(directory.resolve("pinned.vkey").toString());
    line.add(log.toString());
    for (Path each : older) {
      line.add(each.toString());
    }
    return run(120, directory, line.toArray(String[]::new));
  }

  private Ended fsck(Path log, int seconds) throws IOException, InterruptedException {
    return run(
        seconds,
        directory,
        PROGRAMS.resolve("fsck").toString(),
        "--ui=false",
        "--storage_url=file://" + log + "/",
        "--public_key=" + directory.resolve("pinned.vkey"));
  }

  private LogSigner signer() throws IOException {
    LogSigner signer = Samples.signer(directory);
    Files.writeString(directory.resolve("pinned.vkey"), signer.vkey() + "\n");
    return signer;
  }

  @Test
  void bothReadWhatWeWrote() throws Exception {
    LogSigner signer = signer();
    for (int size : new int[] {1, 256, 300, 70_000}) {
      Path log = Samples.log(directory, signer, size, 5000);
      Path older = directory.resolve("older-" + size);
      int before = (size + 1) / 2;
      Files.writeString(
          older,
          new Checkpoint(Samples.NAME, before, Rfc6962.root(Samples.leaves(before)))
              .signed(signer));
      Ended library = checklog(log, older);
      assertThat(library).matches(Ended::well);
      String root = AuditVerifier.verify(log, signer.vkey()).root().hex();
      assertThat(library.said())
          .contains("verified " + size + " entries, root " + root)
          .contains("extends the first " + before);
      Ended tessera = fsck(log, 300);
      assertThat(tessera).matches(Ended::well);
      assertThat(tessera.said()).contains("Successfully fsck'd log with size " + size);
    }
  }

  @Test
  void theLibraryEndsAtAFlippedByteOfAnyFileAndAtAnotherHistory() throws Exception {
    LogSigner signer = signer();
    Path log = Samples.log(directory, signer, 300, 50);
    Map<String, byte[]> content = Samples.content(log);
    assertThat(content).hasSize(7);
    for (Map.Entry<String, byte[]> file : content.entrySet()) {
      int length = file.getValue().length;
      if (!file.getKey().equals(LogFiles.VKEY)) { // for convenience: nobody reads that
        for (int at : new int[] {0, length / 2, length - 2}) {
          byte[] flipped = file.getValue().clone();
          flipped[at] ^= 4;
          Files.write(log.resolve(file.getKey()), flipped);
          assertThat(checklog(log).code())
              .as("%s at %d", file.getKey(), at)
              .hasValueSatisfying(code -> assertThat(code).isNotZero());
        }
        Files.write(log.resolve(file.getKey()), file.getValue());
      }
    }
    assertThat(checklog(log)).matches(Ended::well);
    Path forked = directory.resolve("forked");
    Files.writeString(
        forked,
        new Checkpoint(Samples.NAME, 200, Rfc6962.root(Samples.leaves(199))).signed(signer));
    assertThat(checklog(log, forked).code()).hasValue(1);
  }

  @Test
  void fsckDoesNotAcceptAFlippedByte() throws Exception {
    LogSigner signer = signer();
    Path log = Samples.log(directory, signer, 300, 50);
    for (String name : List.of("checkpoint", "tile/0/001.p/44", "tile/entries/000")) {
      byte[] content = Files.readAllBytes(log.resolve(name));
      byte[] flipped = content.clone();
      flipped[content.length / 2] ^= 1;
      Files.write(log.resolve(name), flipped);
      // its exit code is 0 either way; of a bundle it goes on asking, and never says so
      assertThat(fsck(log, 20).said()).as(name).doesNotContain("Successfully");
      Files.write(log.resolve(name), content);
    }
    assertThat(fsck(log, 60).said()).contains("Successfully fsck'd log with size 300");
  }
}
