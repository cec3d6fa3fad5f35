package org.concordat.coordinator.access;

import com.google.protobuf.ByteString;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.function.Supplier;
import org.concordat.certs.RosterChain;
import org.concordat.protocol.v1.GetRostersReply;
import org.concordat.protocol.v1.OperationsGrpc;

/**
 * A member that was removed or is suspended may fetch the signed rosters, which show that and why,
 * and nothing else: any other call of its is refused as a stranger's, by name. Outside {@link
 * CallerInterceptor}.
 */
public final class Farewell implements ServerInterceptor {
  private final Supplier<RosterChain> chain;

  public Farewell(Supplier<RosterChain> chain) {
    this.chain = chain;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    RosterChain now = chain.get();
    boolean asks =
        call.getMethodDescriptor()
            .getFullMethodName()
            .equals(OperationsGrpc.getGetRostersMethod().getFullMethodName());
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
}
