package org.concordat.secureagg.cohorts;

import static org.concordat.secureagg.Refusal.require;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.cohorts.message.AllianceCheckpoint;
import org.concordat.secureagg.envelope.Inbox;
import org.concordat.secureagg.message.CohortSum;
import org.concordat.secureagg.message.StateSignature;

/**
 * The checks of a state over several cohorts that members make before they start from it and
 * auditors afterwards: T members of every drawn cohort have signed it, for one list of sums.
 *
 * @param notary opens members' messages with the roster of the draw
 * @param presenter whom to blame for what does not hold
 */
public record StateCheck(Notary notary, String presenter) {
  /**
   * Checks a state against the draw.
   *
   * @param drawn the cohorts in the order of the draw
   * @return the one result that each cohort's signatures are about, in that order
   * @throws Refusal NOT_ALL_COHORTS, COHORT_MISMATCH or BAD_QUORUM, naming the cohort from 1
   */
  public List<Digest> results(List<Cohort> drawn, AllianceCheckpoint checkpoint) throws Refusal {
    List<AllianceCheckpoint.Part> parts = checkpoint.cohorts();
    require(
        parts.size() == drawn.size(),
        Reason.NOT_ALL_COHORTS,
        presenter,
        "signatures of %d cohorts, %d were drawn",
        parts.size(),
        drawn.size());
    for (int i = 0; i < parts.size(); i++) {
      checkCohort(i, drawn.get(i), parts.get(i).cohort(), checkpoint.sums().get(i));
    }
    List<Digest> results = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      results.add(signedResult(i, checkpoint, parts.get(i)));
    }
    return results;
  }

  /**
   * Each cohort is the drawn one or a subset of it, and the one that the signed list names: every
   * honest signer has seen its own epoch's cohort in the list, so no smaller T than the epoch's can
   * be passed off.
   */
  private void checkCohort(int index, Cohort drawn, Cohort cohort, CohortSum sum) throws Refusal {
    require(
        drawn.admits(cohort),
        Reason.COHORT_MISMATCH,
        presenter,
        "cohort %d is not the one that was drawn, or has weaker parameters",
        index + 1);
    require(
        sum.cohortDigest().equals(cohort.digest()) && sum.members() == cohort.size(),
        Reason.COHORT_MISMATCH,
        presenter,
        "cohort %d of %d members is not the one that the signed list names, of %d",
        index + 1,
        cohort.size(),
        sum.members());
  }

  private Digest signedResult(
      int index, AllianceCheckpoint checkpoint, AllianceCheckpoint.Part part) throws Refusal {
    Map<String, StateSignature> signed;
    try {
      signed = quorum(checkpoint, part);
    } catch (Refusal refusal) {
      throw new Refusal(
          refusal.reason(),
          presenter,
          "the signatures of cohort " + (index + 1) + ": " + refusal.getMessage());
    }
    Set<String> results = new TreeSet<>();
    signed.values().forEach(signature -> results.add(signature.resultDigest().hex()));
    require(
        results.size() == 1,
        Reason.BAD_QUORUM,
        presenter,
        "cohort %d: its signatures are about different results",
        index + 1);
    return Digest.ofHex(results.iterator().next());
  }

  private Map<String, StateSignature> quorum(
      AllianceCheckpoint checkpoint, AllianceCheckpoint.Part part) throws Refusal {
    Digest sums = checkpoint.sumsDigest();
    return Inbox.quorum(
        notary.under(part.cohort().rosterDigest()),
        presenter,
        part.signatures(),
        StateSignature.class,
        (member, store) -> part.cohort().indexOf(member) >= 0,
        signature ->
            signature.ref().job().equals(checkpoint.job())
                && signature.ref().round() == checkpoint.round()
                && signature.stateDigest().equals(checkpoint.stateDigest())
                && signature.sumsDigest().equals(sums),
        part.cohort().threshold());
  }
}
