package org.concordat.secureagg.step;

import java.util.Arrays;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Digest;

/**
 * What the application must do for a {@link Step}. Persist, PersistBlob and Erase of one step
 * become durable together, in one transaction, before any Send or Upload of it. Keys of values and
 * of blobs share one name space; values hold secrets and belong into files or tables that only this
 * participant reads.
 */
public sealed interface Action {
  /** Sets a key of the durable map. */
  record Persist(String key, Bytes value) implements Action {}

  /**
   * Stores a large value that {@code Member.restore} does not get back: the masked vector y. Not
   * copied, not to be changed.
   */
  record PersistBlob(String key, byte[] content) implements Action {
    @Override
    public boolean equals(Object other) {
      return other instanceof PersistBlob that
          && key.equals(that.key)
          && Arrays.equals(content, that.content);
    }

    @Override
    public int hashCode() {
      return key.hashCode();
    }

    @Override
    public String toString() {
      return "PersistBlob[" + key + ", " + content.length + " bytes]";
    }
  }

  /**
   * Removes a value or a blob for good; many erased keys hold secrets. Erasing an absent key is no
   * error.
   */
  record Erase(String key) implements Action {}

  /** Sends sealed bytes to the coordinator. */
  record Send(Bytes sealed) implements Action {}

  /**
   * Uploads the blob in chunks with its sealed {@link
   * org.concordat.secureagg.message.UploadCommitment}.
   *
   * @param job of the task
   * @param taskDigest the task
   * @param blobKey key of the blob that a PersistBlob of this or an earlier step stored
   * @param sealedCommitment goes along with the upload
   * @param roster that the epoch was opened for: it says where the upload goes
   */
  record Upload(
      String job, Digest taskDigest, String blobKey, Bytes sealedCommitment, Digest roster)
      implements Action {}
}
