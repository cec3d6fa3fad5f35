package org.concordat.coordinator.upload;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.kernel.MerkleRoot;
import org.concordat.secureagg.kernel.MerkleTree;
import org.concordat.store.StoreException;

/** The Merkle tree of an upload on disk. */
final class MerkleTrees {
  private MerkleTrees() {}

  /**
   * @param elementBytes bytes of one packed element
   */
  static MerkleTree ofFile(Path file, int elementBytes) {
    List<Digest> leaves = new ArrayList<>();
    byte[] buffer = new byte[MerkleRoot.LEAF_ELEMENTS * elementBytes];
    try (InputStream in = Files.newInputStream(file)) {
      int read;
      while ((read = in.readNBytes(buffer, 0, buffer.length)) > 0) {
        leaves.add(
            MerkleTree.leafHash(read == buffer.length ? buffer : Arrays.copyOf(buffer, read)));
      }
    } catch (IOException failure) {
      throw new StoreException(
          "upload " + file.getFileName() + " cannot be read back: " + failure.getMessage(),
          failure);
    }
    return MerkleTree.of(leaves);
  }
}
