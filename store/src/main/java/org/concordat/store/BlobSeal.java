package org.concordat.store;

/** Whose keys open what a blob store writes. */
public interface BlobSeal {
  /**
   * A key that no other blob has, and the header that leads whoever may open the blob to it.
   *
   * @param key 32 bytes; whoever asked for it erases it
   * @param header public; it is authenticated with the blob
   */
  record Fresh(byte[] key, byte[] header) {
    @Override
    public String toString() {
      return "Fresh"; // the key must not end up in a log
    }
  }

  /** For a blob of that name. */
  Fresh fresh(String name);

  /**
   * The key of a blob.
   *
   * @throws StoreException if the header is altered, or of another blob or another owner
   */
  byte[] key(String name, byte[] header);

  /**
   * Whether those who may open it now are those of the header; else it is sealed anew at start.
   *
   * @throws StoreException if the header is altered
   */
  boolean isCurrent(String name, byte[] header);
}
