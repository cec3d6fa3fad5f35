package org.concordat.iam.token;

import java.time.Duration;

/**
 * What bounds proofs of possession.
 *
 * @param clockSkew how far the caller's clock may be off
 * @param life how old a proof may be, the clock's allowance aside
 * @param remembered so many proofs are remembered at once, so that none is taken twice; beyond it
 *     none is taken
 */
public record ProofLimits(Duration clockSkew, Duration life, int remembered) {
  /** Longest proof that is looked at, in characters. */
  public static final int MAX_CHARS = 2048;

  public static final ProofLimits DEFAULT =
      new ProofLimits(Duration.ofSeconds(30), Duration.ofSeconds(60), 100_000);

  /** How long a proof is remembered: when it ends, {@link Proofs} would refuse it by its age. */
  Duration window() {
    return life.plus(clockSkew).plus(clockSkew);
  }
}
