package org.concordat.agent.upload;

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
import org.concordat.protocol.ReadyWriter;
import org.concordat.protocol.v1.AgentGatewayGrpc;
import org.concordat.protocol.v1.UploadPart;
import org.concordat.protocol.v1.UploadProgress;
import org.concordat.protocol.v1.UploadQuery;
import org.concordat.protocol.v1.UploadReceipt;

/** Uploads over gRPC, in parts, resuming where the coordinator has got to. */
public record GrpcUploader(ManagedChannel channel, int partBytes) implements Uploader {
  private static final long CALL_LIMIT_SECONDS = 3600;

  /** Both calls of a try are broken off, whatever of them is still to be sent. */
  @Override
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

  private boolean attempt(byte[] content, byte[] sealedCommitment)
      throws RefusedException, InterruptedException {
    try {
      UploadProgress progress =
          AgentGatewayGrpc.newBlockingStub(channel)
              .withDeadlineAfter(60, TimeUnit.SECONDS)
              .uploadState(
                  UploadQuery.newBuilder()
                      .setSealedCommitment(ByteString.copyFrom(sealedCommitment))
                      .build());
      stream(content, sealedCommitment, (int) Math.min(content.length, progress.getDurableBytes()))
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
