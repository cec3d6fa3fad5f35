package org.concordat.coordinator;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.concordat.auditlog.AuditEntry;
import org.concordat.auditlog.EntryOutcome;
import org.concordat.auditlog.EntryType;
import org.concordat.coordinator.audit.AuditTrail;
import org.concordat.coordinator.directory.Directory;
import org.concordat.coordinator.directory.Sessions;
import org.concordat.coordinator.directory.Sessions.Session;
import org.concordat.coordinator.epoch.EpochKeeper;
import org.concordat.coordinator.intake.Receiver;
import org.concordat.coordinator.intake.UploadRefusedException;
import org.concordat.coordinator.intake.Uploads;
import org.concordat.coordinator.job.AlliancePolicy;
import org.concordat.coordinator.job.Job;
import org.concordat.coordinator.job.JobBook;
import org.concordat.coordinator.job.Jobs;
import org.concordat.coordinator.job.record.JobState;
import org.concordat.coordinator.model.ModelRegistry;
import org.concordat.coordinator.round.Closed;
import org.concordat.coordinator.round.Effects;
import org.concordat.coordinator.round.Round;
import org.concordat.coordinator.round.RoundEngine;
import org.concordat.coordinator.round.RoundEntries;
import org.concordat.coordinator.round.RoundMessage;
import org.concordat.coordinator.round.RoundSummaries;
import org.concordat.coordinator.round.RoundWork;
import org.concordat.coordinator.round.event.SumApplied;
import org.concordat.jurisdictions.Action;
import org.concordat.protocol.v1.AgentReport;
import org.concordat.protocol.v1.Hello;
import org.concordat.protocol.v1.ModelSummary;
import org.concordat.secureagg.BadEnvelopeException;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.InfeasibleCohortException;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.codec.MalformedMessageException;
import org.concordat.secureagg.message.Checkpoint;
import org.concordat.secureagg.message.EpochKeys;
import org.concordat.secureagg.message.ManifestSignature;
import org.concordat.secureagg.message.Parcel;
import org.concordat.secureagg.message.Task;
import org.concordat.secureagg.message.TokenRef;
import org.concordat.secureagg.message.UploadCommitment;
import org.concordat.secureagg.server.EpochServer;
import org.concordat.store.Entries;
import org.concordat.store.Outbox;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where sessions, jobs, epochs and rounds meet, on the mailbox thread: agents' messages go to the
 * epoch or the round that they are about, rounds' effects go out, and a job's next round is opened
 * when the last one has ended.
 */
final class Conductor implements Receiver, RoundEngine.EffectRunner, EpochKeeper.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(Conductor.class);
  private static final int MAX_ATTEMPTS = 8;
  private static final String CHECKPOINTS = "checkpoint";
  private static final Set<String> EPOCH_TYPES =
      Set.of(EpochKeys.TYPE, Parcel.TYPE, ManifestSignature.TYPE);

  private final Directory directory;
  private final Sessions sessions;
  private final EpochKeeper epochs;
  private final JobBook book;
  private final Jobs jobs;
  private final RoundEngine engine;
  private final RoundSummaries summaries;
  private final RoundWork work;
  private final Uploads uploads;
  private final ModelRegistry models;
  private final AlliancePolicy policy;
  private final AuditTrail audit;
  private final Entries entries;
  private final Notary notary;
  private final Mailbox mailbox;
  private final Clock clock;
  private final Duration dropGrace;
  private final Duration stallTimeout;
  private final Instant startedAt;
  private final Consumer<String> changed;
  private final Set<String> combining = new HashSet<>();

  Conductor(Parts parts) {
    this.directory = parts.directory();
    this.sessions = parts.sessions();
    this.book = parts.book();
    this.jobs = parts.jobs();
    this.summaries = parts.summaries();
    this.work = parts.work();
    this.uploads = parts.uploads();
    this.models = parts.models();
    this.policy = parts.policy();
    this.audit = parts.audit();
    this.entries = parts.entries();
    this.notary = parts.notary();
    this.mailbox = parts.mailbox();
    this.clock = parts.clock();
    this.dropGrace = parts.config().dropGrace();
    this.stallTimeout = parts.config().stallTimeout();
    this.changed = parts.changed();
    this.startedAt = clock.instant();
    this.epochs =
        new EpochKeeper(parts.entries(), sessions, notary, clock, parts.config().epochWait(), this);
    this.engine =
        new RoundEngine(parts.events(), parts.outbox(), epochs, notary, clock, parts.crashPoint());
  }

  /** Takes up everything where the store left it. */
  void resume() {
    for (Job job : List.copyOf(book.all())) {
      String stream = Round.stream(job.id(), job.record().getRoundsCommitted());
      if (job.running() && engine.exists(stream)) {
        engine.load(stream);
      }
    }
    engine.drain(this);
    for (Round round : List.copyOf(engine.open().values())) {
      if (round.phase() instanceof org.concordat.coordinator.round.Applying) {
        combine(round);
      }
    }
    book.all().stream().filter(Job::running).toList().forEach(job -> advance(job.id()));
  }

  RoundEngine engine() {
    return engine;
  }

  EpochKeeper epochs() {
    return epochs;
  }

  // --- what agents send
  // -------------------------------------------------------------------------------------------

  @Override
  public void connected(Session session, Hello hello) {
    sessions.open(session);
    LOG.info("{} connected", session.member());
    sessions.push(
        session.member(),
        org.concordat.protocol.v1.SessionDown.newBuilder()
            .setRosterChain(com.google.protobuf.ByteString.copyFrom(directory.chain().toBytes()))
            .build());
    epochs.tell(session.member());
    jobs.connected(session.member());
    book.all().stream().filter(Job::running).forEach(job -> tellCheckpoint(job, session.member()));
    for (Round round : engine.open().values()) {
      tell(round, session.member());
    }
    changed.accept("");
  }

  /**
   * The state that the job's next round starts from, signed by T members: for whoever missed its
   * result.
   */
  private void tellCheckpoint(Job job, String member) {
    entries
        .get(CHECKPOINTS, job.id())
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
  }

  @Override
  public void received(String member, byte[] sealed) {
    try {
      Notary.Opened opened = notary.open(sealed);
      if (!opened.sender().equals(member)) {
        throw new BadEnvelopeException(
            "signed by '" + opened.sender() + "', sent by '" + member + "'");
      }
      if (EPOCH_TYPES.contains(opened.type())) {
        epochs.received(member, sealed);
      } else if (opened.type().equals(Job.CONSENT_TYPE)) {
        jobs.consent(member, opened).ifPresent(job -> advance(job.id()));
      } else {
        toRound(member, sealed, opened.round());
      }
    } catch (BadEnvelopeException bad) {
      alarm(member, "a message was not acted upon: " + bad.getMessage());
    }
  }

  private void toRound(String member, byte[] sealed, long round) {
    for (Map.Entry<String, Round> open : List.copyOf(engine.open().entrySet())) {
      if (open.getValue().task().round() == round) {
        handle(open.getKey(), new RoundMessage.FromMember(member, sealed), member);
      }
    }
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
            Action.SUBMIT, job.spec(), member, round.participants().size(), round.stream());
    if (!denials.isEmpty()) {
      throw new UploadRefusedException(denials);
    }
  }

  @Override
  public void uploaded(String member, byte[] sealed, UploadCommitment commitment)
      throws UploadRefusedException {
    Round round = expecting(member, commitment);
    try {
      engine.handle(round.stream(), new RoundMessage.UploadStored(member, sealed), this);
      changed.accept(round.task().job());
    } catch (Refusal refusal) {
      throw new UploadRefusedException(String.valueOf(refusal.getMessage()));
    }
  }

  // --- what time brings
  // -------------------------------------------------------------------------------------------

  void tick() {
    engine.settle(this);
    epochs.tick();
    sessions.closeWhere(member -> directory.find(member).isEmpty());
    jobs.tick().forEach(job -> advance(job.id()));
    Instant now = clock.instant();
    for (Map.Entry<String, Round> open : List.copyOf(engine.open().entrySet())) {
      Job job = book.find(open.getValue().task().job()).orElseThrow();
      RoundMessage.Tick tick =
          new RoundMessage.Tick(
              member ->
                  !sessions.connected(member)
                      && RoundMessage.passed(sessions.awaySince(member, startedAt), dropGrace, now),
              Duration.ofSeconds(job.spec().getDeadlineSeconds()),
              stallTimeout,
              MAX_ATTEMPTS);
      handle(open.getKey(), tick, "");
    }
    book.all().stream().filter(Job::running).toList().forEach(job -> advance(job.id()));
  }

  private void handle(String stream, RoundMessage message, String member) {
    Round before = engine.open().get(stream);
    try {
      engine.handle(stream, message, this);
    } catch (Refusal refusal) {
      alarm(member, String.valueOf(refusal.getMessage()));
    }
    if (before != null && engine.open().get(stream) != before) {
      changed.accept(before.task().job());
    }
  }

  private void alarm(String member, String what) {
    LOG.warn("{}: {}", member, what);
    audit.once(
        audit
            .entry(
                AuditTrail.freshId(),
                EntryType.ACCESS,
                member.isEmpty() ? "coordinator" : member,
                "message",
                EntryOutcome.DENY)
            .remark("explanation", what));
  }

  // --- epochs
  // -----------------------------------------------------------------------------------------------------

  @Override
  public void certified(EpochServer epoch) {
    audit.once(
        audit
            .entry(
                "epoch/" + epoch.number(),
                EntryType.EPOCH,
                "coordinator",
                "epoch-" + epoch.number(),
                EntryOutcome.OK)
            .detail(
                "participants",
                String.valueOf(epoch.manifest().orElseThrow().participants().size()))
            .digest("manifest", epoch.manifest().orElseThrow().digest().hex())
            .digest("cohort", epoch.cohort().digest().hex()));
    // not now: the call that certified it is still on the stack
    mailbox.post(
        () -> book.all().stream().filter(Job::running).toList().forEach(job -> advance(job.id())));
  }

  @Override
  public void refused(String member, Refusal refusal) {
    alarm(member, String.valueOf(refusal.getMessage()));
  }

  // --- jobs go on
  // -------------------------------------------------------------------------------------------------

  /**
   * Opens whatever round or attempt a job needs now, if a token can be had. Calling it again
   * changes nothing.
   */
  void advance(String id) {
    Optional<Job> found = book.find(id);
    if (found.isEmpty() || !found.get().running()) {
      changed.accept(id);
      return;
    }
    Job job = found.get();
    long index = job.record().getRoundsCommitted();
    if (index >= job.rounds()) {
      jobs.end(job, JobState.COMPLETED, "");
      changed.accept(id);
      return;
    }
    Round open = engine.open().get(Round.stream(id, index));
    if (open == null) {
      openAttempt(job, index, List.of());
    } else if (open.server().nonRevealQuorum().isPresent()) {
      retry(job, open);
    }
  }

  private void retry(Job job, Round voided) {
    List<Bytes> quorums = new ArrayList<>(voided.task().earlierNonReveals());
    quorums.add(voided.server().nonRevealQuorum().orElseThrow());
    if (quorums.size() >= MAX_ATTEMPTS) {
      handle(voided.stream(), new RoundMessage.Abort(MAX_ATTEMPTS + " attempts were given up"), "");
      return;
    }
    openAttempt(job, voided.task().round(), quorums);
  }

  private void openAttempt(Job job, long index, List<Bytes> quorums) {
    Cohort cohort;
    try {
      cohort = jobs.cohort(job.consenting(), job.spec().getSecureAggregation().getColluders());
    } catch (InfeasibleCohortException tooFew) {
      jobs.end(job, JobState.FAILED, String.valueOf(tooFew.getMessage()));
      return;
    }
    Optional<Integer> token = epochs.token(cohort);
    if (token.isEmpty()) {
      return;
    }
    for (Action action :
        List.of(
            Action.DISPATCH,
            job.kind(index) == Task.Kind.TRAIN ? Action.TRAIN : Action.EVALUATE,
            Action.SUBMIT)) {
      String denials =
          AlliancePolicy.denials(
              policy.decide(
                  action,
                  job.spec(),
                  cohort.members(),
                  cohort.size(),
                  Round.stream(job.id(), index)));
      if (!denials.isEmpty()) {
        jobs.end(job, JobState.FAILED, denials);
        return;
      }
    }
    try {
      Task task =
          new Task(
              job.id(),
              index,
              quorums.size(),
              epochs.certified().orElseThrow().number(),
              token.get(),
              job.kind(index),
              new Digest(job.record().getModel().toByteArray()),
              new Digest(job.record().getStateDigest().toByteArray()),
              cohort.policyDigest(),
              cohort.digest(),
              job.vectorLength(),
              job.quantisation(cohort.size()),
              quorums);
      engine.open(task, this);
    } catch (MalformedMessageException impossible) {
      jobs.end(job, JobState.FAILED, String.valueOf(impossible.getMessage()));
    }
    changed.accept(job.id());
  }

  /** Ends a job for an operator. */
  Job abort(Job job, String reason) {
    Round open = engine.open().get(Round.stream(job.id(), job.record().getRoundsCommitted()));
    if (open != null) {
      handle(open.stream(), new RoundMessage.Abort(reason), "");
    }
    Job now = book.find(job.id()).orElseThrow();
    return now.ended() ? now : jobs.end(now, JobState.ABORTED, reason);
  }

  // --- effects
  // ----------------------------------------------------------------------------------------------------

  @Override
  public void log(List<Outbox.Entry> entries) {
    audit.append(entries.stream().map(entry -> AuditEntry.parse(entry.body())).toList());
  }

  @Override
  public void run(Outbox.Entry effect, Round round) {
    switch (effect.kind()) {
      case Effects.TELL:
        tell(round, effect.target());
        break;
      case Effects.TASKS_SENT:
        handle(round.stream(), new RoundMessage.TasksSent(), "");
        break;
      case Effects.COMBINE:
        combine(round);
        break;
      case Effects.LOGGED:
        handle(round.stream(), new RoundMessage.Logged(), "");
        break;
      case Effects.PUBLISH:
        publish(round);
        break;
      case Effects.RELEASE:
        uploads.release(Digest.ofHex(effect.target()));
        break;
      case Effects.ADVANCE:
        ended(round);
        break;
      default:
        throw new IllegalStateException(
            "unknown effect '" + effect.kind() + "' in the outbox: upgrade the program");
    }
  }

  private void tell(Round round, String member) {
    if (round.participants().contains(member)) {
      round.server().outgoing(member).forEach(message -> sessions.send(member, message));
    }
  }

  private void combine(Round round) {
    if (!combining.add(round.stream())) {
      return;
    }
    Job job = book.find(round.task().job()).orElseThrow();
    String denied = denied(job, round);
    audit.append(List.of()); // the decisions are in the log before anything is added up
    mailbox.work(
        () -> {
          RoundMessage outcome =
              denied.isEmpty() ? work.apply(round, job) : new RoundMessage.CannotApply(denied);
          mailbox.post(
              () -> {
                combining.remove(round.stream());
                handle(round.stream(), outcome, "");
              });
        });
  }

  /** Why the policy forbids to aggregate or release, or empty. */
  private String denied(Job job, Round round) {
    List<String> survivors = round.server().survivors();
    for (Action action : List.of(Action.AGGREGATE, Action.RELEASE)) {
      String denials =
          AlliancePolicy.denials(
              policy.decide(action, job.spec(), survivors, survivors.size(), round.stream()));
      if (!denials.isEmpty()) {
        return denials;
      }
    }
    return "";
  }

  private void publish(Round round) {
    Job job = book.find(round.task().job()).orElseThrow();
    SumApplied sum = round.sum().orElseThrow();
    int index = (int) round.task().round();
    models.evaluated(job.id(), index, sum.getLoss(), sum.getAccuracy());
    if (round.task().kind() == Task.Kind.TRAIN) {
      models.publish(
          ModelSummary.newBuilder()
              .setJob(job.id())
              .setVersion(index + 1)
              .setDigest(new Digest(sum.getNextModel().toByteArray()).hex())
              .setStateDigest(new Digest(sum.getNextState().toByteArray()).hex())
              .setParameters(job.parameters())
              .setRound(index + 1L)
              .setSignatures(round.server().checkpoint().map(RoundEntries::signatures).orElse(0))
              .setPublishedMillis(clock.millis())
              .setLoss(Double.NaN)
              .setAccuracy(Double.NaN)
              .build());
    }
    round
        .server()
        .checkpoint()
        .ifPresent(checkpoint -> entries.put(CHECKPOINTS, job.id(), checkpoint.toArray()));
    jobs.committed(
        job,
        index,
        new Digest(sum.getNextModel().toByteArray()),
        new Digest(sum.getNextState().toByteArray()));
  }

  private void ended(Round round) {
    if (round.phase() instanceof Closed closed) {
      summaries.keep(round);
      engine.forget(round.stream());
      Job job = book.find(round.task().job()).orElseThrow();
      if (!closed.committed() && !job.ended()) {
        jobs.end(job, JobState.FAILED, round.reason());
      }
    }
    changed.accept(round.task().job());
    mailbox.post(() -> advance(round.task().job()));
  }
}
