package org.concordat.coordinator.access;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.concordat.certs.Roster;
import org.concordat.iam.AccessDecision;
import org.concordat.iam.AccessTable;
import org.concordat.iam.Caller;
import org.concordat.iam.Callers;
import org.concordat.iam.Target;

/**
 * Authenticate, authorise by the one {@link AccessTable}, log, and only then hand the call on. The
 * roster in force and the leaf's validity are checked for every call, not only at the handshake.
 */
public final class CallerInterceptor implements ServerInterceptor {
  /** The caller of the call in hand. */
  public static final Context.Key<Caller> CALLER = Context.key("caller");

  /** When the caller's leaf certificate ends: no call may live longer. */
  public static final Context.Key<Instant> LEAF_ENDS = Context.key("leaf-ends");

  private final Supplier<Roster> roster;
  private final AccessRecorder recorder;
  private final Clock clock;

  public CallerInterceptor(Supplier<Roster> roster, AccessRecorder recorder, Clock clock) {
    this.roster = roster;
    this.recorder = recorder;
    this.clock = clock;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    String method = call.getMethodDescriptor().getFullMethodName();
    List<X509Certificate> chain = chain(call);
    Caller caller;
    try {
      caller = authenticate(chain);
    } catch (CertificateException refused) {
      String reason = String.valueOf(refused.getMessage());
      recorder.unauthenticated(method, reason);
      return close(call, Status.UNAUTHENTICATED.withDescription(reason));
    }
    AccessDecision decision = AccessTable.decide(caller, method, Target.NONE, clock.instant());
    recorder.decided(method, decision);
    if (!decision.allowed()) {
      return close(call, Status.PERMISSION_DENIED.withDescription(decision.explanation()));
    }
    Context context =
        Context.current()
            .withValue(CALLER, caller)
            .withValue(LEAF_ENDS, chain.get(0).getNotAfter().toInstant());
    return Contexts.interceptCall(context, call, headers, next);
  }

  private Caller authenticate(List<X509Certificate> chain) throws CertificateException {
    if (chain.isEmpty()) {
      throw new CertificateException("no client certificate was presented");
    }
    requireValid(chain.get(0), clock.instant());
    return Callers.authenticate(chain, roster.get());
  }

  /** With both times: a clock that is off looks like a dead certificate. */
  private static void requireValid(X509Certificate leaf, Instant now) throws CertificateException {
    Instant from = leaf.getNotBefore().toInstant();
    Instant until = leaf.getNotAfter().toInstant();
    if (now.isBefore(from) || now.isAfter(until)) {
      throw new CertificateException(
          "your certificate is valid from %s to %s, the coordinator's clock says %s. Next: set the clock that is wrong, then connect again: programs renew their certificates by themselves"
              .formatted(from, until, now.truncatedTo(ChronoUnit.SECONDS)));
    }
  }

  private static List<X509Certificate> chain(ServerCall<?, ?> call) {
    List<X509Certificate> chain = new ArrayList<>();
    SSLSession session = call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
    if (session != null) {
      try {
        for (Certificate certificate : session.getPeerCertificates()) {
          chain.add((X509Certificate) certificate);
        }
      } catch (SSLPeerUnverifiedException absent) {
        chain.clear();
      }
    }
    return chain;
  }

  private static <Q, A> ServerCall.Listener<Q> close(ServerCall<Q, A> call, Status status) {
    call.close(status, new Metadata());
    return new ServerCall.Listener<>() {};
  }
}
