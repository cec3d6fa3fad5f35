package org.concordat.coordinator.intake;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.concordat.secureagg.kernel.MerkleTree;
import org.concordat.store.StoreException;

/** The Merkle tree of an upload on disk. */
final class MerkleTrees {
  private static final int BUFFER_BYTES = 1 << 16;

  private MerkleTrees() {}

  /**
   * @param elementBytes bytes of one packed element
   */
  static MerkleTree ofFile(Path file, int elementBytes) {
    LeafHashes hashes = new LeafHashes(elementBytes);
    byte[] buffer = new byte[BUFFER_BYTES];
    try (InputStream in = Files.newInputStream(file)) {
      int read;
      while ((read = in.read(buffer)) > 0) {
        hashes.update(ByteBuffer.wrap(buffer, 0, read));
      }
    } catch (IOException failure) {
      throw new StoreException(
          "upload " + file.getFileName() + " cannot be read back: " + failure.getMessage(),
          failure);
    }
    return hashes.tree();
  }
}
