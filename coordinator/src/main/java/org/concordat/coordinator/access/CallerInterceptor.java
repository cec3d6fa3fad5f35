package org.concordat.coordinator.access;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.concordat.certs.InForce;
import org.concordat.certs.Roster;
import org.concordat.certs.Sha256;
import org.concordat.iam.AccessDecision;
import org.concordat.iam.AccessTable;
import org.concordat.iam.Caller;
import org.concordat.iam.Callers;
import org.concordat.iam.People;
import org.concordat.iam.People.SignedIn;
import org.concordat.iam.Target;
import org.concordat.iam.token.Presented;
import org.concordat.iam.token.TokenRefusedException;
import org.jspecify.annotations.Nullable;

/**
 * Authenticate, authorise by the one {@link AccessTable}, log, and only then hand the call on. The
 * roster in force and the leaf's validity are checked for every call, not only at the handshake; so
 * is a person's token, which a call may carry besides the certificate of its connection.
 */
public final class CallerInterceptor implements ServerInterceptor {
  /** The caller of the call in hand. */
  public static final Context.Key<Caller> CALLER = Context.key("caller");

  /** When the caller's leaf certificate ends: no call may live longer. */
  public static final Context.Key<Instant> LEAF_ENDS = Context.key("leaf-ends");

  /** The caller's member CA: of a member whose keys were replaced it tells which it has. */
  public static final Context.Key<Sha256> MEMBER_CA = Context.key("member-ca");

  /** Where a person's token travels. */
  public static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  /** Where the proof travels that the caller has the key of its token (RFC 9449). */
  public static final Metadata.Key<String> PROOF =
      Metadata.Key.of("dpop", Metadata.ASCII_STRING_MARSHALLER);

  private final Supplier<InForce> inForce;
  private final AccessRecorder recorder;
  private final Clock clock;
  private final @Nullable People people;
  private final @Nullable PersonCalls calls;
  private final Targets targets;

  /** Certificates only: a token is not looked at. */
  public CallerInterceptor(Supplier<InForce> inForce, AccessRecorder recorder, Clock clock) {
    this(inForce, recorder, clock, null, new Targets(job -> ""));
  }

  /**
   * @param people null: certificates only
   */
  public CallerInterceptor(
      Supplier<InForce> inForce,
      AccessRecorder recorder,
      Clock clock,
      @Nullable People people,
      Targets targets) {
    this.inForce = inForce;
    this.recorder = recorder;
    this.clock = clock;
    this.people = people;
    this.calls = people == null ? null : new PersonCalls(people);
    this.targets = targets;
  }

  /** Closes calls of people whose sign-in has ended; to be called every second or so. */
  public void look() {
    if (calls != null) {
      calls.look();
    }
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    String method = call.getMethodDescriptor().getFullMethodName();
    List<X509Certificate> chain = Peers.chain(call);
    InForce now = inForce.get();
    Caller certified;
    try {
      certified = authenticate(chain, now);
    } catch (CertificateException refused) {
      return unauthenticated(call, "", refused);
    }
    Optional<SignedIn> person;
    try {
      person = person(certified, presented(method, headers), now.roster());
    } catch (TokenRefusedException refused) {
      return unauthenticated(call, certified.member() + ": ", refused);
    }
    Caller caller = person.map(SignedIn::caller).orElse(certified);
    boolean limited = onRequest(caller, call.getMethodDescriptor());
    if (!limited) {
      AccessDecision decision = decide(caller, method, Target.NONE);
      if (!decision.allowed()) {
        return close(call, denied(decision));
      }
    }
    Context context =
        Context.current()
            .withValue(CALLER, caller)
            .withValue(LEAF_ENDS, chain.get(0).getNotAfter().toInstant())
            .withValue(MEMBER_CA, Peers.memberCa(chain).orElseThrow());
    if (person.isEmpty() || calls == null) {
      return Contexts.interceptCall(context, call, headers, next);
    }
    PersonCalls.Watched<Q, A> watched = calls.watch(call, person.get());
    ServerCall.Listener<Q> listener =
        calls.listener(watched, Contexts.interceptCall(context, watched, headers, next));
    return limited ? new Deciding<>(watched, caller, listener) : listener;
  }

  /**
   * @param who for the log, where the connection's member is known
   */
  private <Q, A> ServerCall.Listener<Q> unauthenticated(
      ServerCall<Q, A> call, String who, Exception refused) {
    String reason = String.valueOf(refused.getMessage());
    recorder.unauthenticated(call.getMethodDescriptor().getFullMethodName(), who + reason);
    return close(call, Status.UNAUTHENTICATED.withDescription(reason));
  }

  private static Presented presented(String method, Metadata headers) {
    List<String> proofs = new ArrayList<>();
    Iterable<String> sent = headers.getAll(PROOF);
    if (sent != null) {
      sent.forEach(proofs::add);
    }
    return new Presented(Optional.ofNullable(headers.get(AUTHORIZATION)), proofs, method);
  }

  private Optional<SignedIn> person(Caller certified, Presented presented, Roster inForce)
      throws TokenRefusedException {
    return people == null ? Optional.empty() : people.signedIn(certified, presented, inForce);
  }

  /**
   * Whether only the request shows if the caller may. Everything else is decided before the call's
   * own code runs, which for a stream of requests is before the first of them.
   */
  private static boolean onRequest(Caller caller, MethodDescriptor<?, ?> method) {
    return method.getType().clientSendsOneMessage()
        && AccessTable.rule(method.getFullMethodName())
            .filter(
                rule ->
                    caller.grants().stream()
                        .anyMatch(grant -> grant.scoped() && rule.roles().contains(grant.role())))
            .isPresent();
  }

  private AccessDecision decide(Caller caller, String method, Target target) {
    AccessDecision decision = AccessTable.decide(caller, method, target, clock.instant());
    recorder.decided(method, decision);
    return decision;
  }

  private static Status denied(AccessDecision decision) {
    return Status.PERMISSION_DENIED.withDescription(decision.explanation());
  }

  /** Of a caller with limited grants: decided on the request, before anybody else sees it. */
  private final class Deciding<Q>
      extends ForwardingServerCallListener.SimpleForwardingServerCallListener<Q> {
    private final ServerCall<Q, ?> call;
    private final Caller caller;
    private boolean allowed;
    private boolean decided;

    Deciding(ServerCall<Q, ?> call, Caller caller, ServerCall.Listener<Q> listener) {
      super(listener);
      this.call = call;
      this.caller = caller;
    }

    @Override
    public void onMessage(Q request) {
      AccessDecision decision =
          decide(caller, call.getMethodDescriptor().getFullMethodName(), targets.of(request));
      decided = true;
      allowed = decision.allowed();
      if (allowed) {
        super.onMessage(request);
      } else {
        call.close(denied(decision), new Metadata());
      }
    }

    @Override
    public void onHalfClose() {
      if (allowed) {
        super.onHalfClose();
      } else if (!decided) {
        call.close(Status.INVALID_ARGUMENT.withDescription("no request came"), new Metadata());
      }
    }
  }

  private Caller authenticate(List<X509Certificate> chain, InForce by) throws CertificateException {
    if (chain.isEmpty()) {
      throw new CertificateException("no client certificate was presented");
    }
    requireValid(chain.get(0), clock.instant());
    return Callers.authenticate(chain, by, clock.instant());
  }

  /** With both times: a clock that is off looks like a dead certificate. */
  static void requireValid(X509Certificate leaf, Instant now) throws CertificateException {
    Instant from = leaf.getNotBefore().toInstant();
    Instant until = leaf.getNotAfter().toInstant();
    if (now.isBefore(from) || now.isAfter(until)) {
      throw new CertificateException(
          "your certificate is valid from %s to %s, the coordinator's clock says %s. Next: set the clock that is wrong, then connect again: programs renew their certificates by themselves"
              .formatted(from, until, now.truncatedTo(ChronoUnit.SECONDS)));
    }
  }

  private static <Q, A> ServerCall.Listener<Q> close(ServerCall<Q, A> call, Status status) {
    call.close(status, new Metadata());
    return new ServerCall.Listener<>() {};
  }
}
