package org.concordat.protocol;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.concordat.protocol.v1.AgentGatewayGrpc;
import org.concordat.protocol.v1.UploadPart;
import org.concordat.protocol.v1.UploadProgress;
import org.concordat.protocol.v1.UploadQuery;
import org.concordat.protocol.v1.UploadReceipt;

/**
 * Uploads a masked vector, or a partial sum of some, over gRPC: in parts, resuming where the other
 * side has got to.
 */
public record ResumableUpload(ManagedChannel channel, int partBytes) {
  private static final long CALL_LIMIT_SECONDS = 3600;

  /** The other side refuses the upload for good. */
  public static final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    RefusedException(String message) {
      super(message);
    }
  }

  /**
   * One try. Both calls of it are broken off once it is unwanted, whatever is still to be sent.
   *
   * @param unwanted completed, on any thread, when nothing more of it may be sent
   * @return true when the other side has all of it, durably; false where it should be tried again
   * @throws RefusedException if the other side does not want it
   */
  public boolean send(byte[] content, byte[] sealedCommitment, CompletableFuture<Void> unwanted)
      throws RefusedException, InterruptedException {
    Context.CancellableContext calls = Context.current().withCancellation();
    Context before = calls.attach();
    boolean whole = false;
    try {
      unwanted.thenRun(() -> calls.cancel(null));
      whole = !calls.isCancelled() && attempt(content, sealedCommitment);
      return whole;
    } finally {
      calls.detach(before);
      if (!whole) {
        calls.cancel(null); // nothing of it goes on behind the next try
      }
    }
  }

  /**
   * Tells the other side of the commitment alone, and no byte of what it commits to: so it knows
   * what its sender has signed, also where the vector goes elsewhere.
   *
   * @return false where it should be tried again
   * @throws RefusedException if the other side does not take it
   */
  public boolean announce(byte[] sealedCommitment) throws RefusedException {
    try {
      progress(sealedCommitment);
      return true;
    } catch (StatusRuntimeException failure) {
      return again(failure.getStatus());
    }
  }

  private UploadProgress progress(byte[] sealedCommitment) {
    return AgentGatewayGrpc.newBlockingStub(channel)
        .withDeadlineAfter(60, TimeUnit.SECONDS)
        .uploadState(
            UploadQuery.newBuilder()
                .setSealedCommitment(ByteString.copyFrom(sealedCommitment))
                .build());
  }

  private boolean attempt(byte[] content, byte[] sealedCommitment)
      throws RefusedException, InterruptedException {
    try {
      long durable = progress(sealedCommitment).getDurableBytes();
      stream(content, sealedCommitment, (int) Math.min(content.length, durable))
          .get(CALL_LIMIT_SECONDS, TimeUnit.SECONDS);
      return true;
    } catch (StatusRuntimeException failure) {
      return again(failure.getStatus());
    } catch (ExecutionException failure) {
      return again(Status.fromThrowable(failure.getCause()));
    } catch (TimeoutException tooLong) {
      return false;
    }
  }

  private static boolean again(Status status) throws RefusedException {
    switch (status.getCode()) {
      case FAILED_PRECONDITION:
      case INVALID_ARGUMENT:
      case PERMISSION_DENIED:
        throw new RefusedException(
            status.getDescription() == null ? status.getCode().name() : status.getDescription());
      default:
        return false;
    }
  }

  private CompletableFuture<UploadReceipt> stream(
      byte[] content, byte[] sealedCommitment, int from) {
    CompletableFuture<UploadReceipt> receipt = new CompletableFuture<>();
    AgentGatewayGrpc.newStub(channel)
        .upload(
            new ClientResponseObserver<UploadPart, UploadReceipt>() {
              @Override
              public void beforeStart(ClientCallStreamObserver<UploadPart> stream) {
                ReadyWriter.install(stream, new Parts(content, sealedCommitment, from, partBytes));
              }

              @Override
              public void onNext(UploadReceipt answer) {
                receipt.complete(answer);
              }

              @Override
              public void onError(Throwable failure) {
                receipt.completeExceptionally(failure);
              }

              @Override
              public void onCompleted() {
                receipt.completeExceptionally(
                    Status.UNAVAILABLE.withDescription("no receipt").asException());
              }
            });
    return receipt;
  }

  /** The parts of a vector, the first one with the commitment even if nothing is left to send. */
  private static final class Parts implements Iterator<UploadPart> {
    private final byte[] content;
    private final byte[] sealedCommitment;
    private final int partBytes;
    private int at;
    private boolean first = true;

    Parts(byte[] content, byte[] sealedCommitment, int from, int partBytes) {
      this.content = content;
      this.sealedCommitment = sealedCommitment;
      this.at = from;
      this.partBytes = partBytes;
    }

    @Override
    public boolean hasNext() {
      return first || at < content.length;
    }

    @Override
    public UploadPart next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      int length = Math.min(partBytes, content.length - at);
      UploadPart.Builder part =
          UploadPart.newBuilder()
              .setOffset(at)
              .setData(UnsafeByteOperations.unsafeWrap(content, at, length));
      if (first) {
        part.setSealedCommitment(ByteString.copyFrom(sealedCommitment));
      }
      first = false;
      at += length;
      return part.build();
    }
  }
}
