package org.concordat.coordinator.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.concordat.coordinator.evidence.Evidence;
import org.concordat.coordinator.evidence.Retention;
import org.concordat.coordinator.round.StreamId;
import org.concordat.coordinator.stored.Kinds;
import org.concordat.coordinator.upload.Uploads;
import org.concordat.protocol.v1.RoundSummary;
import org.concordat.secureagg.Digest;
import org.concordat.store.Blobs;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is kept of rounds is deleted when the policy says so, and the log says that. */
class RetentionTest {
  @TempDir Path root;
  private Office office;
  private Blobs blobs;
  private Evidence evidence;
  private Retention retention;

  private void found(String obligations, String bounds) {
    office =
        new Office(
            root,
            Office.OPEN
                .replace("because: a test", "because: a test\n    obligations: " + obligations)
                .replace("rules:", bounds + "\nrules:"));
    blobs = new Blobs(root.resolve("blobs"));
    evidence =
        new Evidence(
            office.entries, blobs, new Uploads(blobs), office.book, office.policy, 1_000_000);
    retention = new Retention(evidence, office.policy, office.audit, "coordinator", office.clock);
  }

  @AfterEach
  void close() {
    office.close();
  }

  /** As a committed round leaves it. */
  private void committed(long round) {
    StreamId stream = StreamId.of("job", round);
    office.entries.put(
        Kinds.ROUNDS,
        stream.name(),
        RoundSummary.newBuilder()
            .setJob("job")
            .setRound(round + 1)
            .setEndedMillis(office.clock.millis())
            .build()
            .toByteArray());
    blobs.putNamed(blob(round), "record".getBytes(StandardCharsets.UTF_8));
    evidence.committed(List.of(stream));
  }

  private static String blob(long round) {
    byte[] name = StreamId.of("job", round).name().getBytes(StandardCharsets.UTF_8);
    return "record-" + Digest.sha256(name).hex();
  }

  private String order() {
    return new String(
        office.entries.get(Kinds.EVIDENCE_ORDER, "").orElseThrow(), StandardCharsets.UTF_8);
  }

  @Test
  void roundsAreDeletedOnceTheyAreOldEnoughAndOnlyThose() {
    found("[retain-days]", "bounds: {retain-days: 30}");
    committed(0);
    office.clock.advance(Duration.ofDays(10));
    committed(1);
    office.clock.advance(Duration.ofDays(20).minusMillis(1));
    retention.tick();
    assertThat(order()).contains("/000000").contains("/000001");
    assertThat(office.logged("system")).noneMatch(line -> line.contains("retention/"));
    office.clock.advance(Duration.ofMinutes(2));
    retention.tick();
    retention.tick();
    assertThat(order()).doesNotContain("/000000").contains("/000001");
    assertThat(blobs.names()).containsExactly(blob(1));
    assertThatThrownBy(() -> evidence.record("job", 1, 0))
        .isInstanceOf(JobRefusedException.class)
        .hasMessageContaining("job job, round 1 was deleted by retention")
        .hasMessageContaining("obligation retain-days: 30");
    assertThatThrownBy(() -> evidence.record("job", 9, 0))
        .isInstanceOf(JobRefusedException.class)
        .hasMessageContaining("it has no result yet");
    assertThat(office.logged("system"))
        .filteredOn(line -> line.contains("retention/"))
        .singleElement()
        .asString()
        .contains("\"obligation\":\"retain-days: 30\"")
        .contains("\"backups\":\"none, state/ is in no backup\"");
  }

  @Test
  void whatACrashLeftIsDeletedAndLoggedOnce() {
    found("[retain-days]", "bounds: {retain-days: 1}");
    committed(0);
    byte[] before = office.entries.get(Kinds.EVIDENCE_ORDER, "").orElseThrow();
    office.clock.advance(Duration.ofDays(2));
    retention.tick();
    office.entries.put(Kinds.EVIDENCE_ORDER, "", before); // killed after the entry in the log
    office.clock.advance(Duration.ofMinutes(1));
    retention.tick();
    assertThat(order()).isEmpty();
    assertThat(office.logged("system")).filteredOn(line -> line.contains("retention/")).hasSize(1);
  }

  @Test
  void aRoundThatIsNotClosedYetStays() {
    found("[retain-days]", "bounds: {retain-days: 1}");
    evidence.committed(List.of(StreamId.of("job", 7)));
    office.clock.advance(Duration.ofDays(2));
    retention.tick();
    assertThat(order()).contains("/000007");
  }

  @Test
  void nothingIsDeletedWhereNoRuleAsksForIt() {
    found("[log-before-acting]", "");
    committed(0);
    office.clock.advance(Duration.ofDays(4000));
    retention.tick();
    assertThat(order()).contains("/000000");
  }
}
