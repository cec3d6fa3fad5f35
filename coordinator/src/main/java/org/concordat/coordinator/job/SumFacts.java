package org.concordat.coordinator.job;

import java.util.List;
import java.util.Optional;
import org.concordat.jurisdictions.FactSource;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Digest;

/**
 * What a policy is told of the sums that updates go into.
 *
 * @param cohortSize members whose updates are in one sum, at the least
 * @param colluders that the numbers assume, c
 * @param source MEASURED where an epoch's manifest or a certificate says so; JOB where there is
 *     none yet
 * @param policy under which the epoch was agreed, and its rounds end; empty: the one in force
 */
public record SumFacts(int cohortSize, int colluders, FactSource source, Optional<Digest> policy) {
  /** What the roster would give a job. */
  static SumFacts planned(int minSurvivors, int colluders) {
    return new SumFacts(minSurvivors, colluders, FactSource.JOB, Optional.empty());
  }

  /** Before the certificate: N_min of the manifest's cohort. */
  public static SumFacts before(Cohort manifests) {
    return new SumFacts(
        manifests.minSurvivors(),
        manifests.colluders(),
        FactSource.MEASURED,
        Optional.of(manifests.policyDigest()));
  }

  /** After it: |U3|. */
  public static SumFacts after(List<String> survivors, int colluders, Optional<Digest> policy) {
    return new SumFacts(survivors.size(), colluders, FactSource.MEASURED, policy);
  }
}
