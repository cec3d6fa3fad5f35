package org.concordat.agent.round;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.concordat.agent.job.SiteJobs.SiteJob;
import org.concordat.agent.policy.SitePolicy;
import org.concordat.agent.policy.SumFacts;
import org.concordat.agent.session.Fetcher;
import org.concordat.agent.session.Fetcher.FetchFailedException;
import org.concordat.agent.session.Fetcher.WrongContentException;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.check.LeafProof;
import org.concordat.secureagg.check.RoundRecord;
import org.concordat.secureagg.check.Sample;
import org.concordat.secureagg.check.VerifiedRound;
import org.concordat.secureagg.message.CohortSum;
import org.concordat.secureagg.message.Result;
import org.concordat.secureagg.message.Task;
import org.concordat.secureagg.step.Notice;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Before a result is signed: that random leaves of the sum are what the survivors' signed uploads
 * add up to. Which leaves is drawn here, after the result is fixed, and stays the same however
 * often that result is checked while this process runs: failing a check buys no second draw. A leaf
 * that is not delivered is a refusal; where the policy forbids this site to hold them, there is no
 * check and the log says so.
 */
public final class SpotCheck {
  private static final Logger LOG = LoggerFactory.getLogger(SpotCheck.class);

  /** Leaves fetched with one call. */
  private static final int BATCH = 64;

  private final Fetcher fetcher;
  private final Notary notary;
  private final SitePolicy policy;
  private final double fraction;
  private final byte[] secret = new byte[Digest.SIZE_BYTES];

  /**
   * @param fraction of the leaves, 0 for none
   */
  public SpotCheck(
      Fetcher fetcher, Notary notary, SitePolicy policy, double fraction, SecureRandom random) {
    this.fetcher = fetcher;
    this.notary = notary;
    this.policy = policy;
    this.fraction = fraction;
    random.nextBytes(secret);
  }

  /**
   * Checks a sample.
   *
   * @param cohort of the task's epoch
   * @param byPerson whether a person approved the job here
   * @param sum as fetched; that it has the root of the result is checked when it is adopted
   * @throws FetchFailedException if the coordinator does not deliver, or what it delivers is wrong:
   *     the result must not be signed
   */
  void check(Notice.ResultReady ready, SiteJob job, Cohort cohort, boolean byPerson, int[] sum)
      throws FetchFailedException {
    if (fraction == 0) {
      return;
    }
    Task task = ready.task();
    try {
      VerifiedRound round =
          ready.checked().isPresent() ? ready.checked().get() : fromRecord(ready, cohort);
      Set<String> owners = round.uploads().keySet();
      SumFacts facts = SumFacts.of(cohort, owners.size());
      RegionalSums regional = RegionalSums.of(round, policy.routes(), fetcher, notary);
      String denial = regional.denialOfLeaves(policy, job.spec(), facts, byPerson);
      if (denial.isEmpty()) {
        checkLeaves(task, round, sum, regional);
      } else {
        LOG.info("round {} is not spot-checked here: {}", task.round() + 1, denial);
      }
      String inside = regional.denialInside(policy, job.spec(), facts, byPerson);
      if (inside.isEmpty()) {
        checkInside(task, round, regional);
      } else {
        LOG.info("round {} is not spot-checked in this region: {}", task.round() + 1, inside);
      }
    } catch (Refusal | IllegalArgumentException wrong) {
      throw new WrongContentException("the sum does not stand a spot check: " + wrong.getMessage());
    }
  }

  /** Somebody dropped: the coordinator's record has what was opened for it, and the proofs. */
  private VerifiedRound fromRecord(Notice.ResultReady ready, Cohort cohort)
      throws FetchFailedException, Refusal {
    Task task = ready.task();
    RoundRecord record =
        RoundRecord.decode(fetcher.record(task.job(), task.round(), cohort(task, ready.result())));
    VerifiedRound round = VerifiedRound.of(record, notary.under(cohort.rosterDigest()));
    if (!round.result().equals(ready.result())) {
      throw new FetchFailedException("the record is of another result than the one announced");
    }
    return round;
  }

  private void checkLeaves(Task task, VerifiedRound round, int[] sum, RegionalSums regional)
      throws FetchFailedException, Refusal {
    for (List<Integer> batch : batches(round)) {
      Map<Integer, Map<String, LeafProof>> leaves =
          fetcher.leaves(
              task.job(),
              task.round(),
              cohort(task, round.result()),
              batch,
              regional.roots().keySet());
      for (int leaf : batch) {
        round.checkLeaf(leaf, sum, regional.roots(), leaves.getOrDefault(leaf, Map.of()));
      }
    }
  }

  /** That this region's partial sum is what its members' uploads add up to. */
  private void checkInside(Task task, VerifiedRound round, RegionalSums regional)
      throws FetchFailedException, Refusal {
    if (regional.own().isEmpty()) {
      return;
    }
    RegionalSums.Own own = regional.own().get();
    int cohort = cohort(task, round.result());
    for (List<Integer> batch : batches(round)) {
      Map<Integer, Map<String, LeafProof>> forwarded =
          fetcher.leaves(task.job(), task.round(), cohort, batch, regional.roots().keySet());
      Map<Integer, Map<String, LeafProof>> inside =
          fetcher.regionLeaves(
              own.aggregator(), task.job(), task.round(), cohort, batch, own.members());
      for (int leaf : batch) {
        own.check(
            round,
            leaf,
            inside.getOrDefault(leaf, Map.of()),
            forwarded.getOrDefault(leaf, Map.of()));
      }
    }
  }

  private List<List<Integer>> batches(VerifiedRound round) {
    List<Integer> sample = sample(round);
    List<List<Integer>> batches = new ArrayList<>();
    for (int from = 0; from < sample.size(); from += BATCH) {
      batches.add(sample.subList(from, Math.min(sample.size(), from + BATCH)));
    }
    return batches;
  }

  /** Which of several cohorts the task is of, from 1; 0 where there is one. */
  static int cohort(Task task, Result result) {
    return 1
        + result.sums().stream().map(CohortSum::cohortDigest).toList().indexOf(task.cohortDigest());
  }

  /** Secret to whoever made the sum, but a function of the result. */
  private List<Integer> sample(VerifiedRound round) {
    byte[] seed = Digest.sha256(secret, round.result().digest().bytes()).bytes();
    return Sample.of(
        round.leafCount(), fraction, new SplittableRandom(ByteBuffer.wrap(seed).getLong()));
  }
}
