package org.concordat.coordinator.access;

import com.google.protobuf.ByteString;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import java.util.function.Supplier;
import org.concordat.certs.MemberId;
import org.concordat.certs.RosterChain;
import org.concordat.protocol.v1.ExitMemberReply;
import org.concordat.protocol.v1.ExitMemberRequest;
import org.concordat.protocol.v1.GetRostersReply;
import org.concordat.protocol.v1.OperationsGrpc;

/**
 * A member that was removed or is suspended may fetch the signed rosters, which show that and why;
 * one that is suspended may leave, by what it has signed itself. Any other call of theirs is
 * refused as a stranger's, by name. Outside {@link CallerInterceptor}.
 */
public final class Farewell implements ServerInterceptor {
  /** Takes a leaving, as the call does of a member that is not suspended. */
  @FunctionalInterface
  public interface Leaving {
    void leave(MemberId member, ExitMemberRequest request, StreamObserver<ExitMemberReply> to);
  }

  private final Supplier<RosterChain> chain;
  private final Leaving leaving;

  public Farewell(Supplier<RosterChain> chain, Leaving leaving) {
    this.chain = chain;
    this.leaving = leaving;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    RosterChain now = chain.get();
    String method = call.getMethodDescriptor().getFullMethodName();
    if (method.equals(OperationsGrpc.getExitMemberMethod().getFullMethodName())) {
      Optional<MemberId> suspended = Peers.suspended(Peers.chain(call), now.latest());
      if (suspended.isPresent()) {
        return leave(suspended.get(), call, headers);
      }
    }
    boolean asks = method.equals(OperationsGrpc.getGetRostersMethod().getFullMethodName());
    if (!asks || !Peers.isOut(Peers.chain(call), now.latest())) {
      return next.startCall(call, headers);
    }
    call.request(1);
    return new ServerCall.Listener<>() {
      @Override
      @SuppressWarnings("unchecked") // it is this method's answer
      public void onHalfClose() {
        call.sendHeaders(new Metadata());
        call.sendMessage(
            (A)
                GetRostersReply.newBuilder()
                    .setRosterChain(ByteString.copyFrom(now.toBytes()))
                    .build());
        call.close(Status.OK, new Metadata());
      }
    };
  }

  @SuppressWarnings("unchecked") // they are this method's
  private <Q, A> ServerCall.Listener<Q> leave(
      MemberId member, ServerCall<Q, A> call, Metadata headers) {
    return ServerCalls.<Q, A>asyncUnaryCall(
            (request, to) ->
                leaving.leave(
                    member, (ExitMemberRequest) request, (StreamObserver<ExitMemberReply>) to))
        .startCall(call, headers);
  }
}
