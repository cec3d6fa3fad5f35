package org.concordat.coordinator;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.concordat.auditlog.AuditEntry;
import org.concordat.coordinator.audit.AuditTrail;
import org.concordat.coordinator.directory.Sessions;
import org.concordat.coordinator.evidence.Evidence;
import org.concordat.coordinator.intake.Downloads;
import org.concordat.coordinator.intake.Uploads;
import org.concordat.coordinator.job.AlliancePolicy;
import org.concordat.coordinator.job.Job;
import org.concordat.coordinator.job.JobBook;
import org.concordat.coordinator.job.Jobs;
import org.concordat.coordinator.job.SumFacts;
import org.concordat.coordinator.job.record.JobState;
import org.concordat.coordinator.model.ModelRegistry;
import org.concordat.coordinator.round.Closed;
import org.concordat.coordinator.round.Round;
import org.concordat.coordinator.round.RoundEffect;
import org.concordat.coordinator.round.RoundEngine;
import org.concordat.coordinator.round.RoundEntries;
import org.concordat.coordinator.round.RoundMessage;
import org.concordat.coordinator.round.RoundSummaries;
import org.concordat.coordinator.round.RoundWork;
import org.concordat.coordinator.round.event.SumApplied;
import org.concordat.jurisdictions.Action;
import org.concordat.protocol.v1.ModelSummary;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.message.AllianceCheckpoint;
import org.concordat.secureagg.message.EpochMessage;
import org.concordat.secureagg.message.Task;
import org.concordat.store.Entries;
import org.concordat.store.Outbox;

/** What rounds make happen outside themselves; each effect may come again and then does no more. */
final class RoundEffects implements RoundEngine.EffectRunner {
  /** Kind of the entries with each job's last certified checkpoint. */
  static final String CHECKPOINTS = "checkpoint";

  private static final Duration COMBINE_PAUSE = Duration.ofSeconds(5);

  private final Sessions sessions;
  private final JobBook book;
  private final Jobs jobs;
  private final RoundSummaries summaries;
  private final RoundWork work;
  private final Uploads uploads;
  private final Downloads downloads;
  private final Evidence evidence;
  private final ModelRegistry models;
  private final AlliancePolicy policy;
  private final AuditTrail audit;
  private final Entries entries;
  private final Mailbox mailbox;
  private final Clock clock;
  private final Consumer<String> changed;
  private final BiConsumer<String, RoundMessage> happened;
  private final CohortRounds cohorts;
  private final Consumer<EpochMessage> lied;
  private final Consumer<String> closed;
  private final Consumer<String> goOn;
  private final Set<String> combining = new HashSet<>();
  private final Map<String, Instant> combineAgain = new HashMap<>();

  /** Sums on disk whose round may not have taken them: its event could not be stored. */
  private final Map<String, Digest> written = new HashMap<>();

  /**
   * @param happened hands a message to a round, by stream
   * @param cohorts of rounds over several
   * @param lied takes evidence of a lie; durable when it returns
   * @param closed told the stream of a round that has ended and was kept
   * @param goOn told a job that may need its next round
   */
  RoundEffects(
      Parts parts,
      BiConsumer<String, RoundMessage> happened,
      CohortRounds cohorts,
      Consumer<EpochMessage> lied,
      Consumer<String> closed,
      Consumer<String> goOn) {
    this.sessions = parts.sessions();
    this.book = parts.book();
    this.jobs = parts.jobs();
    this.summaries = parts.summaries();
    this.work = parts.work();
    this.uploads = parts.uploads();
    this.downloads = parts.downloads();
    this.evidence = parts.evidence();
    this.models = parts.models();
    this.policy = parts.policy();
    this.audit = parts.audit();
    this.entries = parts.entries();
    this.mailbox = parts.mailbox();
    this.clock = parts.clock();
    this.changed = parts.changed();
    this.happened = happened;
    this.cohorts = cohorts;
    this.lied = lied;
    this.closed = closed;
    this.goOn = goOn;
  }

  @Override
  public void log(List<Outbox.Entry> entries) {
    audit.append(entries.stream().map(entry -> AuditEntry.parse(entry.body())).toList());
  }

  @Override
  public void run(RoundEffect effect, String target, Round round) {
    switch (effect) {
      case TELL -> tell(round, target);
      case TASKS_SENT -> happened.accept(round.stream(), new RoundMessage.TasksSent());
      case COMBINE -> combine(round);
      case BLAME -> round.server().evidence().forEach(lied);
      case KEEP_EVIDENCE -> evidence.keep(round);
      case LOGGED -> happened.accept(round.stream(), new RoundMessage.Logged());
      case PUBLISH -> publish(round);
      case ERASE_UPLOADS -> uploads.release(Digest.ofHex(target));
      case FORGET -> {
        evidence.forget(round.stream());
        round.cohortSum().or(() -> writtenFor(round)).ifPresent(this::forgetSum);
      }
      case ADVANCE -> ended(round);
      case LOG, NOTE -> throw new IllegalStateException("entries of the log come together");
    }
  }

  void tell(Round round, String member) {
    if (round.participants().contains(member)) {
      mayFetch(round, member);
      round.server().outgoing(member).forEach(message -> sessions.send(member, message));
    }
  }

  private void mayFetch(Round round, String member) {
    downloads.told(member, round.task().modelDigest());
    round
        .server()
        .publishedResult()
        .ifPresent(
            result -> {
              downloads.told(member, result.sumRoot());
              result.sums().forEach(sum -> downloads.told(member, sum.sumRoot()));
            });
  }

  /** Starts the round's long computation, unless it runs or failed just now. */
  void combine(Round round) {
    if (round.cohortSum().isPresent()) {
      combineCohorts(round);
      return;
    }
    combineOne(round);
  }

  /** Once every cohort has its sum: the next state, for whichever of them does not have it yet. */
  private void combineCohorts(Round round) {
    String name = Round.stream(round.task().job(), round.task().round());
    List<Round> all = waits(name) ? List.of() : cohorts.summed(round);
    if (all.isEmpty()) {
      return;
    }
    Job job = book.find(round.task().job()).orElseThrow();
    combining.add(name);
    mailbox.work(
        () -> {
          try {
            RoundMessage outcome = work.applyAll(all, job);
            mailbox.post(() -> combinedAll(name, all, outcome));
          } catch (RuntimeException failure) {
            mailbox.post(() -> notCombined(name));
            throw failure;
          }
        });
  }

  private void combinedAll(String name, List<Round> all, RoundMessage outcome) {
    try {
      for (Round one : all) {
        happened.accept(
            one.stream(),
            outcome instanceof RoundMessage.Applied applied
                ? applied.withSum(one.cohortSum().orElseThrow())
                : outcome);
      }
      combining.remove(name);
      combineAgain.remove(name);
    } catch (RuntimeException notStored) {
      notCombined(name);
      throw notStored;
    }
  }

  private boolean waits(String name) {
    Instant notBefore = combineAgain.getOrDefault(name, Instant.MIN);
    return combining.contains(name) || clock.instant().isBefore(notBefore);
  }

  private void combineOne(Round round) {
    if (waits(round.stream())) {
      return;
    }
    Job job = book.find(round.task().job()).orElseThrow();
    String denied = denied(job, round);
    audit.append(List.of()); // the decisions are in the log before anything is added up
    combining.add(round.stream());
    mailbox.work(
        () -> {
          try {
            RoundMessage outcome =
                denied.isEmpty() ? work.apply(round, job) : new RoundMessage.CannotApply(denied);
            mailbox.post(() -> combined(round.stream(), outcome));
          } catch (RuntimeException failure) {
            mailbox.post(() -> notCombined(round.stream()));
            throw failure;
          }
        });
  }

  private void combined(String stream, RoundMessage outcome) {
    outcome.writtenSum().ifPresent(root -> written.put(stream, root));
    try {
      happened.accept(stream, outcome);
      combining.remove(stream);
      combineAgain.remove(stream);
    } catch (RuntimeException notStored) {
      notCombined(stream);
      throw notStored;
    }
    written.remove(stream);
    outcome.writtenSum().ifPresent(this::forgetSum); // unless the round has taken it
  }

  private Optional<Digest> writtenFor(Round round) {
    return Optional.ofNullable(written.get(round.stream()));
  }

  /** Erases a sum that no open round has, and no round whose evidence is kept. */
  private void forgetSum(Digest root) {
    if (!cohorts.sumsInUse().contains(root)) {
      evidence.forgetSum(root);
    }
  }

  /** A disk that is full, most likely: the tick tries again after a while. */
  private void notCombined(String stream) {
    combining.remove(stream);
    combineAgain.put(stream, clock.instant().plus(COMBINE_PAUSE));
  }

  /** Why the policy forbids to aggregate or release, or empty. */
  private String denied(Job job, Round round) {
    List<String> survivors = round.server().survivors();
    for (Action action : List.of(Action.AGGREGATE, Action.RELEASE)) {
      String denials =
          AlliancePolicy.denials(
              policy.decide(
                  action,
                  job.spec(),
                  survivors,
                  SumFacts.after(survivors, round.server().cohort().colluders()),
                  round.inWords()));
      if (!denials.isEmpty()) {
        return denials;
      }
    }
    return "";
  }

  private void publish(Round round) {
    Job job = book.find(round.task().job()).orElseThrow();
    if (round.cohort() > 0) {
      publishCohort(round, job);
      return;
    }
    evidence.committed(List.of(round.stream()));
    Optional<Bytes> checkpoint = round.server().checkpoint();
    checkpoint.ifPresent(certified -> entries.put(CHECKPOINTS, job.id(), certified.toArray()));
    release(round, job, checkpoint.map(RoundEntries::signatures).orElse(0));
  }

  /** The model is released with the last cohort, once that is in the log. */
  private void publishCohort(Round round, Job job) {
    if (job.record().getRoundsCommitted() > round.task().round()) {
      return;
    }
    if (job.ended()) {
      evidence.committed(List.of(round.stream())); // the other cohorts will never be
      return;
    }
    Optional<AllianceCheckpoint> all = cohorts.committed(round);
    if (all.isPresent()) {
      evidence.keep(all.get());
      evidence.committed(streams(round)); // members of each cohort needed its sum until now
      audit.once(RoundEntries.ofAll(round, all.get(), clock.instant()));
      cohorts.tell(job.record().getMembersList(), all.get());
      release(
          round,
          job,
          all.get().cohorts().stream().mapToInt(part -> part.signatures().size()).sum());
    }
  }

  private static List<String> streams(Round round) {
    return IntStream.rangeClosed(1, round.cohorts())
        .mapToObj(cohort -> Round.stream(round.task().job(), round.task().round(), cohort))
        .toList();
  }

  /** Cohorts that certified a round which another cohort has ended: their evidence ages, too. */
  private List<String> signedAlone(Round one) {
    String job = one.task().job();
    return cohorts.begun(job, one.task().round()).stream()
        .flatMap(begun -> cohorts.all(job, begun).stream())
        .filter(other -> other.phase() instanceof Closed end && end.committed())
        .map(Round::stream)
        .toList();
  }

  private void release(Round round, Job job, int signatures) {
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
              .setSignatures(signatures)
              .setPublishedMillis(clock.millis())
              .setLoss(Double.NaN)
              .setAccuracy(Double.NaN)
              .build());
    }
    jobs.committed(
        job,
        index,
        new Digest(sum.getNextModel().toByteArray()),
        new Digest(sum.getNextState().toByteArray()));
  }

  private void ended(Round round) {
    if (round.phase() instanceof Closed end) {
      summaries.keep(round);
      written.remove(round.stream());
      closed.accept(round.stream());
      Job job = book.find(round.task().job()).orElseThrow();
      if (!end.committed() && !job.ended()) {
        jobs.end(job, JobState.FAILED, round.reason());
      }
      if (!end.committed() && round.cohort() > 0) {
        evidence.committed(signedAlone(round));
        cohorts
            .others(round)
            .forEach(
                other ->
                    happened.accept(
                        other.stream(),
                        new RoundMessage.Abort("another cohort has ended: " + round.reason())));
      }
    }
    changed.accept(round.task().job());
    mailbox.post(() -> goOn.accept(round.task().job()));
  }
}
