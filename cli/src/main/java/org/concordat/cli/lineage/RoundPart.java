package org.concordat.cli.lineage;

import java.util.SortedSet;

/**
 * One round that is in a model, as the log has it.
 *
 * @param round from 1
 * @param attempt from 0: earlier attempts came to nothing
 * @param survivors whose updates are in its sum
 * @param model digest of the version that it led to
 * @param base digest of the version that it began from; empty where the log does not have it
 * @param policy digest of the policy that it ran under, and its version; empty likewise
 * @param agreement digest of the agreement and its version; empty for none
 * @param software that added up; empty where the log does not have it
 * @param released index of the entry that released it
 */
public record RoundPart(
    long round,
    long attempt,
    SortedSet<String> survivors,
    String model,
    String base,
    Versioned policy,
    Versioned agreement,
    String software,
    long released) {

  /**
   * A document that was in force.
   *
   * @param digest SHA-256, hexadecimal; empty for none
   * @param version empty where the log does not have it
   */
  public record Versioned(String digest, String version) {
    boolean isKnown() {
      return !digest.isEmpty();
    }
  }
}
