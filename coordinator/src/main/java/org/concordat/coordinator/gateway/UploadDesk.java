package org.concordat.coordinator.gateway;

import org.concordat.coordinator.upload.UploadRefusedException;
import org.concordat.secureagg.message.UploadCommitment;

/** Whom uploads are for; every method runs on the mailbox thread. */
public interface UploadDesk {
  /**
   * Whether an upload may begin or go on.
   *
   * @param sender who has signed the commitment: a member, or an aggregator with its partial sum
   * @return bytes of one packed element
   * @throws UploadRefusedException naming why not
   */
  int requireExpected(String sender, UploadCommitment commitment) throws UploadRefusedException;

  /**
   * A complete upload whose Merkle root is the committed one, durable on disk. When this returns
   * the upload is accepted durably.
   *
   * @throws UploadRefusedException if it came too late
   */
  void uploaded(String sender, byte[] sealedCommitment, UploadCommitment commitment)
      throws UploadRefusedException;
}
