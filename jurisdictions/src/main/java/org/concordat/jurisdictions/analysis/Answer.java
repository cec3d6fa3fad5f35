package org.concordat.jurisdictions.analysis;

import org.concordat.jurisdictions.Decision;
import org.concordat.jurisdictions.TestCase;

/** What is known of a claim. */
public sealed interface Answer {
  /**
   * It holds for all facts.
   *
   * @param comparisons how many were looked at
   */
  record Proved(long comparisons) implements Answer {}

  /**
   * It does not hold.
   *
   * @param counterexample a case with as few facts as the search found necessary
   * @param decision the policy's own answer to it
   */
  record Refuted(TestCase counterexample, Decision decision) implements Answer {}

  /** The search passed its limit: nothing is known. */
  record Undecided(String why) implements Answer {}
}
