package org.concordat.agent.carried;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.concordat.agent.session.Fetcher;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.check.LeafProof;

/** Models and sums out of the bundle that was taken last. */
public record BundleFetcher(BundleFolder folder) implements Fetcher {
  private static final String NO_LINE =
      "leaves of others' updates cannot be asked for across an air gap: 'spot-check' must be 0";

  @Override
  public byte[] model(Digest digest, long expectedBytes) throws FetchFailedException {
    byte[] content = read(digest, expectedBytes);
    if (!Digest.sha256(content).equals(digest)) {
      throw new FetchFailedException("the bundle has other bytes than those of model " + digest);
    }
    return content;
  }

  @Override
  public int[] sum(Digest root, int elements) throws FetchFailedException {
    int[] words = new int[elements];
    ByteBuffer.wrap(read(root, 4L * elements))
        .order(ByteOrder.LITTLE_ENDIAN)
        .asIntBuffer()
        .get(words);
    return words;
  }

  private byte[] read(Digest what, long expectedBytes) throws FetchFailedException {
    Path file = folder.blobs().resolve(what.hex());
    try {
      if (Files.exists(file) && Files.size(file) == expectedBytes) {
        return Files.readAllBytes(file);
      }
    } catch (IOException unreadable) {
      throw new FetchFailedException(file + " cannot be read: " + unreadable.getMessage());
    }
    throw new FetchFailedException(
        "the bundles brought so far have not %s, of %d bytes: the next one will"
            .formatted(what.shortHex(), expectedBytes));
  }

  @Override
  public byte[] record(String job, long round, int cohort) throws FetchFailedException {
    throw new FetchFailedException(NO_LINE);
  }

  @Override
  public Map<Integer, Map<String, LeafProof>> leaves(
      String job, long round, int cohort, List<Integer> wanted, Set<String> owners)
      throws FetchFailedException {
    throw new FetchFailedException(NO_LINE);
  }
}
