package org.concordat.auditlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.concordat.testkit.Seeded;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The power goes: what was not synced is lost, torn, or there, in any combination. */
class PowerCutTest {
  /** So small that it is emptied every few appends. */
  private static final int JOURNAL_BYTES = 16_384;

  private static final int MOST_STEPS = 200;

  @TempDir Path directory;
  private LogSigner signer;
  private Path folder;

  /** The tree of 250 entries, durable. */
  private Map<String, byte[]> base;

  @BeforeEach
  void log() {
    signer = Samples.signer(directory);
    folder = Samples.log(directory, signer, 250, 250);
    base = Samples.content(folder);
  }

  @TestFactory
  Stream<DynamicTest> whatWasAcknowledgedSurvivesAnyCut() {
    return Seeded.property("power cuts", 25, this::cutAgainAndAgain);
  }

  private void cutAgainAndAgain(RandomGenerator random) throws IOException {
    Path log = Files.createTempDirectory(directory, "cut");
    Samples.restore(log, base);
    int durable = 250;
    for (int cut = 0; cut < 4; cut++) {
      UnsyncedDisk disk = new UnsyncedDisk(log, random.nextInt(MOST_STEPS));
      int[] ends = {durable, durable};
      try (AuditLog writer = AuditLog.open(log, signer, disk, JOURNAL_BYTES)) {
        assertThat(writer.size()).isEqualTo(durable);
        while (disk.steps() < MOST_STEPS) {
          ends[1] = ends[0] + random.nextInt(1, random.nextInt(4) == 0 ? 300 : 6);
          writer.append(Samples.entries(ends[0], ends[1]));
          ends[0] = ends[1];
        }
      } catch (UnsyncedDisk.PowerCut cutOff) {
        // at whatever point
      }
      Path next = Files.createTempDirectory(directory, "cut");
      disk.restore(next, random);
      UnsyncedDisk.clear(log);
      log = next;
      durable = requireWhole(log, ends[0], Math.max(ends[0], ends[1]));
    }
  }

  /** Opens it, and compares it with what was acknowledged and what was begun. */
  private int requireWhole(Path log, int acknowledged, int begun) throws IOException {
    Path opened = Files.createTempDirectory(directory, "opened");
    Samples.restore(opened, Samples.content(log));
    int size;
    try (AuditLog again = AuditLog.open(opened, signer)) {
      size = (int) again.size();
      assertThat(size).isBetween(acknowledged, begun);
      assertThat(again.query(AuditFilter.ALL).map(LoggedEntry::entry))
          .isEqualTo(Samples.entries(0, size));
    }
    assertThat(AuditVerifier.verify(opened, signer.vkey()).root())
        .isEqualTo(Samples.naiveRoot(Samples.leaves(size)));
    UnsyncedDisk.clear(opened);
    return size;
  }

  /** What lies in a folder after three appends to which the tree was 250, 252, 254, 256. */
  private Map<String, byte[]> killed() {
    try (AuditLog writer = AuditLog.open(folder, signer)) {
      for (int from = 250; from < 256; from += 2) {
        writer.append(Samples.entries(from, from + 2));
      }
      return Samples.content(folder);
    }
  }

  private Path laidOut(Map<String, byte[]> content) throws IOException {
    Path log = Files.createTempDirectory(directory, "log");
    Samples.restore(log, content);
    return log;
  }

  @Test
  void theJournalAloneBringsBackWhatTheDiskLost() throws IOException {
    Path log = laidOut(withJournal(base, killed().get(LogFiles.JOURNAL)));
    try (AuditLog again = AuditLog.open(log, signer)) {
      assertThat(again.size()).isEqualTo(256);
    }
    assertThat(AuditVerifier.verify(log, signer.vkey()).size()).isEqualTo(256);
    assertThat(Samples.content(log)).doesNotContainKey(LogFiles.JOURNAL);
  }

  @Test
  void aVerifierReadsPastTheJournalAndACopyHasNone() throws IOException {
    Path copy = directory.resolve("copy");
    try (AuditLog writer = AuditLog.open(folder, signer)) {
      writer.append(Samples.entries(250, 252));
      writer.copyTo(copy);
      assertThat(folder.resolve(LogFiles.JOURNAL)).exists();
      assertThat(AuditVerifier.verify(folder, signer.vkey()).size()).isEqualTo(252);
    }
    assertThat(copy.resolve(LogFiles.JOURNAL)).doesNotExist();
    assertThat(AuditVerifier.verify(copy, signer.vkey()).size()).isEqualTo(252);
    try (AuditLog ofTheCopy = AuditLog.open(copy, signer)) {
      assertThat(ofTheCopy.append(Samples.entries(252, 253))).containsExactly(252L);
    }
  }

  @Test
  void aTornLastRecordIsDroppedAndADamagedOneInTheMiddleIsNamed() throws IOException {
    byte[] journal = killed().get(LogFiles.JOURNAL);
    for (int record = 0; record < 3; record++) {
      JournalChain chain = JournalChain.read(damaged(journal, record), signer.journalMac());
      assertThat(chain.records()).hasSize(record);
      assertThat(chain.follows()).isEqualTo(record == 1);
    }
    Path torn = laidOut(withJournal(base, damaged(journal, 2)));
    try (AuditLog log = AuditLog.open(torn, signer)) {
      assertThat(log.size()).as("the third was never acknowledged").isEqualTo(254);
    }
    for (int record : new int[] {0, 1}) {
      Path log = laidOut(withJournal(base, damaged(journal, record)));
      Map<String, byte[]> found = Samples.content(log);
      assertThatThrownBy(() -> AuditLog.open(log, signer))
          .isInstanceOfSatisfying(
              LogDamagedException.class,
              e -> assertThat(e.file()).isEqualTo(log.resolve(LogFiles.JOURNAL)));
      assertThat(Samples.content(log)).usingRecursiveComparison().isEqualTo(found);
    }
  }

  private static byte[] damaged(byte[] journal, int record) {
    byte[] damaged = journal.clone();
    damaged[record * JournalChain.BLOCK + 200] ^= 1;
    return damaged;
  }

  /** The folder as it was durable: the tree of 250, and the journal. */
  private Map<String, byte[]> withJournal(Map<String, byte[]> durable, byte[] journal) {
    Map<String, byte[]> found = new TreeMap<>(durable);
    found.put(LogFiles.JOURNAL, journal);
    return found;
  }

  @Test
  void anotherKeysJournalIsNotReplayed() {
    LogSigner other = LogSigner.create(directory.resolve("other.key"), Samples.NAME);
    byte[] journal = killed().get(LogFiles.JOURNAL);
    assertThat(JournalChain.read(journal, signer.journalMac()).end()).isEqualTo(256);
    assertThat(JournalChain.read(journal, other.journalMac()).records()).isEmpty();
  }

  @Test
  void aCheckpointThatTheJournalDoesNotLeadOverIsNotOpened() throws IOException {
    Map<String, byte[]> content = killed();
    Path other = directory.resolve("fork");
    try (AuditLog fork = AuditLog.open(other, signer)) {
      fork.append(Samples.entries(1000, 1254));
    }
    content.put("checkpoint", Files.readAllBytes(other.resolve("checkpoint")));
    Path log = laidOut(content);
    assertThatThrownBy(() -> AuditLog.open(log, signer))
        .isInstanceOf(LogDamagedException.class)
        .hasMessageContaining("checkpoint of 254");
  }

  @Test
  void aJournalWithoutItsBeginningIsNotOpened() throws IOException {
    byte[] journal = killed().get(LogFiles.JOURNAL);
    Map<String, byte[]> older = Samples.content(Samples.log(directory, signer, 249, 249));
    Path log = laidOut(withJournal(older, journal));
    assertThatThrownBy(() -> AuditLog.open(log, signer))
        .isInstanceOf(LogDamagedException.class)
        .hasMessageContaining("their beginning is not there");
  }
}
