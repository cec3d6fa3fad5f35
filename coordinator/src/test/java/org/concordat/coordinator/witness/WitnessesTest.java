package org.concordat.coordinator.witness;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.concordat.auditlog.AuditVerifier;
import org.concordat.auditlog.Checkpoint;
import org.concordat.auditlog.ConsistencyProof;
import org.concordat.auditlog.Cosignature;
import org.concordat.auditlog.EntryOutcome;
import org.concordat.auditlog.EntryType;
import org.concordat.auditlog.LogVerifierKey;
import org.concordat.auditlog.WitnessKey;
import org.concordat.auditlog.WitnessedHead;
import org.concordat.certs.MemberId;
import org.concordat.certs.RosterEntry;
import org.concordat.coordinator.audit.AuditTrail;
import org.concordat.coordinator.job.Office;
import org.concordat.coordinator.session.FakeStream;
import org.concordat.coordinator.session.Sessions;
import org.concordat.protocol.v1.LogCosignature;
import org.concordat.protocol.v1.LogHead;
import org.concordat.protocol.v1.SessionDown;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Heads go out with the right proofs, and only real cosignatures of a quorum are kept. */
class WitnessesTest {
  private static final Duration INTERVAL = Duration.ofSeconds(10);

  @TempDir Path root;
  private Office office;
  private Witnesses witnesses;
  private LogVerifierKey log;
  private final Map<String, FakeStream> streams = new TreeMap<>();

  @BeforeEach
  void open() {
    office = new Office(root, Office.OPEN);
    log = LogVerifierKey.parse(office.genesis.logVkey().value());
    witnesses =
        new Witnesses(office.audit, office.directory, office.sessions, office.clock, INTERVAL);
    Office.AGENTS.forEach(this::connect);
    grow(5);
  }

  @AfterEach
  void close() {
    office.close();
  }

  private void connect(String member) {
    FakeStream stream = new FakeStream();
    streams.put(member, stream);
    office.sessions.open(
        new Sessions.Session(
            member, stream, office.clock.instant(), office.clock.instant().plusSeconds(86_400)));
    witnesses.connected(member);
  }

  private void grow(int entries) {
    for (int i = 0; i < entries; i++) {
      office.audit.append(
          List.of(
              office.audit.entry(
                  AuditTrail.freshId(), EntryType.SYSTEM, "coordinator", "x", EntryOutcome.OK)));
    }
  }

  private void tickLater() {
    office.clock.advance(INTERVAL.plusMillis(1));
    witnesses.tick();
  }

  private List<LogHead> shown(String member) {
    return streams.get(member).sent.stream()
        .filter(SessionDown::hasLogHead)
        .map(SessionDown::getLogHead)
        .toList();
  }

  private LogHead last(String member) {
    List<LogHead> all = shown(member);
    return all.get(all.size() - 1);
  }

  private Checkpoint checkpoint(LogHead head) {
    return Checkpoint.open(head.getCheckpoint().toByteArray(), log);
  }

  private LogCosignature cosigned(String member, LogHead head) {
    return cosigned(member, member, head);
  }

  /** Under one member's name, with another's key. */
  private LogCosignature cosigned(String name, String signer, LogHead head) {
    RosterEntry self = office.directory.find(name).orElseThrow();
    Instant now = office.clock.instant();
    WitnessKey key = WitnessKey.of(self.dnsName(), self.identityKey().bytes());
    byte[] signature = office.sign(signer, Cosignature.message(checkpoint(head), now));
    return LogCosignature.newBuilder()
        .setCheckpoint(head.getCheckpoint())
        .setSize(checkpoint(head).size())
        .setLine(Cosignature.of(key, now, signature).line())
        .build();
  }

  private Path folder() {
    return root.resolve("coordinator").resolve(AuditTrail.DIRECTORY);
  }

  private WitnessedHead kept() {
    List<WitnessKey> keys =
        office.directory.roster().agents().stream()
            .map(agent -> WitnessKey.of(agent.dnsName(), agent.identityKey().bytes()))
            .toList();
    return WitnessedHead.of(folder(), AuditVerifier.verify(folder(), log), log, keys).orElseThrow();
  }

  @Test
  void aQuorumsCosignaturesAreKeptAndMoreThanThat() {
    witnesses.tick();
    witnesses.answered("boston", cosigned("boston", last("boston")));
    witnesses.answered("zurich", cosigned("zurich", last("zurich")));
    assertThat(folder().resolve(WitnessedHead.FILE)).doesNotExist();
    assertThat(office.audit.witnessed()).isEmpty();
    witnesses.answered("budapest", cosigned("budapest", last("budapest")));
    assertThat(kept().checkpoint().size()).isEqualTo(office.audit.size());
    assertThat(kept().witnesses()).hasSize(3);
    witnesses.answered("cleveland", cosigned("cleveland", last("cleveland")));
    assertThat(kept().witnesses()).hasSize(4);
    assertThat(office.audit.witnessed()).contains(kept());
  }

  @Test
  void theNextHeadComesWithAProofFromTheOneBeforeOnceItIsTime() {
    witnesses.tick();
    long first = office.audit.size();
    Office.AGENTS.forEach(member -> witnesses.answered(member, cosigned(member, last(member))));
    grow(3);
    witnesses.tick();
    assertThat(shown("boston")).as("too early").hasSize(1);
    tickLater();
    LogHead next = last("boston");
    assertThat(shown("boston")).hasSize(2);
    assertThat(next.getOldSize()).isEqualTo(first);
    ConsistencyProof.of(
            first, first + 3, next.getProofList().stream().map(ByteString::toByteArray).toList())
        .verify(checkpoint(shown("boston").get(0)).root(), checkpoint(next).root());
    assertThat(shown("boston").get(0).getWitnessed().isEmpty()).as("nobody has yet").isTrue();
    WitnessedHead seen = WitnessedHead.open(next.getWitnessed().toByteArray(), log, List.of());
    assertThat(seen.checkpoint().size()).isEqualTo(first);
    assertThat(next.getWitnessed().toStringUtf8().lines()).hasSizeGreaterThan(7);
    ConsistencyProof.of(
            first,
            first + 3,
            next.getWitnessedProofList().stream().map(ByteString::toByteArray).toList())
        .verify(seen.checkpoint().root(), checkpoint(next).root());
    tickLater();
    assertThat(shown("boston")).as("it did not grow").hasSize(2);
    for (int interval = 0; interval < 6; interval++) {
      tickLater();
    }
    assertThat(shown("boston")).as("again after a minute").hasSize(3);
    assertThat(last("boston").getCheckpoint()).isEqualTo(next.getCheckpoint());
    assertThat(kept().checkpoint().size()).as("the last that a quorum saw").isEqualTo(first);
  }

  @Test
  void whoSawAnotherSizeIsShownTheHeadWithAProofFromThere() {
    witnesses.tick();
    LogHead head = last("boston");
    LogCosignature other =
        LogCosignature.newBuilder().setCheckpoint(head.getCheckpoint()).setSize(2).build();
    witnesses.answered("boston", other);
    assertThat(last("boston").getOldSize()).isEqualTo(2);
    assertThat(last("boston").getProofCount()).isPositive();
    witnesses.answered("boston", other); // the same again: no endless talk
    assertThat(shown("boston")).hasSize(2);
    connect("boston"); // it has lost its disk meanwhile
    assertThat(last("boston").getOldSize()).isZero();
  }

  /** Each answer would have it shown the head again, with another proof. */
  @Test
  void whoSaysAnotherSizeEachTimeIsNotTalkedToWithoutEnd() {
    witnesses.tick();
    for (int i = 0; i < 20; i++) {
      witnesses.answered(
          "boston",
          LogCosignature.newBuilder()
              .setCheckpoint(last("boston").getCheckpoint())
              .setSize(1 + i % 3)
              .build());
    }
    assertThat(shown("boston")).hasSize(2);
    grow(1);
    tickLater();
    assertThat(shown("boston")).as("the next head is a new chance").hasSize(3);
    assertThat(office.audit.witnessed()).isEmpty();
  }

  @Test
  void whoWasAwayForAMonthIsShownOneHeadWithAProofFromWhereItWas() {
    witnesses.tick();
    LogHead before = last("boston");
    Office.AGENTS.forEach(member -> witnesses.answered(member, cosigned(member, last(member))));
    long seen = office.audit.size();
    office.sessions.ended(office.sessions.find("boston").orElseThrow());
    for (int day = 0; day < 31; day++) {
      office.clock.advance(Duration.ofDays(1));
      grow(10);
      witnesses.tick();
      for (String member : List.of("zurich", "budapest", "cleveland")) {
        witnesses.answered(member, cosigned(member, last(member)));
      }
    }
    assertThat(kept().witnesses()).as("the others go on").hasSize(3);
    assertThat(shown("boston")).as("nothing is kept for it").hasSize(1);
    connect("boston");
    witnesses.answered(
        "boston",
        LogCosignature.newBuilder()
            .setCheckpoint(last("boston").getCheckpoint())
            .setSize(seen)
            .build());
    LogHead now = last("boston");
    assertThat(now.getOldSize()).isEqualTo(seen);
    ConsistencyProof.of(
            seen,
            checkpoint(now).size(),
            now.getProofList().stream().map(ByteString::toByteArray).toList())
        .verify(checkpoint(before).root(), checkpoint(now).root());
    witnesses.answered("boston", cosigned("boston", now));
    assertThat(kept().witnesses()).hasSize(4);
    assertThat(kept().checkpoint().size()).isEqualTo(seen + 310);
  }

  @Test
  void aSizeThatCannotBeIsRefusedByName() {
    witnesses.tick();
    for (String member : List.of("boston", "zurich")) {
      witnesses.answered(
          member,
          LogCosignature.newBuilder()
              .setCheckpoint(last(member).getCheckpoint())
              .setSize(member.equals("boston") ? -1 : office.audit.size() + 1)
              .build());
      assertThat(shown(member)).as("not shown again").hasSize(1);
    }
    office.audit.flush();
    assertThat(office.logged("system"))
        .anyMatch(json -> json.contains("has cosigned 18446744073709551615 entries"))
        .anyMatch(json -> json.contains("the log has 5"));
  }

  @Test
  void whatIsNoCosignatureCountsNothingAndIsLoggedOnce() throws Exception {
    witnesses.tick();
    witnesses.answered("boston", cosigned("boston", last("boston")));
    witnesses.answered("zurich", cosigned("zurich", last("zurich")));
    LogHead old = last("cleveland");
    witnesses.answered("cleveland", cosigned("cleveland", "boston", last("cleveland")));
    witnesses.answered("cleveland", cosigned("cleveland", last("cleveland"))); // asked once
    witnesses.answered("budapest", cosigned("zurich", last("budapest"))); // another's
    witnesses.answered("nobody", cosigned("budapest", last("budapest")));
    assertThat(Files.exists(folder().resolve(WitnessedHead.FILE))).isFalse();
    grow(1);
    tickLater();
    witnesses.answered("cleveland", cosigned("cleveland", old)); // about a head that is past
    witnesses.answered("cleveland", cosigned("cleveland", "boston", last("cleveland")));
    assertThat(Files.exists(folder().resolve(WitnessedHead.FILE))).isFalse();
    office.audit.flush();
    assertThat(office.logged("system").stream().filter(json -> json.contains("notCosigned")))
        .as("one about each, though cleveland did it twice")
        .hasSize(2);
  }

  @Test
  void aRefusalIsLoggedWithItsReason() {
    witnesses.tick();
    witnesses.answered(
        "zurich",
        LogCosignature.newBuilder()
            .setCheckpoint(last("zurich").getCheckpoint())
            .setRefused("y".repeat(5000))
            .build());
    office.audit.flush();
    assertThat(office.logged("system")).anyMatch(json -> json.contains("y".repeat(200)));
  }

  @Test
  void aClockThatIsSetBackDoesNotStopIt() {
    witnesses.tick();
    grow(1);
    office.clock.set(office.clock.instant().minus(Duration.ofDays(1)));
    witnesses.tick();
    assertThat(shown(new MemberId("boston").value())).hasSize(2);
  }
}
