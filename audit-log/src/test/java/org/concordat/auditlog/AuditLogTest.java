package org.concordat.auditlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.concordat.testkit.Seeded;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuditLogTest {
  @TempDir Path directory;
  private Path folder;
  private LogSigner signer;

  @BeforeEach
  void key() {
    signer = Samples.signer(directory);
    folder = directory.resolve("log");
  }

  @Test
  void aNewLogIsEmptySignedAndPrivate() throws IOException {
    try (AuditLog log = AuditLog.open(folder, signer)) {
      assertThat(log.size()).isZero();
      assertThat(log.checkpoint().root()).isEqualTo(Rfc6962.EMPTY_ROOT);
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
        .isEqualTo("rwx------");
    assertThat(Files.readString(folder.resolve("log.vkey"))).isEqualTo(signer.vkey() + "\n");
    assertThat(AuditVerifier.verify(folder, signer.vkey()).size()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 255, 256, 257, 511, 512, 513, 600})
  void anySizeVerifiesAndHasExactlyItsFiles(int size) {
    Path log = Samples.log(directory, signer, size, 600);
    Verification verified = AuditVerifier.verify(log, signer.vkey());
    assertThat(verified.size()).isEqualTo(size);
    assertThat(verified.root()).isEqualTo(Samples.naiveRoot(Samples.leaves(size)));
    assertThat(verified.entriesByType().values().stream().mapToLong(n -> n).sum()).isEqualTo(size);
    TreeSet<String> expected = new TreeSet<>(List.of("checkpoint", "log.vkey"));
    TilePath.partials(size).forEach(tile -> expected.add(tile.path()));
    for (long full = 0; full < size / 256; full++) {
      expected.add(new TilePath(0, full, 256).path());
      expected.add(new TilePath(TilePath.ENTRIES, full, 256).path());
    }
    assertThat(Samples.content(log).keySet()).isEqualTo(expected);
  }

  @Test
  void manyAppendsGiveTheSameFolderAsOne() {
    Path single = Samples.log(directory, signer, 300, 7);
    try (AuditLog log = AuditLog.open(folder, signer)) {
      log.append(Samples.entries(0, 300));
    }
    assertThat(Samples.content(single))
        .usingRecursiveComparison()
        .isEqualTo(Samples.content(folder));
  }

  /** Beyond 65,536 entries there is a third level. */
  @Test
  void aThirdLevelOfTiles() {
    List<TreeHash> leaves = new ArrayList<>();
    TreeEdge edge = new TreeEdge();
    TreeSet<Integer> levels = new TreeSet<>();
    for (int i = 0; i < 70_000; i++) {
      leaves.add(Rfc6962.leaf(new byte[] {(byte) i, (byte) (i >> 8), (byte) (i >> 16)}));
      edge.add(leaves.get(i), (level, index, hashes) -> levels.add(level));
    }
    assertThat(edge.root()).isEqualTo(Samples.naiveRoot(leaves));
    assertThat(levels).containsExactly(0, 1);
    assertThat(edge.partial(0)).hasSize(112 * TreeHash.BYTES);
    assertThat(edge.partial(1)).hasSize(17 * TreeHash.BYTES);
    assertThat(edge.partial(2)).hasSize(TreeHash.BYTES);
  }

  @TestFactory
  Stream<DynamicTest> randomBatchesWithRestartsExtendTheTree() {
    return Seeded.property(
        "batches",
        8,
        random -> {
          Path log = Files.createTempDirectory(directory, "batches");
          int size = 0;
          AuditLog writer = AuditLog.open(log, signer);
          while (size < 560) {
            int next = size + random.nextInt(1, 120);
            Checkpoint before = writer.checkpoint();
            int again = random.nextInt(size + 1);
            List<Long> indexes = writer.append(Samples.entries(again, next));
            assertThat(indexes).isEqualTo(LongStream.range(again, next).boxed().toList());
            writer.consistency(before.size()).verify(before.root(), writer.checkpoint().root());
            size = next;
            if (random.nextInt(3) == 0) {
              writer.close();
              writer = AuditLog.open(log, signer);
            }
          }
          writer.close();
          assertThat(AuditVerifier.verify(log, signer.vkey()).root())
              .isEqualTo(Samples.naiveRoot(Samples.leaves(size)));
        });
  }

  @Test
  void theSameEntryKeepsItsIndexAndAnotherOfItsIdIsRefused() {
    try (AuditLog log = AuditLog.open(folder, signer)) {
      assertThat(log.append(Samples.entries(0, 3))).containsExactly(0L, 1L, 2L);
      String before = log.signedCheckpoint();
      assertThat(log.append(Samples.entries(1, 3))).containsExactly(1L, 2L);
      assertThat(log.append(List.of())).isEmpty();
      assertThat(log.signedCheckpoint()).isEqualTo(before);
      assertThat(log.append(List.of(Samples.entry(9), Samples.entry(0), Samples.entry(9))))
          .containsExactly(3L, 0L, 3L);
      AuditEntry other = Samples.entry(1).detail("more", "text");
      assertThatThrownBy(() -> log.append(List.of(Samples.entry(20), other)))
          .isInstanceOfSatisfying(
              EntryConflictException.class, e -> assertThat(e.index()).isEqualTo(1));
      AuditEntry twin = Samples.entry(21).detail("more", "text");
      assertThatThrownBy(() -> log.append(List.of(Samples.entry(21), twin)))
          .isInstanceOf(EntryConflictException.class);
      assertThat(log.size()).isEqualTo(4);
      assertThat(log.find("e9")).hasValue(3);
      assertThat(log.find("e20")).isEmpty();
    }
    try (AuditLog log = AuditLog.open(folder, signer)) {
      assertThat(log.append(List.of(Samples.entry(9)))).containsExactly(3L);
      assertThatThrownBy(() -> log.append(List.of(Samples.entry(1).detail("more", "text"))))
          .isInstanceOf(EntryConflictException.class);
    }
    assertThat(AuditVerifier.verify(folder, signer.vkey()).size()).isEqualTo(4);
  }

  @Test
  void aLargeEntryFitsAndALargerOneChangesNothing() {
    AuditEntry large = Samples.entry(0);
    for (int i = 0; i < 15; i++) {
      large = large.detail("d" + i, "x".repeat(4096));
    }
    AuditEntry tooLarge = large.detail("d15", "x".repeat(4096));
    try (AuditLog log = AuditLog.open(folder, signer)) {
      assertThatThrownBy(() -> log.append(List.of(Samples.entry(1), tooLarge)))
          .isInstanceOf(EntryTooLargeException.class);
      assertThat(log.size()).isZero();
      log.append(List.of(large));
      assertThat(log.query(AuditFilter.ALL)).containsExactly(new LoggedEntry(0, large));
    }
    assertThat(AuditVerifier.verify(folder, signer.vkey()).size()).isOne();
  }

  @Test
  void aSecondWriterIsRefusedAndTheFirstKeepsItsLock() {
    try (AuditLog log = AuditLog.open(folder, signer)) {
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> AuditLog.open(folder, signer))
            .isInstanceOf(LogLockedException.class);
      }
      log.append(Samples.entries(0, 1));
    }
    try (AuditLog log = AuditLog.open(folder, signer)) {
      assertThat(log.size()).isOne();
      log.close();
      assertThatThrownBy(() -> log.append(Samples.entries(1, 2)))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Tag("processes")
  @Test
  void anotherProcessIsRefused() throws Exception {
    try (AuditLog log = AuditLog.open(folder, signer)) {
      assertThat(otherProcess()).isEqualTo("LogLockedException");
      log.copyTo(directory.resolve("copy"));
      AuditVerifier.verify(folder, signer.vkey());
      assertThat(otherProcess())
          .as("reading must not drop the lock")
          .isEqualTo("LogLockedException");
    }
    assertThat(otherProcess()).isEqualTo("opened");
  }

  /** Opens the log given as folder and key file, and prints how that went. */
  static final class Opener {
    public static void main(String[] args) {
      try (AuditLog log = AuditLog.open(Path.of(args[0]), LogSigner.load(Path.of(args[1])))) {
        System.out.print("opened");
      } catch (AuditLogException refused) {
        System.out.print(refused.getClass().getSimpleName());
      }
    }
  }

  private String otherProcess() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Opener.class.getName(),
                folder.toString(),
                directory.resolve("log.key").toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String answer =
        new String(
            process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    process.waitFor();
    return answer;
  }

  @Test
  void aLogOfAnotherKeyIsNotOpened() {
    Samples.log(directory, signer, 3, 3);
    LogSigner other = LogSigner.create(directory.resolve("other.key"), Samples.NAME);
    var before = Samples.content(directory.resolve("log-3"));
    assertThatThrownBy(() -> AuditLog.open(directory.resolve("log-3"), other))
        .isInstanceOf(LogDamagedException.class);
    assertThat(Samples.content(directory.resolve("log-3")))
        .usingRecursiveComparison()
        .isEqualTo(before);
  }

  @Test
  void aForkedOrShrunkLogIsNotOpened() throws IOException {
    Path three = Samples.log(directory, signer, 3, 3);
    Path five = Samples.log(directory, signer, 5, 5);
    // the signed checkpoint of another tree beside these tiles
    Files.copy(
        five.resolve("checkpoint"),
        three.resolve("checkpoint"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertThatThrownBy(() -> AuditLog.open(three, signer)).isInstanceOf(LogDamagedException.class);
    Files.delete(five.resolve("checkpoint"));
    assertThatThrownBy(() -> AuditLog.open(five, signer))
        .isInstanceOf(LogDamagedException.class)
        .hasMessageContaining("missing although there are tiles");
  }

  @Test
  void queriesFilterByEveryField() {
    try (AuditLog log = AuditLog.open(folder, signer)) {
      log.append(Samples.entries(0, 600));
      AuditFilter all = AuditFilter.ALL;
      assertThat(log.query(all).map(LoggedEntry::index)).hasSize(600).isSorted();
      same(log, all.ofType(EntryType.CONSENT), e -> e.type() == EntryType.CONSENT);
      same(log, all.with(AuditField.ACTOR, "member:m2"), e -> e.actor().equals("member:m2"));
      same(log, all.with(AuditField.SUBJECT, "job:j"), e -> true);
      same(log, all.with(AuditField.SUBJECT, "job:x"), e -> false);
      same(
          log,
          all.with(AuditField.JOB, "j").with(AuditField.ROUND, "5"),
          e -> e.round().getAsLong() == 5);
      same(log, all.with(AuditField.JOB, "k"), e -> false);
      same(log, all.with(EntryOutcome.DENY), e -> e.outcome() == EntryOutcome.DENY);
      Instant from = Samples.START.plusSeconds(250);
      Instant to = Samples.START.plusSeconds(260);
      same(log, all.since(from).until(to), e -> !e.time().isBefore(from) && e.time().isBefore(to));
      assertThat(log.query(all.since(from).limit(3)).map(LoggedEntry::index))
          .containsExactly(250L, 251L, 252L);
    }
    assertThat(
            AuditQuery.run(
                    folder, signer.vkey(), AuditFilter.ALL.since(Samples.START.plusSeconds(598)))
                .map(LoggedEntry::entry))
        .isEqualTo(Samples.entries(598, 600));
    assertThatThrownBy(() -> AuditFilter.ALL.limit(0)).isInstanceOf(IllegalArgumentException.class);
  }

  private static void same(
      AuditLog log, AuditFilter filter, java.util.function.Predicate<AuditEntry> wanted) {
    assertThat(log.query(filter).map(LoggedEntry::entry).toList())
        .isEqualTo(Samples.entries(0, 600).stream().filter(wanted).toList());
  }

  @Tag("processes")
  @Test
  void writersReadersAndCopiesAtTheSameTime() throws Exception {
    ExecutorService workers = Executors.newFixedThreadPool(5);
    try (AuditLog log = AuditLog.open(folder, signer)) {
      List<Future<?>> done = new ArrayList<>();
      for (int worker = 0; worker < 4; worker++) {
        int first = worker;
        done.add(
            workers.submit(
                () -> {
                  for (int i = first; i < 120; i += 4) {
                    long index = log.append(List.of(Samples.entry(i))).get(0);
                    log.prove(index).verify(signer.vkey(), Samples.entry(i).canonicalBytes());
                  }
                }));
      }
      done.add(
          workers.submit(
              () -> {
                for (int i = 0; i < 10; i++) {
                  List<LoggedEntry> seen = log.query(AuditFilter.ALL).toList();
                  assertThat(seen.stream().map(LoggedEntry::index))
                      .isEqualTo(LongStream.range(0, seen.size()).boxed().toList());
                  assertThat(AuditVerifier.verify(folder, signer.vkey()).size())
                      .isGreaterThanOrEqualTo(seen.size());
                  Path copy = directory.resolve("copy" + i);
                  log.copyTo(copy);
                  assertThat(AuditVerifier.verify(copy, signer.vkey()).size())
                      .isGreaterThanOrEqualTo(seen.size());
                }
              }));
      for (Future<?> each : done) {
        each.get();
      }
      assertThat(log.size()).isEqualTo(120);
    } finally {
      workers.shutdownNow();
    }
    assertThat(AuditVerifier.verify(folder, signer.vkey()).size()).isEqualTo(120);
  }
}
