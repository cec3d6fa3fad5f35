package org.concordat.auditlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an append does to the disk, in which order, and what it takes back. */
class AppendStepsTest {
  private static final int BEFORE = 250;
  private static final int AFTER = 260;

  @TempDir Path directory;
  private final List<String> steps = new ArrayList<>();
  private LogSigner signer;
  private Path folder;

  @BeforeEach
  void log() {
    signer = Samples.signer(directory);
    folder = Samples.log(directory, signer, BEFORE, BEFORE);
  }

  private void note(String step, Path file) {
    steps.add((step + " " + folder.relativize(file)).strip());
  }

  private int place(String step) {
    assertThat(steps).contains(step);
    return steps.indexOf(step);
  }

  private List<String> files(String step) {
    return steps.stream()
        .filter(each -> each.startsWith(step + " "))
        .map(each -> each.substring(step.length() + 1))
        .toList();
  }

  @Test
  void theJournalIsDurableBeforeItIsSignedAndEverythingBeforeTheJournalIsEmptied() {
    try (AuditLog log = AuditLog.open(folder, signer, this::note)) {
      log.append(Samples.entries(BEFORE, AFTER));
      note("closing", folder);
    }
    int journalled = place("journal journal");
    int signed = place("write checkpoint.new");
    assertThat(steps.subList(journalled, signed + 1))
        .containsExactly("journal journal", "sync journal", "write checkpoint.new");
    List<String> tiles =
        files("write").stream().filter(file -> !file.equals("checkpoint.new")).toList();
    assertThat(tiles)
        .containsExactlyInAnyOrder(
            "tile/entries/000",
            "tile/entries/001.p/4",
            "tile/0/000",
            "tile/0/001.p/4",
            "tile/1/000.p/1");
    List<String> end = steps.subList(place("closing"), steps.size());
    int emptied = end.indexOf("delete journal");
    for (String tile : tiles) {
      assertThat(place("write " + tile)).isLessThan(journalled);
      assertThat(end.indexOf("sync " + tile)).as(tile).isBetween(0, emptied);
      assertThat(end.indexOf("sync " + Path.of(tile).getParent())).isBetween(0, emptied);
    }
    for (String made : files("mkdir")) {
      assertThat(end.indexOf("sync " + Path.of(made).getParent())).isBetween(0, emptied);
    }
    assertThat(end.indexOf("sync checkpoint")).isBetween(0, emptied);
    assertThat(end.indexOf("sync")).as("the folder itself").isBetween(0, emptied);
    assertThat(files("delete"))
        .containsExactlyInAnyOrder("journal", "tile/entries/000.p/250", "tile/0/000.p/250");
    assertThat(end.indexOf("delete tile/0/000.p/250")).isGreaterThan(emptied);
    assertThat(folder.resolve("tile/0/000.p")).doesNotExist();
    assertThat(folder.resolve("tile/0/001.p/4")).exists();
  }

  @Test
  void anAppendIsOneSync() {
    try (AuditLog log = AuditLog.open(folder, signer, this::note)) {
      log.append(Samples.entries(BEFORE, BEFORE + 1));
      steps.clear();
      for (int i = 1; i < 9; i++) {
        log.append(Samples.entries(BEFORE + i, BEFORE + i + 1));
        assertThat(files("sync")).containsExactly("journal");
        steps.clear();
      }
    }
  }

  /** A channel is closed by an interrupt, and the journal's is the same for all appends. */
  @Test
  void anInterruptedThreadDoesNotEndTheJournal() {
    boolean[] interrupt = {false};
    LogFiles.Steps interrupting =
        (step, file) -> {
          if (interrupt[0] && step.equals("journal")) {
            interrupt[0] = false;
            Thread.currentThread().interrupt();
          }
        };
    try (AuditLog log = AuditLog.open(folder, signer, interrupting)) {
      Thread.currentThread().interrupt();
      assertThat(log.append(Samples.entries(BEFORE, BEFORE + 1))).hasSize(1);
      assertThat(Thread.interrupted()).as("is still told").isTrue();
      interrupt[0] = true;
      assertThatThrownBy(() -> log.append(Samples.entries(BEFORE + 1, BEFORE + 2)))
          .isInstanceOf(LogUnwritableException.class);
      assertThat(Thread.interrupted()).isTrue();
      assertThat(log.append(Samples.entries(BEFORE + 1, BEFORE + 3))).hasSize(2);
    }
    assertThat(AuditVerifier.verify(folder, signer.vkey()).size()).isEqualTo(BEFORE + 3);
  }

  @Test
  void whatWaitsTogetherSharesASync() {
    try (AuditLog log = AuditLog.open(folder, signer, this::note)) {
      log.append(Samples.entries(BEFORE, BEFORE + 1));
      steps.clear();
      Appending first = log.submit(Samples.entries(251, 253));
      Appending conflict = log.submit(List.of(Samples.entry(1).detail("more", "text")));
      Appending again = log.submit(Samples.entries(252, 254));
      assertThat(again.durable()).containsExactly(252L, 253L);
      assertThat(files("sync")).containsExactly("journal");
      steps.clear();
      assertThat(first.durable()).containsExactly(251L, 252L);
      assertThatThrownBy(conflict::durable).isInstanceOf(EntryConflictException.class);
      assertThat(steps).as("was written with the other").isEmpty();
    }
    assertThat(AuditVerifier.verify(folder, signer.vkey()).size()).isEqualTo(254);
  }

  @Test
  void aNewLogIsDurableBeforeItIsThere() {
    folder = directory.resolve("new");
    AuditLog.open(folder, signer, this::note).close();
    int published = place("rename checkpoint");
    assertThat(place("sync log.vkey")).isBetween(place("write log.vkey"), published);
    assertThat(place("sync checkpoint.new")).isBetween(place("write checkpoint.new"), published);
    assertThat(steps.lastIndexOf("sync")).isGreaterThan(published);
  }

  @Test
  void aRefusedAppendLeavesTheFolderAsItWas() {
    Map<String, byte[]> before = Samples.content(folder);
    boolean[] full = {true};
    LogFiles.Steps refusing =
        (step, file) -> {
          note(step, file);
          if (full[0] && step.equals("sync") && steps.contains("journal journal")) {
            full[0] = false;
            steps.clear();
            throw new IOException("No space left on device");
          }
        };
    try (AuditLog log = AuditLog.open(folder, signer, refusing)) {
      assertThatThrownBy(() -> log.append(Samples.entries(BEFORE, AFTER)))
          .isInstanceOf(LogUnwritableException.class)
          .hasNoSuppressedExceptions();
      assertThat(files("delete")).hasSize(5);
      Map<String, byte[]> left = Samples.content(folder);
      assertThat(JournalChain.read(left.remove("journal"), signer.journalMac()).records())
          .isEmpty();
      assertThat(left).usingRecursiveComparison().isEqualTo(before);
      log.append(Samples.entries(BEFORE, AFTER));
    }
    assertThat(AuditVerifier.verify(folder, signer.vkey()).size()).isEqualTo(AFTER);
  }

  @Test
  void whatCannotBeTakenBackIsToldAndOverwritten() {
    boolean[] full = {true};
    LogFiles.Steps refusing =
        (step, file) -> {
          note(step, file);
          boolean beforeTheRecord = step.equals("journal") || step.equals("delete");
          if (full[0] && beforeTheRecord) {
            throw new IOException("Input/output error");
          }
        };
    try (AuditLog log = AuditLog.open(folder, signer, refusing)) {
      assertThatThrownBy(() -> log.append(Samples.entries(BEFORE, AFTER)))
          .satisfies(refused -> assertThat(refused.getSuppressed()).hasSize(5));
      full[0] = false;
      log.append(Samples.entries(BEFORE, AFTER));
    }
    assertThat(AuditVerifier.verify(folder, signer.vkey()).size()).isEqualTo(AFTER);
  }

  @Test
  void aRecordThatCannotBeTakenBackIsLeftToTheNextWriter() {
    LogFiles.Steps refusing =
        (step, file) -> {
          note(step, file);
          if (step.equals("write") && file.endsWith("checkpoint.new") || step.equals("undo")) {
            throw new IOException("Input/output error");
          }
        };
    try (AuditLog log = AuditLog.open(folder, signer, refusing)) {
      assertThatThrownBy(() -> log.append(Samples.entries(BEFORE, AFTER)))
          .isInstanceOf(LogUnwritableException.class);
      assertThat(log.size()).isEqualTo(BEFORE);
      assertThatThrownBy(() -> log.append(Samples.entries(BEFORE, BEFORE + 1)))
          .isInstanceOf(LogBrokenException.class);
    }
    try (AuditLog log = AuditLog.open(folder, signer)) {
      assertThat(log.size()).isEqualTo(AFTER);
    }
  }

  @Test
  void supersededTilesThatAKillLeftAreDroppedAtTheNextStart() throws IOException {
    Path superseded = folder.resolve("tile/0/000.p/250");
    Path kept = Files.copy(superseded, directory.resolve("kept"));
    try (AuditLog log = AuditLog.open(folder, signer)) {
      log.append(Samples.entries(BEFORE, BEFORE + 1));
      log.append(Samples.entries(BEFORE, BEFORE + 2));
      assertThat(superseded).as("a replay would begin with it").exists();
      assertThat(folder.resolve("tile/0/000.p/251")).doesNotExist();
      assertThat(folder.resolve("tile/0/000.p/252")).exists();
    }
    assertThat(superseded).doesNotExist();
    Files.copy(kept, superseded, StandardCopyOption.REPLACE_EXISTING);
    AuditLog.open(folder, signer).close();
    assertThat(superseded).doesNotExist();
    assertThat(folder.resolve("tile/0/000.p/252")).exists();
  }

  @Test
  void anotherKeyFileIsNotOpened() throws IOException {
    LogSigner other = LogSigner.create(directory.resolve("other.key"), Samples.NAME);
    Files.writeString(folder.resolve(LogFiles.VKEY), other.vkey() + "\n");
    assertThatThrownBy(() -> AuditLog.open(folder, signer))
        .isInstanceOf(LogDamagedException.class)
        .hasMessageContaining("log.vkey");
  }

  @Test
  void aCopyHasWhatIsSignedAndNothingElse() throws IOException {
    Path copy = directory.resolve("copy");
    Map<String, byte[]> before = Samples.content(folder);
    try (AuditLog log = AuditLog.open(folder, signer)) {
      assertThat(log.vkey()).isEqualTo(signer.vkey());
      Files.writeString(folder.resolve("note"), "a stranger's");
      Files.write(folder.resolve("tile/0/000.p/249"), new byte[249 * TreeHash.BYTES]);
      log.copyTo(copy);
      assertThatThrownBy(() -> log.copyTo(copy)).isInstanceOf(LogUnwritableException.class);
    }
    assertThat(Samples.content(copy)).usingRecursiveComparison().isEqualTo(before);
    assertThat(copy.resolve(LogFiles.LOCK)).doesNotExist();
  }

  @Test
  void aReaderThatPinnedAHeadReadsOnWhileTheWriterGoesOn() {
    LogFiles reader = new LogFiles(folder);
    Checkpoint head = SignedHead.pin(reader, signer.vkey());
    String text = SignedHead.text(reader);
    try (AuditLog log = AuditLog.open(folder, signer)) {
      log.append(Samples.entries(BEFORE, BEFORE + 1));
    }
    InclusionProof proof = new Proofs(reader, head.size()).inclusion(3, head.size());
    proof.verify(Samples.leaves(4).get(3), head.root());
    assertThat(SignedHead.text(reader)).isEqualTo(text);
    assertThat(SignedHead.text(new LogFiles(folder))).isNotEqualTo(text);
  }
}
