package org.concordat.agent.upload;

import java.util.concurrent.CompletableFuture;

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
   * @param unwanted completed, on any thread, when nothing more of it may be sent: a try under way
   *     is broken off, and gives false; one that takes no time need only look before
   * @return true when the coordinator has all of it, durably; false where the connection broke and
   *     it should be tried again
   * @throws RefusedException if the coordinator does not want it
   */
  boolean send(byte[] content, byte[] sealedCommitment, CompletableFuture<Void> unwanted)
      throws RefusedException, InterruptedException;

  /** The same of one that is always wanted. */
  default boolean send(byte[] content, byte[] sealedCommitment)
      throws RefusedException, InterruptedException {
    return send(content, sealedCommitment, new CompletableFuture<>());
  }
}
