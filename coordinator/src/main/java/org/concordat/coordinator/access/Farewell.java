package org.concordat.coordinator.access;

import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.concordat.certs.InForce;
import org.concordat.certs.MemberId;
import org.concordat.certs.PeerRefusedException;
import org.concordat.protocol.v1.ExitMemberReply;
import org.concordat.protocol.v1.ExitMemberRequest;
import org.concordat.protocol.v1.GetRostersReply;
import org.concordat.protocol.v1.OperationsGrpc;
import org.concordat.protocol.v1.PublishCrlReply;
import org.concordat.protocol.v1.PublishCrlRequest;

/**
 * A member that was removed or is suspended, or whose certificate is revoked, may fetch the signed
 * rosters and revocation lists, which show that and why, and hand in a newer list: of that its
 * signature counts. One that is suspended may leave, by what it has signed itself. Any other call
 * of theirs is refused as a stranger's, by name. Outside {@link CallerInterceptor}: what is
 * answered here is logged here, and a leaf outside of its time is left to it to refuse.
 */
public final class Farewell implements ServerInterceptor {
  /** What is answered to those whose other calls are refused. */
  public interface LastCalls {
    /** The signed rosters and revocation lists. */
    GetRostersReply rosters();

    /** Takes a leaving, as the call does of a member that is not suspended. */
    void leave(MemberId member, ExitMemberRequest request, StreamObserver<ExitMemberReply> to);

    /** Takes a revocation list that somebody of this member carries. */
    void publish(String carrier, PublishCrlRequest request, StreamObserver<PublishCrlReply> to);
  }

  private final Supplier<InForce> inForce;
  private final AccessRecorder recorder;
  private final Clock clock;
  private final LastCalls calls;

  public Farewell(
      Supplier<InForce> inForce, AccessRecorder recorder, Clock clock, LastCalls calls) {
    this.inForce = inForce;
    this.recorder = recorder;
    this.clock = clock;
    this.calls = calls;
  }

  @Override
  @SuppressWarnings("unchecked") // each is its method's own
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    String method = call.getMethodDescriptor().getFullMethodName();
    boolean leaves = is(method, OperationsGrpc.getExitMemberMethod());
    boolean publishes = is(method, OperationsGrpc.getPublishCrlMethod());
    boolean asks = is(method, OperationsGrpc.getGetRostersMethod());
    if (!leaves && !publishes && !asks) {
      return next.startCall(call, headers);
    }
    InForce now = inForce.get();
    List<X509Certificate> chain = Peers.chain(call);
    Optional<String> ended = ended(chain, now);
    Optional<MemberId> suspended = Peers.suspended(chain, now.roster());
    if (ended.isEmpty() || leaves && suspended.isEmpty()) {
      return next.startCall(call, headers);
    }
    record(method, chain, now, ended.get());
    if (leaves) {
      return answer(
          call,
          headers,
          (request, to) ->
              calls.leave(
                  suspended.get(),
                  (ExitMemberRequest) request,
                  (StreamObserver<ExitMemberReply>) to));
    }
    if (publishes) {
      String carrier = Peers.name(Peers.memberCa(chain).orElseThrow(), now.roster());
      return answer(
          call,
          headers,
          (request, to) ->
              calls.publish(
                  carrier, (PublishCrlRequest) request, (StreamObserver<PublishCrlReply>) to));
    }
    return answer(
        call,
        headers,
        (request, to) -> {
          to.onNext((A) calls.rosters());
          to.onCompleted();
        });
  }

  /** Why a chain with a leaf that is valid now is no caller's any more. */
  private Optional<String> ended(List<X509Certificate> chain, InForce by) {
    Instant now = clock.instant();
    if (chain.isEmpty() || !by.hasEnded(chain, now)) {
      return Optional.empty();
    }
    try {
      CallerInterceptor.requireValid(chain.get(0), now);
      by.identify(chain, now);
      return Optional.empty();
    } catch (PeerRefusedException why) {
      return Optional.of(String.valueOf(why.getMessage()));
    } catch (CertificateException outOfTime) {
      return Optional.empty();
    }
  }

  private void record(String method, List<X509Certificate> chain, InForce by, String why) {
    String member = Peers.name(Peers.memberCa(chain).orElseThrow(), by.roster());
    recorder.former(method, member, Peers.digest(chain.get(0)), why);
  }

  private static boolean is(String method, MethodDescriptor<?, ?> call) {
    return method.equals(call.getFullMethodName());
  }

  private static <Q, A> ServerCall.Listener<Q> answer(
      ServerCall<Q, A> call, Metadata headers, ServerCalls.UnaryMethod<Q, A> by) {
    return ServerCalls.asyncUnaryCall(by).startCall(call, headers);
  }
}
