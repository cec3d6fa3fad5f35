package org.concordat.agent;

import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import org.concordat.agent.approval.SiteJobs.SiteJob;
import org.concordat.agent.approval.SitePolicy;
import org.concordat.agent.session.Fetcher;
import org.concordat.agent.session.Fetcher.FetchFailedException;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.check.LeafProof;
import org.concordat.secureagg.check.RoundRecord;
import org.concordat.secureagg.check.Sample;
import org.concordat.secureagg.check.VerifiedRound;
import org.concordat.secureagg.codec.MalformedMessageException;
import org.concordat.secureagg.message.Result;
import org.concordat.secureagg.message.Task;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Before a result is signed: that random leaves of the sum are what the survivors' signed uploads
 * add up to. Which leaves is drawn here, after the result is fixed. A leaf that is not delivered is
 * a refusal; where the policy forbids this site to hold them, there is no check and the log says
 * so.
 */
final class SpotCheck {
  private static final Logger LOG = LoggerFactory.getLogger(SpotCheck.class);

  /** Leaves fetched with one call. */
  private static final int BATCH = 64;

  private final Fetcher fetcher;
  private final Notary notary;
  private final SitePolicy policy;
  private final double fraction;
  private final SecureRandom random = new SecureRandom();

  /**
   * @param fraction of the leaves, 0 for none
   */
  SpotCheck(Fetcher fetcher, Notary notary, SitePolicy policy, double fraction) {
    this.fetcher = fetcher;
    this.notary = notary;
    this.policy = policy;
    this.fraction = fraction;
  }

  /**
   * Checks a sample.
   *
   * @param sum as fetched; that it has the root of the result is checked when it is adopted
   * @throws FetchFailedException if the coordinator does not deliver, or what it delivers is wrong:
   *     the result must not be signed
   */
  void check(Task task, Result result, SiteJob job, int[] sum) throws FetchFailedException {
    if (fraction == 0) {
      return;
    }
    try {
      RoundRecord record = RoundRecord.decode(fetcher.record(task.job(), task.round()));
      VerifiedRound round = VerifiedRound.of(record, notary);
      if (!round.result().equals(result)) {
        throw new FetchFailedException("the record is of another result than the one announced");
      }
      String denial = policy.denialOfLeaves(job.spec(), round.uploads().keySet());
      if (denial.isEmpty()) {
        checkLeaves(task, round, sum);
      } else {
        LOG.info("round {} is not spot-checked here: {}", task.round() + 1, denial);
      }
    } catch (Refusal | MalformedMessageException wrong) {
      throw new FetchFailedException("the sum does not stand a spot check: " + wrong.getMessage());
    }
  }

  private void checkLeaves(Task task, VerifiedRound round, int[] sum)
      throws FetchFailedException, Refusal {
    List<Integer> sample = Sample.of(round.leafCount(), fraction, random);
    for (int from = 0; from < sample.size(); from += BATCH) {
      List<Integer> batch = sample.subList(from, Math.min(sample.size(), from + BATCH));
      Map<Integer, Map<String, LeafProof>> leaves = fetcher.leaves(task.job(), task.round(), batch);
      for (int leaf : batch) {
        round.checkLeaf(leaf, sum, leaves.getOrDefault(leaf, Map.of()));
      }
    }
  }
}
