package org.concordat.coordinator.effect;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.concordat.coordinator.evidence.Evidence;
import org.concordat.coordinator.job.Job;
import org.concordat.coordinator.job.JobBook;
import org.concordat.coordinator.mailbox.Mailbox;
import org.concordat.coordinator.round.Applying;
import org.concordat.coordinator.round.Round;
import org.concordat.coordinator.round.RoundEngine;
import org.concordat.coordinator.round.RoundMessage;
import org.concordat.coordinator.round.RoundWork;
import org.concordat.coordinator.round.StreamId;
import org.concordat.coordinator.schedule.CohortRounds;
import org.concordat.secureagg.Digest;

/**
 * A round's long computation, beside the mailbox thread: what comes of it is handed to the round as
 * a message. Used on the mailbox thread.
 */
public final class Sums {
  private static final Duration PAUSE = Duration.ofSeconds(5);

  private final RoundEngine engine;
  private final RoundWork work;
  private final CohortRounds cohorts;
  private final JobBook book;
  private final Evidence evidence;
  private final Releases releases;
  private final Mailbox mailbox;
  private final Clock clock;
  private final Set<StreamId> computing = new HashSet<>();
  private final Map<StreamId, Instant> notBefore = new HashMap<>();

  /** Sums on disk whose round may not have taken them: its event could not be stored. */
  private final Map<StreamId, Digest> written = new HashMap<>();

  public Sums(
      RoundEngine engine,
      RoundWork work,
      CohortRounds cohorts,
      JobBook book,
      Evidence evidence,
      Releases releases,
      Mailbox mailbox,
      Clock clock) {
    this.engine = engine;
    this.work = work;
    this.cohorts = cohorts;
    this.book = book;
    this.evidence = evidence;
    this.releases = releases;
    this.mailbox = mailbox;
    this.clock = clock;
  }

  /** Computations that a restart or a full disk has cut off. */
  public void tick() {
    for (Round round : List.copyOf(engine.open().values())) {
      if (round.phase() instanceof Applying) {
        compute(round);
      }
    }
  }

  /** Starts a round's computation, unless it runs or failed just now. */
  void compute(Round round) {
    if (!round.missingRegions().isEmpty()) {
      return; // the tick looks again
    }
    Job job = book.find(round.task().job()).orElseThrow();
    if (round.cohortSum().isPresent()) {
      StreamId whole = round.stream().whole();
      List<Round> all = waits(whole) ? List.of() : cohorts.summed(round);
      if (!all.isEmpty()) { // every cohort has its sum
        begin(whole, () -> work.applyAll(all, job), outcome -> takeAll(all, outcome));
      }
    } else if (!waits(round.stream())) {
      String reason = releases.denied(round, job);
      begin(
          round.stream(),
          () -> reason.isEmpty() ? work.apply(round, job) : new RoundMessage.CannotApply(reason),
          outcome -> take(round.stream(), outcome));
    }
  }

  private boolean waits(StreamId id) {
    Instant due = notBefore.getOrDefault(id, Instant.MIN);
    return computing.contains(id) || clock.instant().isBefore(due);
  }

  private void begin(StreamId id, Supplier<RoundMessage> work, Consumer<RoundMessage> take) {
    computing.add(id);
    mailbox.work(
        () -> {
          try {
            RoundMessage outcome = work.get();
            mailbox.post(() -> end(id, outcome, take));
          } catch (RuntimeException failure) {
            mailbox.post(() -> failed(id));
            throw failure;
          }
        });
  }

  private void end(StreamId id, RoundMessage outcome, Consumer<RoundMessage> take) {
    try {
      take.accept(outcome);
      computing.remove(id);
      notBefore.remove(id);
    } catch (RuntimeException notStored) {
      failed(id);
      throw notStored;
    }
  }

  /** A disk that is full, most likely: the tick tries again after a while. */
  private void failed(StreamId id) {
    computing.remove(id);
    notBefore.put(id, clock.instant().plus(PAUSE));
  }

  private void take(StreamId stream, RoundMessage outcome) {
    outcome.writtenSum().ifPresent(root -> written.put(stream, root));
    engine.happened(stream, outcome);
    written.remove(stream);
    outcome.writtenSum().ifPresent(this::forget); // unless the round has taken it
  }

  private void takeAll(List<Round> all, RoundMessage outcome) {
    for (Round one : all) {
      engine.happened(
          one.stream(),
          outcome instanceof RoundMessage.Applied applied
              ? applied.withSum(one.cohortSum().orElseThrow())
              : outcome);
    }
  }

  /** Erases what a round that did not commit may have left. */
  void forget(Round round) {
    round
        .cohortSum()
        .or(() -> Optional.ofNullable(written.get(round.stream())))
        .ifPresent(this::forget);
  }

  /** Erases a sum that no open round has, and no round whose evidence is kept. */
  private void forget(Digest root) {
    if (!cohorts.sumsInUse().contains(root)) {
      evidence.forgetSum(root);
    }
  }

  /** The round has ended. */
  void ended(StreamId stream) {
    written.remove(stream);
  }
}
