package org.concordat.coordinator.operations;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.concordat.coordinator.calls.Answers;

/**
 * What a call's own thread throws becomes a status that names the cause: gRPC would say UNKNOWN and
 * nothing else. The outermost interceptor, so that it also covers the log of accesses.
 */
public final class FailureInterceptor implements ServerInterceptor {
  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    Ending ending = new Ending(call);
    try {
      return new Guarded<>(next.startCall(call, headers), ending);
    } catch (RuntimeException failure) {
      ending.with(failure);
      return new ServerCall.Listener<>() {};
    }
  }

  /** Ends a call once. */
  private record Ending(ServerCall<?, ?> call, AtomicBoolean over) {
    Ending(ServerCall<?, ?> call) {
      this(call, new AtomicBoolean());
    }

    void with(RuntimeException failure) {
      if (over.compareAndSet(false, true)) {
        call.close(Answers.status(failure), new Metadata());
      }
    }

    void guard(Runnable step) {
      try {
        step.run();
      } catch (RuntimeException failure) {
        with(failure);
      }
    }
  }

  private static final class Guarded<Q> extends SimpleForwardingServerCallListener<Q> {
    private final Ending ending;

    Guarded(ServerCall.Listener<Q> delegate, Ending ending) {
      super(delegate);
      this.ending = ending;
    }

    @Override
    public void onMessage(Q message) {
      ending.guard(() -> super.onMessage(message));
    }

    @Override
    public void onHalfClose() {
      ending.guard(super::onHalfClose);
    }

    @Override
    public void onReady() {
      ending.guard(super::onReady);
    }
  }
}
