package org.concordat.agent.session;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.concordat.certs.RosterEntry;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.check.LeafProof;

/**
 * Fetches models and sums. What is fetched is believed only after its digest or root was checked.
 */
public interface Fetcher {
  /** Something could not be fetched; it may be tried again. */
  public static class FetchFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    public FetchFailedException(String message) {
      super(message);
    }
  }

  /** What was fetched is wrong, and who is at fault is named: it is tried again all the same. */
  public static final class WrongContentException extends FetchFailedException {
    private static final long serialVersionUID = 1L;

    public WrongContentException(String message) {
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

  /**
   * The signed partial sums of a round's regions, as {@link
   * org.concordat.secureagg.region.PartialSums#open} reads them; whoever uses them checks them.
   */
  default byte[] partialSums(String job, long round, int cohort) throws FetchFailedException {
    throw new FetchFailedException("partial sums cannot be had over this line");
  }

  /**
   * Like {@link #leaves}, of uploads that are in this site's region.
   *
   * @param aggregator whom the signed roster names
   */
  default Map<Integer, Map<String, LeafProof>> regionLeaves(
      RosterEntry aggregator,
      String job,
      long round,
      int cohort,
      List<Integer> wanted,
      Set<String> owners)
      throws FetchFailedException {
    throw new FetchFailedException("leaves of a region cannot be had over this line");
  }
}
