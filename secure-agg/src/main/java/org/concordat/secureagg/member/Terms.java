package org.concordat.secureagg.member;

import static org.concordat.secureagg.codec.MalformedMessageException.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.JobTerms;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.codec.MalformedMessageException;
import org.concordat.secureagg.cohorts.Drawn;
import org.concordat.secureagg.cohorts.member.Drawing;
import org.concordat.secureagg.kernel.Quantisation;
import org.concordat.secureagg.message.Limits;
import org.concordat.secureagg.message.Task;
import org.concordat.secureagg.step.Key;
import org.concordat.secureagg.step.Participant;
import org.concordat.secureagg.step.Pinned;
import org.concordat.secureagg.step.Transaction;

/**
 * Epochs and tasks against what was consented to. Every deviation is named: field, the job's value,
 * the offered one.
 */
final class Terms {
  private Terms() {}

  /** What a value of the coordinator's has to be, by the signed job. */
  private record Deviation(String field, Object due, Object offered) {
    static Optional<Deviation> of(String field, Object due, Object offered) {
      return due.equals(offered)
          ? Optional.empty()
          : Optional.of(new Deviation(field, due, offered));
    }

    String describe(String job) {
      return "job %s says %s %s, offered is %s".formatted(job, field, due, offered);
    }
  }

  /**
   * That tasks within these terms are possible, whatever the cohort.
   *
   * @throws Refusal naming this member, who was about to consent
   */
  static void requireSound(Participant me, JobTerms terms) throws Refusal {
    try {
      int largest = Math.min(Math.max(1, terms.members().size()), Cohort.MAX_MEMBERS);
      narrowest(terms, largest);
      if (terms.wireBits() != 0) {
        new Quantisation(
                terms.wireBits(),
                terms.quantBits(),
                terms.clipNormL2(),
                terms.coordinateBound(),
                terms.maxWeight())
            .requireNoWrap(largest);
      }
      check(terms.vectorLength() <= Limits.VECTOR_LENGTH, "vector length %d", terms.vectorLength());
    } catch (MalformedMessageException impossible) {
      throw new Refusal(
          Reason.TERMS_MISMATCH,
          me.self(),
          "job %s has impossible terms: %s".formatted(terms.job(), impossible.getMessage()));
    }
  }

  private static Quantisation narrowest(JobTerms terms, int members) {
    return Quantisation.forCohort(
        terms.quantBits(), members, terms.clipNormL2(), terms.coordinateBound(), terms.maxWeight());
  }

  /** An epoch must fit at least one job that this member consented to and that has not ended. */
  static void requireEpoch(
      Participant me, Transaction tx, String culprit, long number, Cohort cohort) throws Refusal {
    List<String> why = new ArrayList<>();
    for (JobTerms terms : open(tx)) {
      Optional<Deviation> deviation = ofCohort(tx, terms, cohort);
      if (deviation.isEmpty()) {
        requireAnswered(me, tx, culprit, terms, cohort);
        return;
      }
      why.add(deviation.get().describe(terms.job()));
    }
    throw new Refusal(
        Reason.TERMS_MISMATCH,
        culprit,
        "epoch %d fits no open job that this site consented to: %s"
            .formatted(number, why.isEmpty() ? "there is none" : String.join("; ", why)));
  }

  /** The task, and the cohort of its epoch. */
  static void requireTask(Participant me, Transaction tx, String culprit, Task task, Cohort cohort)
      throws Refusal {
    JobTerms terms = JobTerms.decode(tx.need(Key.jobTerms(task.job())));
    Optional<Deviation> deviation =
        ofCohort(tx, terms, cohort)
            .or(() -> ofRound(terms, task))
            .or(() -> ofVector(terms, task))
            .or(() -> ofWire(tx, terms, task, cohort));
    if (deviation.isPresent()) {
      throw new Refusal(Reason.TERMS_MISMATCH, culprit, deviation.get().describe(terms.job()));
    }
    requireAnswered(me, tx, culprit, terms, cohort);
  }

  private static void requireAnswered(
      Participant me, Transaction tx, String culprit, JobTerms terms, Cohort cohort)
      throws Refusal {
    if (several(tx, cohort).isPresent()) {
      Cohort drawn = Pinned.cohort(me, tx);
      Stores.requireAnswered(me, tx, culprit, drawn.members(), drawn.colluders());
    } else {
      int colluders = Math.max(terms.colluders(), cohort.colluders());
      Stores.requireAnswered(me, tx, culprit, terms.members(), colluders);
    }
  }

  private static List<JobTerms> open(Transaction tx) {
    return tx.keys(Key.JOB_TERMS).stream()
        .map(key -> JobTerms.decode(tx.need(key)))
        .filter(terms -> !tx.has(Key.jobEnded(terms.job())))
        .toList();
  }

  private static Optional<Deviation> ofCohort(Transaction tx, JobTerms terms, Cohort cohort) {
    List<String> strangers = new ArrayList<>(cohort.members());
    strangers.removeAll(terms.members());
    if (!strangers.isEmpty()) {
      return Optional.of(new Deviation("members", terms.members(), strangers + " too"));
    }
    Optional<Drawn> several = several(tx, cohort);
    if (several.isPresent()) { // c and N_min of a drawn cohort are pinned, and follow from K
      int drawn = several.get().colluders();
      return atLeast("colluders of the draw", terms.colluders(), drawn);
    }
    return atLeast("colluders", terms.colluders(), cohort.colluders())
        .or(() -> atLeast("survivors", terms.minSurvivors(), cohort.minSurvivors()));
  }

  private static Optional<Deviation> atLeast(String field, int due, int offered) {
    return offered >= due
        ? Optional.empty()
        : Optional.of(new Deviation(field, "at least " + due, offered));
  }

  /** Rounds before the last train, the last evaluates, and there is none after it. */
  private static Optional<Deviation> ofRound(JobTerms terms, Task task) {
    if (task.round() > terms.trainingRounds()) {
      return Optional.of(
          new Deviation("rounds", terms.trainingRounds() + 1, "round " + (task.round() + 1)));
    }
    Task.Kind due = task.round() < terms.trainingRounds() ? Task.Kind.TRAIN : Task.Kind.EVALUATE;
    return Deviation.of("kind of round " + (task.round() + 1), due, task.kind());
  }

  private static Optional<Deviation> ofVector(JobTerms terms, Task task) {
    Quantisation offered = task.quantisation();
    return Deviation.of("vector length", terms.vectorLength(), task.vectorLength())
        .or(() -> Deviation.of("quantisation bits", terms.quantBits(), offered.quantBits()))
        .or(() -> Deviation.of("clip norm", terms.clipNormL2(), offered.clipNormL2()))
        .or(
            () ->
                Deviation.of(
                    "coordinate bound", terms.coordinateBound(), offered.coordinateBound()))
        .or(() -> Deviation.of("largest weight", terms.maxWeight(), offered.maxWeight()));
  }

  /** Cohorts of one round are packed alike, for the largest of them. */
  private static Optional<Deviation> ofWire(
      Transaction tx, JobTerms terms, Task task, Cohort cohort) {
    int offered = task.quantisation().wireBits();
    if (terms.wireBits() != 0) {
      return Deviation.of("wire bits", terms.wireBits(), offered);
    }
    int narrowest = narrowest(terms, cohort.size()).wireBits();
    return several(tx, cohort).isPresent()
        ? atLeast("wire bits", narrowest, offered)
        : Deviation.of("wire bits", narrowest, offered);
  }

  private static Optional<Drawn> several(Transaction tx, Cohort cohort) {
    return Drawing.drawn(tx, cohort.rosterDigest()).filter(drawn -> drawn.count() > 1);
  }
}
