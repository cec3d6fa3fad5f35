package org.concordat.coordinator.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.concordat.auditlog.Checkpoint;
import org.concordat.auditlog.EntryOutcome;
import org.concordat.auditlog.EntryType;
import org.concordat.auditlog.LogVerifierKey;
import org.concordat.coordinator.job.Office;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Heads that are taken while others append. */
class HeadsTest {
  /** One alone could not write between two questions that keep it from appending. */
  private static final int WRITERS = 4;

  private static final int HEADS = 1_500;

  @TempDir Path root;

  /** Else a member would hold a proof to one head against the note of another: a false fork. */
  @Test
  void aHeadIsWhatItsNoteSays() throws Exception {
    try (Office office = new Office(root, Office.OPEN)) {
      LogVerifierKey key = LogVerifierKey.parse(office.genesis.logVkey().value());
      AtomicBoolean over = new AtomicBoolean();
      List<Thread> writers = new ArrayList<>();
      for (int i = 0; i < WRITERS; i++) {
        writers.add(
            new Thread(
                () -> {
                  while (!over.get()) {
                    office.audit.append(
                        List.of(
                            office.audit.entry(
                                AuditTrail.freshId(),
                                EntryType.SYSTEM,
                                "coordinator",
                                "coordinator",
                                EntryOutcome.OK)));
                  }
                }));
      }
      writers.forEach(Thread::start);
      try {
        AuditTrail.Head before = office.audit.head();
        for (int seen = 0; seen < HEADS; ) {
          AuditTrail.Head head = office.audit.head();
          if (!head.note().equals(before.note())) {
            Checkpoint noted = Checkpoint.open(head.note().getBytes(StandardCharsets.UTF_8), key);
            assertThat(head.checkpoint()).isEqualTo(noted);
            before = head;
            seen++;
          }
        }
      } finally {
        over.set(true);
        for (Thread writer : writers) {
          writer.join();
        }
      }
    }
  }
}
