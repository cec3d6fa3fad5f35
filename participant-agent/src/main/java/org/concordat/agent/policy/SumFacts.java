package org.concordat.agent.policy;

import org.concordat.jurisdictions.FactSource;
import org.concordat.secureagg.Cohort;

/**
 * What a policy sees of the sum that an update goes into.
 *
 * @param cohortSize members in the sum: at least so many, while it is not certified who they are
 * @param colluders c
 * @param source measured where a certified manifest says so; of the job before there is one
 */
public record SumFacts(int cohortSize, int colluders, FactSource source) {
  /**
   * Before an epoch of the job has a manifest: what follows from the job for the members that are
   * asked; tasks of weaker epochs are refused.
   *
   * @param members of the job, in one sum
   */
  public static SumFacts ofJob(int members, int colluders) {
    return new SumFacts(
        Math.min(members, Cohort.leastSurvivors(members, colluders)), colluders, FactSource.JOB);
  }

  /** Of a manifest that T members signed: N_min. */
  public static SumFacts of(Cohort manifest) {
    return new SumFacts(manifest.minSurvivors(), manifest.colluders(), FactSource.MEASURED);
  }

  /** Of a certified set of survivors. */
  public static SumFacts of(Cohort manifest, int survivors) {
    return new SumFacts(survivors, manifest.colluders(), FactSource.MEASURED);
  }
}
