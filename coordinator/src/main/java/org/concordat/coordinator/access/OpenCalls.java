package org.concordat.coordinator.access;

import io.grpc.Context;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.concordat.certs.Sha256;
import org.concordat.protocol.v1.OperationsGrpc;

/**
 * Every call under way, so that those of a participant that is no member any more, or whose
 * certificate was revoked, end at once, by name. Inside {@link CallerInterceptor}. Thread-safe.
 */
public final class OpenCalls implements ServerInterceptor {
  private final BiFunction<String, Sha256, Optional<String>> gone;
  private final Function<List<X509Certificate>, Optional<String>> revoked;
  private final Set<Open<?, ?>> open = ConcurrentHashMap.newKeySet();

  /**
   * @param gone why a participant with a member CA is no member any more; empty if it is one
   * @param revoked why a chain is not good any more; empty if it is
   */
  public OpenCalls(
      BiFunction<String, Sha256, Optional<String>> gone,
      Function<List<X509Certificate>, Optional<String>> revoked) {
    this.gone = gone;
    this.revoked = revoked;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    String member = CallerInterceptor.CALLER.get(Context.current()).member().value();
    if (call.getMethodDescriptor()
        .getFullMethodName()
        .equals(OperationsGrpc.getExitMemberMethod().getFullMethodName())) {
      return next.startCall(call, headers); // whoever has left may say so again
    }
    Open<Q, A> tracked =
        new Open<>(
            call, member, CallerInterceptor.MEMBER_CA.get(Context.current()), Peers.chain(call));
    open.add(tracked);
    ServerCall.Listener<Q> listener = new Ending<>(next.startCall(tracked, headers), tracked);
    end(tracked); // it may be gone since its certificates were looked at
    return listener;
  }

  /** Ends the calls of whoever is no member any more. */
  public void endGone() {
    open.forEach(this::end);
  }

  private void end(Open<?, ?> call) {
    gone.apply(call.member, call.memberCa)
        .or(() -> revoked.apply(call.chain))
        .ifPresent(why -> call.endBeside(Status.PERMISSION_DENIED.withDescription(why)));
  }

  /** Somebody's call. */
  private static final class Open<Q, A> extends EndableCall<Q, A> {
    private final String member;
    private final Sha256 memberCa;
    private final List<X509Certificate> chain;

    Open(ServerCall<Q, A> call, String member, Sha256 memberCa, List<X509Certificate> chain) {
      super(call);
      this.member = member;
      this.memberCa = memberCa;
      this.chain = chain;
    }
  }

  /** The handler of a call that was ended beside it is told so once, and nothing more. */
  private final class Ending<Q> extends SimpleForwardingServerCallListener<Q> {
    private final Open<Q, ?> call;
    private boolean told;

    Ending(ServerCall.Listener<Q> handler, Open<Q, ?> call) {
      super(handler);
      this.call = call;
    }

    private boolean goesOn() {
      if (call.endedBeside() && !told) {
        told = true;
        super.onCancel();
      }
      return !told;
    }

    @Override
    public void onMessage(Q message) {
      if (goesOn()) {
        super.onMessage(message);
      }
    }

    @Override
    public void onHalfClose() {
      if (goesOn()) {
        super.onHalfClose();
      }
    }

    @Override
    public void onReady() {
      if (goesOn()) {
        super.onReady();
      }
    }

    @Override
    public void onCancel() {
      open.remove(call);
      if (!told) {
        told = true;
        super.onCancel();
      }
    }

    @Override
    public void onComplete() {
      open.remove(call);
      if (!told) {
        super.onComplete();
      }
    }
  }
}
