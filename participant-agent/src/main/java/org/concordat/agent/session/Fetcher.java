package org.concordat.agent.session;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import org.concordat.protocol.v1.AgentGatewayGrpc;
import org.concordat.protocol.v1.BlobPart;
import org.concordat.protocol.v1.BlobRequest;
import org.concordat.secureagg.Digest;

/**
 * Fetches models and sums. What is fetched is believed only after its digest or root was checked.
 */
public final class Fetcher {
  private static final long LIMIT_SECONDS = 3600;

  /** Something could not be fetched; it may be tried again. */
  public static final class FetchFailedException extends Exception {
    FetchFailedException(String message) {
      super(message);
    }
  }

  private final ManagedChannel channel;

  public Fetcher(ManagedChannel channel) {
    this.channel = channel;
  }

  /**
   * A model by its digest.
   *
   * @param expectedBytes more or fewer are refused
   */
  public byte[] model(Digest digest, long expectedBytes) throws FetchFailedException {
    byte[] content =
        fetch(
            BlobRequest.newBuilder().setModel(ByteString.copyFrom(digest.bytes())).build(),
            expectedBytes);
    if (!Digest.sha256(content).equals(digest)) {
      throw new FetchFailedException(
          "the coordinator sent other bytes than those of model " + digest.shortHex());
    }
    return content;
  }

  /**
   * A sum by its root; secure aggregation checks the root when it is adopted.
   *
   * @param elements words of 32 bits
   */
  public int[] sum(Digest root, int elements) throws FetchFailedException {
    byte[] content =
        fetch(
            BlobRequest.newBuilder().setSumRoot(ByteString.copyFrom(root.bytes())).build(),
            4L * elements);
    int[] words = new int[elements];
    ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(words);
    return words;
  }

  private byte[] fetch(BlobRequest request, long expectedBytes) throws FetchFailedException {
    ByteArrayOutputStream content =
        new ByteArrayOutputStream((int) Math.min(expectedBytes, 1 << 26));
    try {
      Iterator<BlobPart> parts =
          AgentGatewayGrpc.newBlockingStub(channel)
              .withDeadlineAfter(LIMIT_SECONDS, TimeUnit.SECONDS)
              .download(request);
      while (parts.hasNext()) {
        ByteString data = parts.next().getData();
        if (content.size() + (long) data.size() > expectedBytes) {
          throw new FetchFailedException(
              "the coordinator sent more than the " + expectedBytes + " bytes expected");
        }
        content.writeBytes(data.toByteArray());
      }
    } catch (StatusRuntimeException failure) {
      throw new FetchFailedException("the coordinator did not deliver: " + failure.getMessage());
    }
    if (content.size() != expectedBytes) {
      throw new FetchFailedException(
          "the coordinator sent " + content.size() + " of " + expectedBytes + " bytes");
    }
    return content.toByteArray();
  }
}
