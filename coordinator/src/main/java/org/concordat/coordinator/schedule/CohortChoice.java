package org.concordat.coordinator.schedule;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.concordat.coordinator.epoch.DrawKeeper;
import org.concordat.coordinator.epoch.EpochKeeper;
import org.concordat.coordinator.epoch.Epochs;
import org.concordat.coordinator.job.CohortPlan;
import org.concordat.coordinator.job.Job;
import org.concordat.coordinator.job.JobBook;
import org.concordat.coordinator.round.Round;
import org.concordat.coordinator.round.RoundEngine;
import org.concordat.coordinator.round.StreamId;
import org.concordat.coordinator.schedule.AttemptOpener.Place;
import org.concordat.secureagg.Alliance;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.InfeasibleCohortException;
import org.concordat.secureagg.cohorts.Drawn;
import org.jspecify.annotations.Nullable;

/**
 * Which cohorts a job's round runs in: all agents in one, unless the roster's agents are, or have
 * been, drawn into several. On the mailbox thread.
 */
public final class CohortChoice {
  /** What was chosen. */
  sealed interface Choice {
    /** These, each with a stream of its own where there are several. */
    record Places(List<Place> all) implements Choice {}

    /** None yet. */
    record Wait(String why) implements Choice {}

    /** None yet: this job's round comes before. */
    record After(String job) implements Choice {}

    /** None, ever. */
    record Impossible(String why) implements Choice {}
  }

  private final JobBook book;
  private final CohortPlan plan;
  private final RoundEngine engine;
  private final Epochs epochs;
  private final DrawKeeper draws;
  private final CohortRounds cohorts;
  private final CohortTurns turns;

  /** The cohorts of the last draw asked for: they take a while to compute. */
  private @Nullable Drawn lastDrawn;

  private int lastColluders;
  private List<Cohort> lastCohorts = List.of();

  public CohortChoice(
      JobBook book,
      CohortPlan plan,
      RoundEngine engine,
      Epochs epochs,
      DrawKeeper draws,
      CohortRounds cohorts) {
    this.book = book;
    this.plan = plan;
    this.engine = engine;
    this.epochs = epochs;
    this.draws = draws;
    this.cohorts = cohorts;
    this.turns = new CohortTurns(book, cohorts);
  }

  /** Whether the round, or one of its cohorts, is to be opened or to be tried again. */
  boolean due(String job, long index) {
    Optional<CohortRounds.Begun> begun = cohorts.begun(job, index);
    if (begun.isPresent()) {
      return cohorts.due(job, begun.get());
    }
    Round open = engine.open().get(StreamId.of(job, index));
    return open == null || open.server().nonRevealQuorum().isPresent();
  }

  /** Whether a cohort's stream was opened and may have ended. */
  boolean wasOpened(StreamId stream) {
    return stream.cohort() > 0 && cohorts.wasOpened(stream);
  }

  /** A job has ended: it waits for no turn. */
  void ended(String job) {
    turns.done(job);
  }

  /**
   * The cohorts of a round that is {@link #due}. Several are begun by this call.
   *
   * @throws InfeasibleCohortException if no draw can be made for want of a setting
   */
  Choice of(Job job, long index) {
    int colluders = job.spec().getSecureAggregation().getColluders();
    Alliance alliance = plan.alliance(colluders);
    Optional<CohortRounds.Begun> begun = cohorts.begun(job.id(), index);
    if (begun.isPresent() && !begun.get().roster().equals(alliance.rosterDigest())) {
      return changed(index, begun.get().roster());
    }
    Optional<Drawn> drawn = draws.drawn(alliance.rosterDigest());
    if (drawn.isEmpty()) {
      return plan.several() ? draw(alliance) : one(Optional.empty());
    }
    if (drawn.get().colluders() < colluders) {
      return new Choice.Impossible(
          "the cohorts of this roster were drawn for %d colluders ('rounds.draw-colluders' in the coordinator's file), the job assumes %d"
              .formatted(drawn.get().colluders(), colluders));
    }
    List<Cohort> all = cohortsOf(drawn.get(), alliance);
    if (all.size() == 1) {
      return one(Optional.of(all.get(0)));
    }
    Round inOne = engine.open().get(StreamId.of(job.id(), index));
    return inOne == null ? several(job, index, all) : changed(index, inOne.roster());
  }

  private static Choice one(Optional<Cohort> drawn) {
    return new Choice.Places(List.of(Place.only(drawn)));
  }

  private Choice draw(Alliance alliance) {
    if (draws.failed(alliance.rosterDigest())) {
      return new Choice.Impossible(
          "the cohorts could not be drawn in eight attempts: change the roster");
    }
    Optional<String> stuck = draws.stuck(alliance.rosterDigest());
    if (stuck.isPresent()) {
      return new Choice.Impossible(stuck.get());
    }
    plan.requireDrawColluders();
    draws.begin(alliance, plan.cohortSize());
    return new Choice.Wait(draws.waiting());
  }

  /** Its members may be in other cohorts now, where they must not upload a second time. */
  private Choice changed(long index, Digest before) {
    return new Choice.Impossible(
        ("the roster changed while round %d ran in its cohorts (%s), and the round needs another attempt:"
                + " members may be in other cohorts now, where they must not upload for it again. Its earlier"
                + " models stay; to train under the roster in force, submit it as a new job")
            .formatted(index + 1, plan.changeSince(before)));
  }

  private List<Cohort> cohortsOf(Drawn drawn, Alliance alliance) {
    if (!drawn.equals(lastDrawn) || lastColluders != alliance.colluders()) {
      lastCohorts = drawn.cohorts(alliance);
      lastDrawn = drawn;
      lastColluders = alliance.colluders();
    }
    return lastCohorts;
  }

  private Choice several(Job job, long index, List<Cohort> all) {
    if (cohorts.begun(job.id(), index).isEmpty()) {
      Optional<Choice> before = notItsTurn(job, all);
      if (before.isPresent()) {
        turns.waits(job.id());
        return before.get();
      }
      turns.done(job.id());
      Digest roster = all.get(0).rosterDigest();
      cohorts.begin(job.id(), new CohortRounds.Begun(index, all.size(), roster));
    }
    // all cohorts' updates are packed alike: so that the largest cohort's sum cannot wrap
    int largest = all.stream().mapToInt(Cohort::size).max().orElseThrow();
    return new Choice.Places(
        IntStream.rangeClosed(1, all.size())
            .mapToObj(
                number -> new Place(number, all.size(), largest, Optional.of(all.get(number - 1))))
            .toList());
  }

  /**
   * Whether another job's round over several cohorts is under way, or due before this one: who has
   * waited longer goes first where the epochs in force serve it, so that jobs of the same members
   * alternate, and others do not cost an epoch a round.
   */
  private Optional<Choice> notItsTurn(Job job, List<Cohort> all) {
    Optional<Job> holder = turns.holder(job.id());
    if (holder.isPresent()) {
      return Optional.of(
          new Choice.Wait(
              "rounds over several cohorts take turns: round %d of job '%s' is under way"
                  .formatted(holder.get().record().getRoundsCommitted() + 1, holder.get().id())));
    }
    return turns.ahead(job.id()).stream()
        .filter(
            other ->
                book.find(other).filter(its -> its.running() && areServed(its, all)).isPresent())
        .findFirst()
        .map(Choice.After::new);
  }

  private boolean areServed(Job job, List<Cohort> all) {
    try {
      for (int cohort = 1; cohort <= all.size(); cohort++) {
        Cohort drawn = all.get(cohort - 1);
        EpochKeeper keeper = epochs.of(drawn.rosterDigest(), cohort);
        if (!keeper.serves(keeper.eligible(CohortPlan.taking(drawn, job.consenting())))) {
          return false;
        }
      }
      return true;
    } catch (InfeasibleCohortException tooFew) {
      return false;
    }
  }
}
