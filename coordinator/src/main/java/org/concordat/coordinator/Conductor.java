package org.concordat.coordinator;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.concordat.coordinator.directory.Directory;
import org.concordat.coordinator.directory.Sessions;
import org.concordat.coordinator.directory.Sessions.Session;
import org.concordat.coordinator.epoch.DrawKeeper;
import org.concordat.coordinator.epoch.Epochs;
import org.concordat.coordinator.epoch.Pinned;
import org.concordat.coordinator.epoch.Proofs;
import org.concordat.coordinator.epoch.StoreRelay;
import org.concordat.coordinator.evidence.Evidence;
import org.concordat.coordinator.intake.LastStatements;
import org.concordat.coordinator.intake.Receiver;
import org.concordat.coordinator.intake.UploadRefusedException;
import org.concordat.coordinator.job.AlliancePolicy;
import org.concordat.coordinator.job.Job;
import org.concordat.coordinator.job.JobBook;
import org.concordat.coordinator.job.Jobs;
import org.concordat.coordinator.job.SumFacts;
import org.concordat.coordinator.round.Applying;
import org.concordat.coordinator.round.Round;
import org.concordat.coordinator.round.RoundEngine;
import org.concordat.coordinator.round.RoundMessage;
import org.concordat.jurisdictions.Action;
import org.concordat.protocol.v1.AgentReport;
import org.concordat.protocol.v1.Hello;
import org.concordat.protocol.v1.Refused;
import org.concordat.secureagg.BadEnvelopeException;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Incarnation;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.codec.MalformedMessageException;
import org.concordat.secureagg.message.Checkpoint;
import org.concordat.secureagg.message.StoreAnswer;
import org.concordat.secureagg.message.StoreQuery;
import org.concordat.secureagg.message.TokenRef;
import org.concordat.secureagg.message.UploadCommitment;
import org.concordat.secureagg.server.DrawServer;
import org.concordat.secureagg.server.EpochServer;
import org.concordat.store.Entries;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where sessions, jobs, epochs and rounds meet, on the mailbox thread: agents' messages go to the
 * epoch or the round that they are about, rounds' effects go out, and a job's next round is opened
 * when the last one has ended.
 */
final class Conductor implements Receiver {
  private static final Logger LOG = LoggerFactory.getLogger(Conductor.class);

  /** Reasons for which a member refuses a task that it can take once it has what it lacks. */
  private static final Set<String> LACKING =
      Stream.of(
              Reason.BASE_STATE_MISMATCH,
              Reason.JOB_UNKNOWN,
              Reason.NOT_ALL_COHORTS,
              Reason.EPOCH_UNKNOWN,
              Reason.EPOCH_NOT_CERTIFIED)
          .map(Reason::name)
          .collect(Collectors.toUnmodifiableSet());

  /** Notes are in the log within a second, or sooner with an entry that cannot wait. */
  private static final int SETTLE_TICKS = 8;

  private final Directory directory;
  private final Sessions sessions;
  private final Epochs epochs;
  private final DrawKeeper draws;
  private final CohortRounds cohorts;
  private final JobBook book;
  private final Jobs jobs;
  private final RoundEngine engine;
  private final RoundEffects effects;
  private final JobProgress progress;
  private final AlliancePolicy policy;
  private final EpochLog log;
  private final Entries entries;
  private final Notary notary;
  private final Mailbox mailbox;
  private final Clock clock;
  private final Duration dropGrace;
  private final Duration stallTimeout;
  private final Duration clockTolerance;
  private final LastStatements statements;
  private final StoreRelay stores;
  private final Instant startedAt;
  private final Consumer<String> changed;
  private final Proofs proofs;
  private final Evidence evidence;

  /** Jobs whose rounds have taken messages that are not durable yet. */
  private final Set<String> toCommit = new LinkedHashSet<>();

  /** Streams of rounds that have ended and still have events. */
  private final Set<String> ended = new LinkedHashSet<>();

  private long forgottenFor = -1;
  private long ticks;

  Conductor(Parts parts) {
    this.directory = parts.directory();
    this.sessions = parts.sessions();
    this.book = parts.book();
    this.jobs = parts.jobs();
    this.policy = parts.policy();
    this.entries = parts.entries();
    this.notary = parts.notary();
    this.proofs = new Proofs(entries, notary);
    this.evidence = parts.evidence();
    this.mailbox = parts.mailbox();
    this.clock = parts.clock();
    this.dropGrace = parts.config().dropGrace();
    this.stallTimeout = parts.config().stallTimeout();
    this.clockTolerance = parts.config().clockTolerance();
    this.statements = parts.statements();
    this.stores =
        new StoreRelay(
            sessions,
            entries,
            notary,
            clock,
            () -> directory.roster().agents().stream().map(one -> one.id().value()).toList(),
            this::wasPossible);
    this.changed = parts.changed();
    this.startedAt = clock.instant();
    this.log =
        new EpochLog(
            parts.audit(), parts.clock(), () -> mailbox.post(() -> progress().advanceAll()));
    this.epochs =
        new Epochs(parts.entries(), sessions, notary, clock, parts.config().epochWait(), log);
    this.draws =
        new DrawKeeper(parts.entries(), sessions, notary, clock, parts.config().drawWait(), log);
    this.engine =
        new RoundEngine(parts.events(), parts.outbox(), epochs, notary, clock, parts.crashPoint());
    this.cohorts = new CohortRounds(engine, parts.entries(), sessions, notary);
    this.effects =
        new RoundEffects(
            parts,
            (stream, message) -> handle(stream, message, ""),
            cohorts,
            epochs::convict,
            this::hasEnded,
            id -> progress().advance(id));
    this.progress =
        new JobProgress(
            parts,
            engine,
            epochs,
            draws,
            cohorts,
            effects,
            (stream, reason) -> handle(stream, new RoundMessage.Abort(reason), ""));
  }

  /** Takes up everything where the store left it. */
  void resume() {
    draws.resume(new Digest(directory.roster().digest().bytes()));
    epochs.lies().forEach(log::proven); // a crash may have come between the proof and its entry
    for (Job job : List.copyOf(book.all())) {
      long index = job.record().getRoundsCommitted();
      if (job.running() && engine.exists(Round.stream(job.id(), index))) {
        engine.load(Round.stream(job.id(), index));
      }
      if (job.running()) {
        cohorts.begun(job.id(), index).stream()
            .flatMap(round -> cohorts.all(job.id(), round).stream())
            .filter(round -> !round.closed())
            .forEach(round -> engine.load(round.stream()));
      }
    }
    evidence.sweep(
        cohorts.sumsInUse(),
        engine.open().values().stream()
            .map(round -> round.task().digest())
            .collect(Collectors.toSet()),
        this::isPast);
    engine.drain(effects);
    ended.addAll(engine.streams());
    ended.removeAll(engine.open().keySet());
    progress.advanceAll();
  }

  private void hasEnded(String stream) {
    engine.forget(stream);
    ended.add(stream);
  }

  /**
   * Of rounds that are over, the log and a summary stay; of epochs, what open rounds and the next
   * number need.
   */
  private void forgetOld() {
    List<String> past = ended.stream().filter(this::isPast).toList();
    if (!past.isEmpty()) {
      engine.erase(past);
      past.forEach(ended::remove);
    }
    if (epochs.newest() != forgottenFor) {
      forgottenFor = epochs.newest();
      Set<Long> inUse =
          engine.open().values().stream()
              .map(round -> round.task().epoch())
              .collect(Collectors.toSet());
      epochs.forgetOld(inUse);
    }
  }

  private boolean isPast(String stream) {
    return book.find(Round.jobOf(stream))
        .map(job -> job.ended() || Round.indexOf(stream) < job.record().getRoundsCommitted())
        .orElse(true);
  }

  /** Computations that a restart or a full disk has cut off. */
  private void combineDue() {
    for (Round round : List.copyOf(engine.open().values())) {
      if (round.phase() instanceof Applying) {
        effects.combine(round);
      }
    }
  }

  /** What opens rounds. */
  JobProgress progress() {
    return progress;
  }

  RoundEngine engine() {
    return engine;
  }

  Epochs epochs() {
    return epochs;
  }

  // What agents send.

  @Override
  public void connected(Session session, Hello hello) {
    engine.commit(effects); // what the member is told below must be durable
    sessions.open(session);
    LOG.info("{} connected", session.member());
    compareClocks(session, hello);
    if (hello.getIncarnation().size() == Incarnation.SIZE_BYTES) {
      session.store(Incarnation.of(hello.getIncarnation().toByteArray()));
    }
    sessions.push(
        session.member(),
        org.concordat.protocol.v1.SessionDown.newBuilder()
            .setRosterChain(com.google.protobuf.ByteString.copyFrom(directory.chain().toBytes()))
            .build());
    stores.connected(session.member());
    draws.tell(session.member());
    epochs.tell(session.member());
    jobs.connected(session.member());
    book.all().stream().filter(Job::running).forEach(job -> tellCheckpoint(job, session.member()));
    for (Round round : engine.open().values()) {
      effects.tell(round, session.member());
    }
    changed.accept("");
  }

  /** A clock that is off ends certificates too early or too late: named with both times. */
  private void compareClocks(Session session, Hello hello) {
    Instant here = session.since();
    Instant there = Instant.ofEpochMilli(hello.getUnixMillis());
    if (hello.getUnixMillis() != 0
        && Duration.between(here, there).abs().compareTo(clockTolerance) > 0) {
      String warning =
          "its clock says %s, the coordinator's %s: set the one that is wrong"
              .formatted(seconds(there), seconds(here));
      session.warning(warning);
      LOG.warn("{}: {}", session.member(), warning);
    }
  }

  private static Instant seconds(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS);
  }

  /**
   * A member that lacks what a task builds on is sent that and the task again, once a session and
   * round. Otherwise it counts as away from this attempt, and its reason is the operator's.
   */
  @Override
  public void refused(Session session, Refused refused) {
    String member = session.member();
    for (Round round : List.copyOf(engine.open().values())) {
      boolean about =
          round.task().job().equals(refused.getJob())
              && round.task().round() == refused.getRound()
              && round.task().attempt() == refused.getAttempt()
              && round.participants().contains(member);
      if (about && LACKING.contains(refused.getReason()) && session.tellAgain(round.stream())) {
        LOG.info("{} lacks what {} builds on: sent again", member, round.inWords());
        tellWhatTaskNeeds(round, member);
      } else if (about) {
        LOG.warn("{} refuses {}: {}", member, round.inWords(), refused.getText());
        handle(
            round.stream(),
            new RoundMessage.Refused(
                member, refused.getReason() + ": " + refused.getText(), refused.getGoesOn()),
            member);
      }
    }
  }

  private void tellWhatTaskNeeds(Round round, String member) {
    engine.commit(effects);
    Job job = book.find(round.task().job()).orElseThrow();
    epochs.tell(member);
    jobs.tell(job, member);
    tellCheckpoint(job, member);
    effects.tell(round, member);
  }

  /**
   * The state that the job's next round starts from, signed by T members: for whoever missed its
   * result.
   */
  private void tellCheckpoint(Job job, String member) {
    cohorts.tell(job.id(), member);
    entries
        .get(RoundEffects.CHECKPOINTS, job.id())
        .map(Checkpoint::decode)
        .ifPresent(
            checkpoint ->
                sessions.send(
                    member,
                    notary.seal(
                        Checkpoint.TYPE,
                        checkpoint.envelopeRound(),
                        checkpoint.envelopeAttempt(),
                        checkpoint.encode())));
  }

  @Override
  public void disconnected(Session session) {
    if (sessions.ended(session)) {
      LOG.info("{} disconnected", session.member());
      changed.accept("");
    }
  }

  @Override
  public void reported(Session session, AgentReport report) {
    session.state(report.getState());
    jobs.reported(session.member(), report);
  }

  @Override
  public void received(String member, byte[] sealed) {
    try {
      Notary.Opened opened = notary.open(sealed);
      if (!opened.sender().equals(member)) {
        throw new BadEnvelopeException(
            "signed by '" + opened.sender() + "', sent by '" + member + "'");
      }
      statements.heard(opened, sealed);
      speaksFrom(opened);
      if (StoreRelay.TYPES.contains(opened.type())) {
        stores.received(opened, sealed);
      } else if (EpochServer.MEMBER_TYPES.contains(opened.type())) {
        epochs.received(member, sealed, opened.round());
      } else if (DrawServer.MEMBER_TYPES.contains(opened.type())) {
        draws.received(member, sealed);
      } else if (opened.type().equals(Job.CONSENT_TYPE)) {
        jobs.consent(member, opened).ifPresent(job -> progress.advance(job.id()));
      } else {
        toRound(member, sealed, opened);
      }
    } catch (BadEnvelopeException | MalformedMessageException bad) {
      log.badMessage(member, "a message was not acted upon: " + bad.getMessage());
    }
  }

  private boolean wasPossible(StoreAnswer answer) {
    return answer.epoch() <= epochs.highest()
        && answer.draws() <= draws.begun(answer.rosterDigest())
        && answer.rounds().stream()
            .allMatch(
                last ->
                    book.find(last.job())
                        .filter(job -> last.round() <= job.record().getRoundsCommitted())
                        .isPresent());
  }

  private void speaksFrom(Notary.Opened opened) {
    Incarnation store = opened.stamp().incarnation();
    if (opened.stamp().counter() > 0) {
      sessions.find(opened.sender()).ifPresent(session -> session.store(store));
      if (!opened.type().equals(StoreQuery.TYPE)) {
        stores.spoke(opened.sender(), store);
      }
    }
  }

  /**
   * Hands a message to the round it is about. Two jobs may be at the same round and attempt: the
   * message is one of them's, and only if none takes it is it wrong. What is about an earlier
   * attempt comes too late, not wrongly.
   */
  private void toRound(String member, byte[] sealed, Notary.Opened opened) {
    Optional<Refusal> refusal = Optional.empty();
    List<Round> about =
        engine.open().values().stream()
            .filter(
                round ->
                    round.task().round() == opened.round()
                        && round.task().attempt() == opened.attempt())
            .toList();
    boolean takesPart = about.stream().anyMatch(round -> round.participants().contains(member));
    for (Round round : about) {
      if (!takesPart || round.participants().contains(member)) {
        try {
          engine.take(round.stream(), new RoundMessage.FromMember(member, sealed));
          commitSoon(round.task().job());
          return;
        } catch (Refusal wrong) {
          refusal = Optional.of(wrong);
          convict(round, member, sealed);
        }
      }
    }
    refusal.ifPresent(wrong -> log.badMessage(member, String.valueOf(wrong.getMessage())));
  }

  private void convict(Round round, String member, byte[] refused) {
    proofs
        .against(
            round.server().cohort().rosterDigest(), member, () -> round.server().proof(refused))
        .ifPresent(epochs::convict);
  }

  /**
   * Once what is waiting in the mailbox has been taken too: members answer at about one time. Only
   * then are the job's watchers told.
   */
  private void commitSoon(String job) {
    if (toCommit.isEmpty()) {
      mailbox.post(
          () -> {
            List<String> jobs = List.copyOf(toCommit);
            toCommit.clear();
            engine.commit(effects);
            jobs.forEach(changed);
          });
    }
    toCommit.add(job);
  }

  @Override
  public int requireExpected(String member, UploadCommitment commitment)
      throws UploadRefusedException {
    Round round = expecting(member, commitment);
    if (commitment.wireBytes() != round.task().wireBytes()) {
      throw new UploadRefusedException(
          "an upload of "
              + commitment.wireBytes()
              + " bytes, the task asks for "
              + round.task().wireBytes());
    }
    requirePolicy(round, member);
    return round.task().quantisation().wireBytes();
  }

  private Round expecting(String member, UploadCommitment commitment)
      throws UploadRefusedException {
    TokenRef ref = commitment.ref();
    Round round =
        engine
            .find(ref)
            .orElseThrow(
                () -> new UploadRefusedException("no open round waits for " + ref.describe()));
    if (!round.participants().contains(member)) {
      throw new UploadRefusedException("'" + member + "' has no part in epoch " + ref.epoch());
    }
    return round;
  }

  private void requirePolicy(Round round, String member) throws UploadRefusedException {
    Job job = book.find(round.task().job()).orElseThrow();
    String denials =
        policy.denialNow(
            Action.SUBMIT,
            job.spec(),
            member,
            SumFacts.before(round.server().cohort()),
            round.inWords());
    if (!denials.isEmpty()) {
      throw new UploadRefusedException(denials);
    }
  }

  @Override
  public void uploaded(String member, byte[] sealed, UploadCommitment commitment)
      throws UploadRefusedException {
    Round round = expecting(member, commitment);
    try {
      engine.handle(round.stream(), new RoundMessage.UploadStored(member, sealed), effects);
      changed.accept(round.task().job());
    } catch (Refusal refusal) {
      convict(round, member, sealed);
      throw new UploadRefusedException(String.valueOf(refusal.getMessage()));
    }
  }

  // What time brings.

  void tick() {
    if (++ticks % SETTLE_TICKS == 0 || mailbox.troubled()) {
      engine.settle(effects);
      forgetOld();
      statements.flush();
      log.flush();
      stores.tick();
    }
    draws.tick();
    epochs.tick();
    sessions.closeWhere(member -> directory.find(member).isEmpty());
    jobs.tick().forEach(job -> progress.advance(job.id()));
    Instant now = clock.instant();
    for (Map.Entry<String, Round> open : List.copyOf(engine.open().entrySet())) {
      Job job = book.find(open.getValue().task().job()).orElseThrow();
      RoundMessage.Tick tick =
          new RoundMessage.Tick(
              member ->
                  !job.spec().getWaitForAll()
                      && !sessions.connected(member)
                      && RoundMessage.passed(sessions.awaySince(member, startedAt), dropGrace, now),
              Duration.ofSeconds(job.spec().getDeadlineSeconds()),
              stallTimeout);
      handle(open.getKey(), tick, "");
      lostStores(open.getKey());
    }
    combineDue();
    progress.advanceAll();
    if (mailbox.takeTrouble()) {
      // what members sent meanwhile was not taken: whoever still owes an answer is asked again
      engine
          .open()
          .values()
          .forEach(round -> round.participants().forEach(member -> effects.tell(round, member)));
    }
  }

  /** Who is here with another store than the round's epoch pins can do nothing in it. */
  private void lostStores(String stream) {
    Round round = engine.open().get(stream);
    if (round == null || round.closed()) {
      return;
    }
    long epoch = round.task().epoch();
    for (String member : Pinned.of(epochs.find(epoch)).where(sessions::speaksFromAnother)) {
      handle(
          stream,
          new RoundMessage.Refused(
              member,
              Reason.STORE_LOST + ": its store is not the one that epoch " + epoch + " pins"),
          "");
    }
  }

  private void handle(String stream, RoundMessage message, String member) {
    Round before = engine.open().get(stream);
    try {
      engine.handle(stream, message, effects);
    } catch (Refusal refusal) {
      log.badMessage(member, String.valueOf(refusal.getMessage()));
    }
    if (before != null && engine.open().get(stream) != before) {
      changed.accept(before.task().job());
    }
  }
}
