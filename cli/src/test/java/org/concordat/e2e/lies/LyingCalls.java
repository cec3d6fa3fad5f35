package org.concordat.e2e.lies;

import com.google.protobuf.ByteString;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.concordat.protocol.v1.BlobPart;
import org.concordat.protocol.v1.BlobRequest;
import org.concordat.protocol.v1.UploadPart;
import org.concordat.secureagg.Digest;

/** Sees members' commitments, and gives out sums that the liar forged; else the real calls. */
final class LyingCalls implements ServerInterceptor {
  private final LyingTraffic desk;

  LyingCalls(LyingTraffic desk) {
    this.desk = desk;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    ServerCall.Listener<Q> real = next.startCall(call, headers);
    return new SimpleForwardingServerCallListener<>(real) {
      @Override
      public void onMessage(Q message) {
        if (message instanceof UploadPart part && !part.getSealedCommitment().isEmpty()) {
          desk.committed(part.getSealedCommitment().toByteArray());
        }
        Optional<int[]> sum =
            message instanceof BlobRequest request && request.hasSumRoot()
                ? desk.forgedSum(new Digest(request.getSumRoot().toByteArray()))
                : Optional.empty();
        if (sum.isPresent()) {
          answer(call, sum.get());
        } else {
          super.onMessage(message);
        }
      }
    };
  }

  @SuppressWarnings("unchecked")
  private static <Q, A> void answer(ServerCall<Q, A> call, int[] sum) {
    ByteBuffer words = ByteBuffer.allocate(4 * sum.length).order(ByteOrder.LITTLE_ENDIAN);
    words.asIntBuffer().put(sum);
    call.sendHeaders(new Metadata());
    call.sendMessage(
        (A)
            BlobPart.newBuilder()
                .setOffset(0)
                .setTotalBytes(words.capacity())
                .setData(ByteString.copyFrom(words.array()))
                .build());
    call.close(Status.OK, new Metadata());
  }
}
