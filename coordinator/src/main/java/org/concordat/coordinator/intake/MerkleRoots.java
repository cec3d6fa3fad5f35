package org.concordat.coordinator.intake;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.kernel.MerkleRoot;
import org.concordat.store.StoreException;

/** The Merkle root of an upload on disk. */
final class MerkleRoots {
  private MerkleRoots() {}

  /**
   * @param elementBytes bytes of one packed element
   */
  static Digest ofFile(Path file, int elementBytes) {
    MerkleRoot root = new MerkleRoot(elementBytes);
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = Files.newInputStream(file)) {
      int read;
      while ((read = in.read(buffer)) > 0) {
        root.update(buffer, 0, read);
      }
    } catch (IOException failure) {
      throw new StoreException(
          "upload " + file.getFileName() + " cannot be read back: " + failure.getMessage(),
          failure);
    }
    return root.root();
  }
}
