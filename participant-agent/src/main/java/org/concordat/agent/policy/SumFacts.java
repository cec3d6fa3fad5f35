package org.concordat.agent.policy;

import java.util.Optional;
import org.concordat.jurisdictions.FactSource;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Digest;

/**
 * What a policy sees of the sum that an update goes into.
 *
 * @param cohortSize members in the sum: at least so many, while it is not certified who they are
 * @param colluders c
 * @param source measured where a certified manifest says so; of the job before there is one
 * @param policy that the epoch is bound to, under which its rounds end; empty before there is one:
 *     the policy in force
 */
public record SumFacts(int cohortSize, int colluders, FactSource source, Optional<Digest> policy) {
  /**
   * Before an epoch of the job has a manifest: what follows from the job for the members that are
   * asked; tasks of weaker epochs are refused.
   *
   * @param members of the job, in one sum
   */
  public static SumFacts ofJob(int members, int colluders) {
    return new SumFacts(
        Math.min(members, Cohort.leastSurvivors(members, colluders)),
        colluders,
        FactSource.JOB,
        Optional.empty());
  }

  /** Of a manifest that T members signed: N_min. */
  public static SumFacts of(Cohort manifest) {
    return of(manifest, manifest.minSurvivors());
  }

  /** Of a certified set of survivors. */
  public static SumFacts of(Cohort manifest, int survivors) {
    return new SumFacts(
        survivors, manifest.colluders(), FactSource.MEASURED, Optional.of(manifest.policyDigest()));
  }
}
