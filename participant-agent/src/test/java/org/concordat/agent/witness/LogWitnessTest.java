package org.concordat.agent.witness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.concordat.agent.Founded;
import org.concordat.agent.NoLink;
import org.concordat.agent.report.AgentStatus;
import org.concordat.agent.report.Reports;
import org.concordat.agent.site.Rosters;
import org.concordat.auditlog.AuditEntry;
import org.concordat.auditlog.AuditLog;
import org.concordat.auditlog.Checkpoint;
import org.concordat.auditlog.Cosignature;
import org.concordat.auditlog.EntryOutcome;
import org.concordat.auditlog.EntryType;
import org.concordat.auditlog.LogSigner;
import org.concordat.auditlog.TreeHash;
import org.concordat.auditlog.WitnessKey;
import org.concordat.auditlog.WitnessPolicy;
import org.concordat.protocol.v1.LogCosignature;
import org.concordat.protocol.v1.LogHead;
import org.concordat.store.Database;
import org.concordat.store.Entries;
import org.concordat.store.SqlEntries;
import org.concordat.store.StoreLocation;
import org.concordat.testkit.SettableClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A member as witness, shown the heads of real logs by a coordinator that may lie. */
class LogWitnessTest {
  private static final Instant NOW = Instant.parse("2026-11-30T09:00:00Z");

  /** What is sent, and whether the site still holds a session. */
  private static final class Recorder extends NoLink {
    final List<LogCosignature> answers = new ArrayList<>();
    boolean held;

    @Override
    public void hold() {
      held = true;
    }

    @Override
    public void resume() {
      held = false;
    }

    @Override
    public void cosigned(LogCosignature answer) {
      answers.add(answer);
    }
  }

  @TempDir Path root;
  private final SettableClock clock = new SettableClock(NOW);
  private Founded alliance;
  private Database database;
  private AuditLog log;
  private Recorder link;
  private LogWitness witness;

  @BeforeEach
  void wire() {
    alliance = new Founded(root, Founded.OPEN, clock);
    log = AuditLog.open(root.resolve("log"), alliance.logSigner);
    start();
  }

  /** The member's process begins, over what is stored. */
  private void start() {
    start(HeadDemand.NONE);
  }

  private void start(HeadDemand demand) {
    database = Database.open(StoreLocation.sqlite(alliance.home("zurich").resolve("state")));
    Entries entries = new SqlEntries(database);
    link = new Recorder();
    Reports reports =
        new Reports(new AgentStatus(alliance.home("zurich"), "zurich", clock), link, clock);
    witness =
        new LogWitness(
            alliance.site("zurich"),
            new Rosters(alliance.genesis, entries),
            entries,
            link,
            reports,
            demand,
            clock);
  }

  @AfterEach
  void close() {
    log.close();
    database.close();
  }

  private static List<AuditEntry> entries(String kind, int from, int to) {
    return IntStream.range(from, to)
        .mapToObj(
            i ->
                AuditEntry.of(kind + i, NOW, EntryType.SYSTEM, "coordinator", "x", EntryOutcome.OK))
        .toList();
  }

  private static LogHead head(AuditLog shown, long oldSize) {
    LogHead.Builder head =
        LogHead.newBuilder()
            .setCheckpoint(ByteString.copyFromUtf8(shown.signedCheckpoint()))
            .setOldSize(oldSize);
    if (oldSize <= shown.size()) {
      shown
          .consistency(oldSize)
          .hashes()
          .forEach(hash -> head.addProof(ByteString.copyFrom(hash.bytes())));
    }
    return head.build();
  }

  private LogCosignature answer() {
    return link.answers.get(link.answers.size() - 1);
  }

  private String alarm() throws IOException {
    return new ObjectMapper()
        .readTree(Files.readAllBytes(alliance.home("zurich").resolve(AgentStatus.FILE)))
        .path("lastAlarm")
        .asText();
  }

  private void requireCosigned(AuditLog shown) {
    WitnessKey key =
        WitnessKey.of("zurich.eu.test.example", alliance.keys.get("zurich").identity().bytes());
    Cosignature opened = Cosignature.open(answer().getLine(), key, shown.checkpoint());
    assertThat(opened.time()).isEqualTo(clock.instant());
    assertThat(answer().getSize()).isEqualTo(shown.size());
    assertThat(answer().getRefused()).isEmpty();
    assertThat(link.held).isFalse();
  }

  @Test
  void whatExtendsWhatWasSeenIsCosignedAlsoAfterARestart() {
    log.append(entries("a", 0, 10));
    witness.shown(head(log, 0));
    requireCosigned(log);
    log.append(entries("a", 10, 300));
    witness.shown(head(log, 10));
    requireCosigned(log);
    witness.shown(head(log, 0)); // the same head again, to a member that is back
    requireCosigned(log);
    database.close();
    start();
    log.append(entries("a", 300, 310));
    witness.shown(head(log, 300));
    requireCosigned(log);
  }

  @Test
  void anotherSizeThanItsOwnIsAnsweredWithItsOwn() {
    log.append(entries("a", 0, 10));
    witness.shown(head(log, 0));
    log.append(entries("a", 10, 20));
    witness.shown(head(log, 7));
    assertThat(answer().getLine()).isEmpty();
    assertThat(answer().getRefused()).isEmpty();
    assertThat(answer().getSize()).isEqualTo(10);
    witness.shown(head(log, 10));
    requireCosigned(log);
  }

  @Test
  void aForkIsNotCosignedAndItsTellerIsLeftAlsoAfterARestart() throws Exception {
    log.append(entries("a", 0, 10));
    witness.shown(head(log, 0));
    try (AuditLog fork = AuditLog.open(root.resolve("fork"), alliance.logSigner)) {
      fork.append(entries("b", 0, 10));
      requireRefused(head(fork, 10), "two roots of one size differ");
      fork.append(entries("b", 10, 20));
      requireRefused(head(fork, 10), "the log was rewritten");
      database.close();
      start();
      requireRefused(head(fork, 10), "the log was rewritten");
    }
    link.held = false;
    log.append(entries("a", 10, 12)); // who shows the true log again is worked with again
    witness.shown(head(log, 10));
    requireCosigned(log);
  }

  private void requireRefused(LogHead shown, String why) throws IOException {
    int before = link.answers.size();
    witness.shown(shown);
    assertThat(link.answers).hasSize(before);
    assertThat(link.held).isTrue();
    assertThat(alarm()).startsWith("ALARM").contains(why).contains("show them");
  }

  @Test
  void anOlderLogIsAFork() throws Exception {
    try (AuditLog older = AuditLog.open(root.resolve("older"), alliance.logSigner)) {
      older.append(entries("a", 0, 10));
      log.append(entries("a", 0, 20));
      witness.shown(head(log, 0));
      requireRefused(head(older, 10), "has no prefix of 20");
      requireRefused(head(older, 20), "has no prefix of 20");
    }
  }

  @Test
  void aProofOfGarbageIsNoProof() throws Exception {
    log.append(entries("a", 0, 10));
    witness.shown(head(log, 0));
    log.append(entries("a", 10, 20));
    LogHead good = head(log, 10);
    requireRefused(good.toBuilder().clearProof().build(), "too few hashes");
    requireRefused(
        good.toBuilder().addProof(ByteString.copyFrom(new byte[TreeHash.BYTES])).build(),
        "too many hashes");
    requireRefused(good.toBuilder().addProof(ByteString.copyFromUtf8("x")).build(), "32 bytes");
    requireRefused(
        good.toBuilder().setProof(0, ByteString.copyFrom(new byte[TreeHash.BYTES])).build(),
        "does not hold");
    witness.shown(good);
    link.held = false;
    requireCosigned(log);
  }

  @Test
  void aFirstHeadWithGarbageBesideItIsRefused() throws Exception {
    log.append(entries("a", 0, 10));
    requireRefused(
        head(log, 0).toBuilder().addProof(ByteString.copyFrom(new byte[TreeHash.BYTES])).build(),
        "too many hashes");
  }

  @Test
  void aHeadThatTheLogsKeyDidNotSignIsRefusedByName() throws Exception {
    log.append(entries("a", 0, 10));
    String note = log.signedCheckpoint().replace("\n10\n", "\n11\n");
    witness.shown(LogHead.newBuilder().setCheckpoint(ByteString.copyFromUtf8(note)).build());
    assertThat(answer().getLine()).isEmpty();
    assertThat(answer().getRefused()).contains("does not match the checkpoint's text");
    assertThat(alarm()).contains("was not cosigned");
    witness.shown(LogHead.newBuilder().setCheckpoint(ByteString.copyFromUtf8("\0")).build());
    assertThat(answer().getRefused()).isNotEmpty();
    assertThat(link.held).isFalse();
    witness.shown(head(log, 0));
    requireCosigned(log);
  }

  @Test
  void aCosignatureHoldsForOneHeadOnly() {
    log.append(entries("a", 0, 10));
    witness.shown(head(log, 0));
    WitnessKey key =
        WitnessKey.of("zurich.eu.test.example", alliance.keys.get("zurich").identity().bytes());
    String line = answer().getLine();
    log.append(entries("a", 10, 11));
    assertThatThrownBy(() -> Cosignature.open(line, key, log.checkpoint()))
        .hasMessageContaining("does not match");
  }

  /** Two of geneva, lyon and munich, ten minutes, a thousand entries. */
  private HeadDemand demand() {
    String policy =
        "log %s\nwitness g %s\nwitness l %s\nwitness m %s\ngroup others 2 g l m\nquorum others\n"
            .formatted(log.vkey(), other("geneva"), other("lyon"), other("munich"));
    return new HeadDemand(Optional.of(WitnessPolicy.parse(policy)), 1000, Duration.ofMinutes(10));
  }

  private final Map<String, Ed25519PrivateKeyParameters> others = new HashMap<>();

  private WitnessKey other(String name) {
    Ed25519PrivateKeyParameters key =
        others.computeIfAbsent(name, fresh -> new Ed25519PrivateKeyParameters(new SecureRandom()));
    return WitnessKey.of(name + ".example", key.generatePublicKey().getEncoded());
  }

  private String line(String name, Checkpoint head) {
    WitnessKey key = other(name);
    byte[] message = Cosignature.message(head, NOW);
    Ed25519Signer signer = new Ed25519Signer();
    signer.init(true, others.get(name));
    signer.update(message, 0, message.length);
    return Cosignature.of(key, NOW, signer.generateSignature()).line();
  }

  private String note(String... cosigners) {
    StringBuilder note = new StringBuilder(log.signedCheckpoint());
    for (String name : cosigners) {
      note.append(line(name, log.checkpoint()));
    }
    return note.toString();
  }

  private LogHead beside(LogHead head, String note, long size) {
    LogHead.Builder more = head.toBuilder().setWitnessed(ByteString.copyFromUtf8(note));
    log.consistency(size)
        .hashes()
        .forEach(hash -> more.addWitnessedProof(ByteString.copyFrom(hash.bytes())));
    return more.build();
  }

  @Test
  void headsThatOthersCosignALittleLaterAreCosigned() {
    database.close();
    start(demand());
    long size = 0;
    String seen = "";
    for (int minute = 0; minute < 60; minute++) {
      clock.advance(Duration.ofMinutes(1));
      log.append(entries("a", (int) log.size(), (int) log.size() + 400));
      LogHead head = head(log, minute * 400L);
      witness.shown(seen.isEmpty() ? head : beside(head, seen, size));
      requireCosigned(log);
      seen = note("lyon", "munich");
      size = log.size();
    }
  }

  @Test
  void headsThatTooFewCosignForTooLongAreLeft() throws Exception {
    database.close();
    start(demand());
    log.append(entries("a", 0, 10));
    witness.shown(head(log, 0));
    requireCosigned(log);
    for (int step = 1; step <= 10; step++) {
      clock.advance(Duration.ofMinutes(1));
      String few = note("lyon");
      long size = log.size();
      log.append(entries("a", (int) size, (int) size + 1));
      witness.shown(beside(head(log, size), few, size));
      requireCosigned(log);
    }
    clock.advance(Duration.ofSeconds(1));
    long size = log.size();
    log.append(entries("a", (int) size, (int) size + 1));
    requireRefused(beside(head(log, size), note("lyon"), size), "in 600 seconds");
    assertThat(alarm()).contains("too few members vouch for").contains("2 of 3");
  }

  /** Minutes in which the site looks; whether it still holds a session at the end. */
  private boolean staysFor(int minutes, Runnable eachMinute) {
    witness.look(true);
    for (int second = 0; second < minutes * 60 && !link.held; second += 5) {
      if (second % 60 == 0) {
        eachMinute.run();
      }
      clock.advance(Duration.ofSeconds(5));
      witness.look(true);
    }
    return !link.held;
  }

  private void showGrown(long oldSize) {
    log.append(entries("a", (int) log.size(), (int) log.size() + 1));
    witness.shown(head(log, oldSize));
  }

  /** Its answers say which size is right; whoever never takes that up has something to hide. */
  @Test
  void headsWithProofsFromAnotherSizeEachTimeAreLeft() throws Exception {
    database.close();
    start(demand());
    log.append(entries("a", 0, 10));
    witness.shown(head(log, 0));
    assertThat(staysFor(12, () -> showGrown(7))).as("the lag, and two minutes").isTrue();
    assertThat(staysFor(1, () -> showGrown(7))).isFalse();
    assertThat(alarm()).startsWith("ALARM").contains("withholds its log").contains("720 seconds");
    link.held = false; // tried again
    assertThat(staysFor(12, () -> showGrown(7))).isTrue();
    assertThat(staysFor(1, () -> showGrown(7))).isFalse();
  }

  /** An old head that all have cosigned, shown beside, does not hide it. */
  @Test
  void anOldHeadShownAgainAndAgainDoesNotHideNewerOnes() throws Exception {
    database.close();
    start(demand());
    log.append(entries("a", 0, 10));
    LogHead old = beside(head(log, 0), note("lyon", "munich"), 10);
    witness.shown(old);
    requireCosigned(log);
    Runnable both =
        () -> {
          showGrown(7);
          witness.shown(old);
        };
    assertThat(staysFor(13, both)).isFalse();
    assertThat(alarm()).contains("withholds its log");
  }

  @Test
  void aCoordinatorThatShowsNoHeadAtAllIsLeftAlsoIfItCutsSessions() throws Exception {
    database.close();
    start(demand());
    for (int session = 0; session < 3 && !link.held; session++) {
      assertThat(staysFor(4, () -> {})).isTrue();
      clock.advance(Duration.ofHours(5)); // without a session nothing counts
      witness.look(false);
      clock.advance(Duration.ofHours(5));
    }
    assertThat(staysFor(1, () -> {})).isFalse();
    assertThat(alarm()).contains("withholds its log");
  }

  /** A log that does not grow is shown again every minute. */
  @Test
  void aQuietLogIsNoneThatIsWithheld() {
    database.close();
    start(demand());
    log.append(entries("a", 0, 10));
    LogHead quiet = beside(head(log, 0), note("lyon", "munich"), 10);
    assertThat(staysFor(60, () -> witness.shown(quiet))).isTrue();
    witness.shown(quiet);
    requireCosigned(log);
    showGrown(10);
    LogHead alone = head(log, 10);
    assertThat(staysFor(60, () -> witness.shown(alone))).as("the others are away").isTrue();
    witness.shown(alone);
    requireCosigned(log);
  }

  @Test
  void withoutAPolicyNothingIsDemanded() {
    assertThat(staysFor(60, () -> {})).isTrue();
  }

  /** Nobody was there to cosign: that is not a coordinator that shows this log to one site only. */
  @Test
  void aLongPauseIsNoLag() {
    database.close();
    start(demand());
    log.append(entries("a", 0, 10));
    witness.shown(head(log, 0));
    clock.advance(Duration.ofDays(30));
    log.append(entries("a", 10, 20));
    witness.shown(head(log, 10));
    requireCosigned(log);
  }

  @Test
  void tooManyEntriesThatNobodyElseCosignedAreLeft() throws Exception {
    database.close();
    start(demand());
    log.append(entries("a", 0, 5000));
    witness.shown(head(log, 0)); // what was there when this site came is not counted
    requireCosigned(log);
    log.append(entries("a", 5000, 6000));
    witness.shown(head(log, 5000));
    requireCosigned(log);
    log.append(entries("a", 6000, 6001));
    requireRefused(head(log, 6000), "1001 entries are newer");
  }

  /** The others were shown another log: the proof that leads to theirs cannot be made. */
  @Test
  void aHeadThatDoesNotExtendWhatOthersCosignedIsAFork() throws Exception {
    database.close();
    start(demand());
    try (AuditLog fork = AuditLog.open(root.resolve("fork"), alliance.logSigner)) {
      fork.append(entries("b", 0, 10));
      String theirs =
          fork.signedCheckpoint()
              + line("lyon", fork.checkpoint())
              + line("geneva", fork.checkpoint());
      log.append(entries("a", 0, 20));
      requireRefused(beside(head(log, 0), theirs, 10), "the log was rewritten");
    }
  }

  @Test
  void forgedCosignaturesDoNotCount() throws Exception {
    database.close();
    start(demand());
    log.append(entries("a", 0, 10));
    String other = line("munich", new Checkpoint(log.vkey().name(), 9, log.checkpoint().root()));
    String forged = log.signedCheckpoint() + line("lyon", log.checkpoint()) + other;
    witness.shown(head(log, 0));
    log.append(entries("a", 10, 1011));
    requireRefused(beside(head(log, 10), forged, 10), "1001 entries are newer");
  }

  @Test
  void aPolicyOfAnotherLogIsRefusedAtOnce() {
    database.close();
    HeadDemand other =
        new HeadDemand(
            Optional.of(
                WitnessPolicy.parse(
                    "log "
                        + LogSigner.create(root.resolve("other.key"), "other.example/log").vkey()
                        + "\nquorum none\n")),
            1,
            Duration.ofSeconds(1));
    assertThatThrownBy(() -> start(other)).hasMessageContaining("other logs than");
  }
}
