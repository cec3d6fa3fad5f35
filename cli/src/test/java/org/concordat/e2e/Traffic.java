package org.concordat.e2e;

import com.google.protobuf.MessageLite;
import io.grpc.Context;
import io.grpc.ForwardingServerCall;
import io.grpc.ForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.concurrent.atomic.AtomicLong;
import org.concordat.coordinator.access.CallerInterceptor;

/** Counts the bytes of the messages that agents send and receive. */
final class Traffic implements ServerInterceptor {
  private final AtomicLong bytes = new AtomicLong();

  /** Both directions, all agents. */
  long total() {
    return bytes.get();
  }

  private void count(Object message) {
    if (CallerInterceptor.CALLER.get() != null
        && !CallerInterceptor.CALLER.get().member().value().equals("operator")) {
      bytes.addAndGet(((MessageLite) message).getSerializedSize());
    }
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    Context context = Context.current();
    ServerCall<Q, A> out =
        new ForwardingServerCall.SimpleForwardingServerCall<>(call) {
          @Override
          public void sendMessage(A message) {
            context.run(() -> count(message));
            super.sendMessage(message);
          }
        };
    return new ForwardingServerCallListener.SimpleForwardingServerCallListener<>(
        next.startCall(out, headers)) {
      @Override
      public void onMessage(Q message) {
        context.run(() -> count(message));
        super.onMessage(message);
      }
    };
  }
}
