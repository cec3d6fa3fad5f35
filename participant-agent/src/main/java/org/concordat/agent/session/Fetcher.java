package org.concordat.agent.session;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.check.LeafProof;

/**
 * Fetches models and sums. What is fetched is believed only after its digest or root was checked.
 */
public interface Fetcher {
  /** Something could not be fetched; it may be tried again. */
  public static final class FetchFailedException extends Exception {
    public FetchFailedException(String message) {
      super(message);
    }
  }

  /**
   * A model by its digest.
   *
   * @param expectedBytes more or fewer are refused
   */
  byte[] model(Digest digest, long expectedBytes) throws FetchFailedException;

  /**
   * A sum by its root; secure aggregation checks the root when it is adopted.
   *
   * @param elements words of 32 bits
   */
  int[] sum(Digest root, int elements) throws FetchFailedException;

  /** The record of a round whose result is out; whoever uses it checks it. */
  byte[] record(String job, long round, int cohort) throws FetchFailedException;

  /**
   * Leaves of the survivors' uploads, by leaf, then by member; some may be missing.
   *
   * @param round from 0
   * @param cohort of a round over several, from 1; 0 where there is one
   * @param owners of the uploads; anything that was not asked for is a failure
   */
  Map<Integer, Map<String, LeafProof>> leaves(
      String job, long round, int cohort, List<Integer> wanted, Set<String> owners)
      throws FetchFailedException;
}
