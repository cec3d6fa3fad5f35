package org.concordat.secureagg.cohorts.member;

import static org.concordat.secureagg.Refusal.require;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.concordat.secureagg.Alliance;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.InfeasibleCohortException;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.cohorts.Drawn;
import org.concordat.secureagg.cohorts.StateCheck;
import org.concordat.secureagg.cohorts.message.AllianceCheckpoint;
import org.concordat.secureagg.message.CohortSum;
import org.concordat.secureagg.message.Result;
import org.concordat.secureagg.step.Key;
import org.concordat.secureagg.step.Participant;
import org.concordat.secureagg.step.Transaction;

/**
 * What agreeing is in a round over several cohorts: a result lists every cohort's sum, and a state
 * counts only once T members of every cohort have signed it for the same list. A member can check
 * no other cohort's sum; one honest signer in that cohort has.
 */
public final class AllianceAgreeing {
  private AllianceAgreeing() {}

  /**
   * The draw that an epoch's cohort comes from, if it made several cohorts and this one is this
   * member's own, or a subset of it.
   */
  public static Optional<Drawn> several(Participant me, Transaction tx, String sender, Cohort epoch)
      throws Refusal {
    Optional<Drawn> drawn = Drawing.drawn(tx, epoch.rosterDigest());
    if (drawn.isEmpty() || drawn.get().count() < 2) {
      return Optional.empty();
    }
    int own = drawn.get().assignment().cohortOf(me.self());
    boolean mine = own >= 0 && assigned(tx, sender, drawn.get(), epoch).get(own).admits(epoch);
    return mine ? drawn : Optional.empty();
  }

  /** The drawn cohorts under an epoch's policy and this member's own K. */
  private static List<Cohort> assigned(Transaction tx, String sender, Drawn drawn, Cohort epoch)
      throws Refusal {
    Alliance pinned = Alliance.decode(tx.need(Key.ALLIANCE));
    try {
      return drawn.cohorts(
          pinned.alliance(), epoch.policyDigest(), pinned.coordinator(), pinned.colluders());
    } catch (InfeasibleCohortException e) {
      throw new Refusal(Reason.COHORT_MISMATCH, sender, String.valueOf(e.getMessage()));
    }
  }

  /**
   * A result lists every drawn cohort's sum, this member's own in its place; or no cohorts' at all.
   */
  public static void checkSums(
      Participant me, Transaction tx, String sender, Cohort epoch, Result result) throws Refusal {
    Optional<Drawn> drawn = several(me, tx, sender, epoch);
    int cohorts = drawn.map(Drawn::count).orElse(0);
    require(
        result.sums().size() == cohorts,
        Reason.NOT_ALL_COHORTS,
        sender,
        "a result with the sums of %d cohorts, %d due",
        result.sums().size(),
        cohorts);
    if (drawn.isEmpty()) {
      return;
    }
    CohortSum own = result.sums().get(drawn.get().assignment().cohortOf(me.self()));
    require(
        own.equals(new CohortSum(epoch.digest(), epoch.size(), result.sumRoot())),
        Reason.SUM_MISMATCH,
        sender,
        "the list of sums has %s of %d members for my cohort, my sum is %s of %d",
        own.sumRoot().shortHex(),
        own.members(),
        result.sumRoot().shortHex(),
        epoch.size());
    Set<Digest> distinct = new HashSet<>();
    result.sums().forEach(sum -> distinct.add(sum.cohortDigest()));
    require(
        distinct.size() == cohorts,
        Reason.SUM_MISMATCH,
        sender,
        "the list of sums names a cohort twice");
  }

  /**
   * Checks the signatures of a state against the drawn cohorts.
   *
   * @throws Refusal the same as of {@link StateCheck}, and DRAW_MISMATCH where no draw was seen
   */
  public static void checkState(
      Participant me, Transaction tx, String sender, AllianceCheckpoint checkpoint) throws Refusal {
    Cohort first = checkpoint.cohorts().get(0).cohort();
    Optional<Drawn> drawn = Drawing.drawn(tx, first.rosterDigest());
    require(
        drawn.isPresent(),
        Reason.DRAW_MISMATCH,
        sender,
        "no draw of roster %s seen: send its certificate first",
        first.rosterDigest().shortHex());
    me.requireCoordinator(sender, first);
    new StateCheck(me.notary(), sender)
        .results(assigned(tx, sender, drawn.orElseThrow(), first), checkpoint);
  }
}
