package org.concordat.agent.upload;

import java.util.concurrent.CompletableFuture;
import org.concordat.secureagg.Digest;

/** Sends one masked vector, resuming where the coordinator has got to, until it has the receipt. */
public interface Uploader {
  /** The coordinator refuses the upload for good. */
  public static final class RefusedException extends Exception {
    public RefusedException(String message) {
      super(message);
    }
  }

  /**
   * One try, while it is wanted.
   *
   * @param roster that the update's epoch was opened for: it says whom the vector goes to
   * @param unwanted completed, on any thread, when nothing more of it may be sent: a try under way
   *     is broken off, and gives false; one that takes no time need only look before
   * @return true when the coordinator has all of it, durably; false where the connection broke and
   *     it should be tried again
   * @throws RefusedException if the coordinator does not want it
   */
  boolean send(
      byte[] content, byte[] sealedCommitment, Digest roster, CompletableFuture<Void> unwanted)
      throws RefusedException, InterruptedException;
}
