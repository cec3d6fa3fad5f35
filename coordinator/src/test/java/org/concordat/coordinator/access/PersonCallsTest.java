package org.concordat.coordinator.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.concordat.certs.InForce;
import org.concordat.certs.Role;
import org.concordat.certs.Sha256;
import org.concordat.iam.AccessDecision;
import org.concordat.iam.Caller;
import org.concordat.iam.signin.ProofKey;
import org.concordat.iam.token.ClaimNames;
import org.concordat.iam.token.ProofLimits;
import org.concordat.iam.token.Proofs;
import org.concordat.iam.token.Provider;
import org.concordat.iam.token.Standing;
import org.concordat.iam.token.TokenLimits;
import org.concordat.protocol.v1.AbortJobRequest;
import org.concordat.protocol.v1.AgentGatewayGrpc;
import org.concordat.protocol.v1.Envelope;
import org.concordat.protocol.v1.JobSpec;
import org.concordat.protocol.v1.OperationsGrpc;
import org.concordat.protocol.v1.SignedEnvelope;
import org.concordat.protocol.v1.StatusRequest;
import org.concordat.protocol.v1.SubmitJobRequest;
import org.concordat.protocol.v1.WatchJobRequest;
import org.concordat.testkit.FakeProvider;
import org.concordat.testkit.SettableClock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** People's calls through the interceptor: who they are, what they may, and when it ends. */
class PersonCallsTest {
  @TempDir Path directory;
  private final SettableClock clock = new SettableClock(Clock.systemUTC().instant());
  private Hearts hearts;
  private FakeProvider fake;
  private JWK key;
  private Path denyFile;
  private CallerInterceptor interceptor;
  private final List<AccessDecision> decisions = new ArrayList<>();
  private final List<String> unknown = new ArrayList<>();
  private final List<Object> handled = new ArrayList<>();
  private @Nullable Caller handedOn;

  @BeforeEach
  void open() throws Exception {
    hearts = new Hearts(directory, Clock.systemUTC());
    fake = new FakeProvider();
    key = FakeProvider.ec("one");
    fake.publish(key);
    denyFile = Files.createFile(directory.resolve("denied.txt"));
    interceptor = interceptor(false);
  }

  @AfterEach
  void close() {
    fake.close();
  }

  private CallerInterceptor interceptor(boolean required) throws Exception {
    Provider provider =
        new Provider(
            FakeProvider.ISSUER,
            FakeProvider.AUDIENCE,
            fake.keys(),
            Set.of("ES256"),
            Set.of(),
            new ClaimNames("member", "realm_access.roles", null, "purposes", "jobs"),
            false);
    SignIn signIn =
        new SignIn(
            List.of(provider),
            TokenLimits.DEFAULT,
            ProofLimits.DEFAULT,
            required,
            denyFile,
            10,
            List.of());
    Standing standing = signIn.standing(clock);
    AccessRecorder recorder =
        new AccessRecorder() {
          @Override
          public void decided(String method, AccessDecision decision) {
            decisions.add(decision);
          }

          @Override
          public void former(String method, String member, Sha256 certificate, String why) {
            throw new AssertionError(method);
          }

          @Override
          public void unauthenticated(String method, String reason) {
            unknown.add(reason);
          }
        };
    return new CallerInterceptor(
        () -> InForce.of(hearts.genesis),
        recorder,
        clock,
        signIn.people(hearts.site(), (person, member) -> new byte[32], standing, clock),
        new Targets(job -> job.equals("hearts") ? "research" : "other"));
  }

  private static JWTClaimsSet.Builder claims(Instant now, String... roles) {
    return FakeProvider.claims(now, roles);
  }

  private final class Made<Q> {
    final FakeCall<Q, ?> call;
    final ServerCall.Listener<Q> listener;

    Made(FakeCall<Q, ?> call, ServerCall.Listener<Q> listener) {
      this.call = call;
      this.listener = listener;
    }

    /** The request, as a client that sends one. */
    Made<Q> send(Q request) {
      listener.onMessage(request);
      listener.onHalfClose();
      return this;
    }

    Status.@Nullable Code code() {
      return call.closed == null ? null : call.closed.getCode();
    }
  }

  private <Q, A> Made<Q> make(
      MethodDescriptor<Q, A> method, Role role, Optional<JWTClaimsSet.Builder> claims)
      throws Exception {
    Metadata headers = new Metadata();
    if (claims.isPresent()) {
      headers.put(
          CallerInterceptor.AUTHORIZATION,
          "Bearer " + FakeProvider.signed(key, claims.get().build()));
    }
    return make(method, role, headers);
  }

  private <Q, A> Made<Q> make(MethodDescriptor<Q, A> method, Role role, Metadata headers) {
    FakeCall<Q, A> call = new FakeCall<>(method, hearts.chain(role));
    ServerCall.Listener<Q> listener =
        interceptor.interceptCall(
            call,
            headers,
            (server, same) -> {
              handedOn = CallerInterceptor.CALLER.get();
              return new ServerCall.Listener<>() {
                @Override
                public void onMessage(Q request) {
                  handled.add(request);
                }
              };
            });
    return new Made<>(call, listener);
  }

  @Test
  void thePersonActsInTheTokensRole() throws Exception {
    Made<?> made =
        make(
            OperationsGrpc.getQueryAuditMethod(),
            Role.OPERATOR,
            Optional.of(claims(clock.instant(), "auditor")));
    assertThat(made.code()).isNull();
    assertThat(handedOn.roles()).isEqualTo("auditor");
    assertThat(decisions).hasSize(1);
    assertThat(decisions.get(0).explanation()).contains("person ").doesNotContain("anna");
    Made<?> denied =
        make(
            OperationsGrpc.getAbortJobMethod(),
            Role.OPERATOR,
            Optional.of(claims(clock.instant(), "auditor")));
    assertThat(denied.code()).isEqualTo(Status.Code.PERMISSION_DENIED);
    assertThat(denied.call.closed.getDescription()).contains("the identity provider of lyon");
    assertThat(decisions).hasSize(2);
  }

  @Test
  void withoutATokenAllIsAsWithoutAProvider() throws Exception {
    assertThat(make(OperationsGrpc.getAbortJobMethod(), Role.OPERATOR, Optional.empty()).code())
        .isNull();
    assertThat(handedOn.person()).isEmpty();
    interceptor = interceptor(true);
    Made<?> refused = make(OperationsGrpc.getAbortJobMethod(), Role.OPERATOR, Optional.empty());
    assertThat(refused.code()).isEqualTo(Status.Code.UNAUTHENTICATED);
    assertThat(refused.call.closed.getDescription()).contains("concordat login");
    assertThat(unknown).singleElement().satisfies(why -> assertThat(why).startsWith("lyon: "));
    assertThat(make(AgentGatewayGrpc.getSessionMethod(), Role.AGENT, Optional.empty()).code())
        .isNull();
  }

  @Test
  void aTokenOpensNoAgentsSession() throws Exception {
    for (Role role : List.of(Role.AGENT, Role.OPERATOR)) {
      handedOn = null;
      Made<?> made =
          make(
              AgentGatewayGrpc.getSessionMethod(),
              role,
              Optional.of(
                  claims(clock.instant(), "agent", "operator").claim("jobs", List.of("hearts"))));
      assertThat(made.code()).isIn(Status.Code.PERMISSION_DENIED, Status.Code.UNAUTHENTICATED);
      assertThat(handedOn).isNull();
    }
  }

  @Test
  void limitedGrantsAreDecidedOnTheRequestOnce() throws Exception {
    Optional<JWTClaimsSet.Builder> limited =
        Optional.of(claims(clock.instant(), "operator").claim("jobs", List.of("hearts", "new")));
    MethodDescriptor<AbortJobRequest, ?> abort = OperationsGrpc.getAbortJobMethod();
    AbortJobRequest hearts = AbortJobRequest.newBuilder().setJob("hearts").build();
    assertThat(make(abort, Role.OPERATOR, limited).send(hearts).code()).isNull();
    assertThat(handled).containsExactly(hearts);
    assertThat(decisions).hasSize(1);
    Made<AbortJobRequest> other =
        make(abort, Role.OPERATOR, limited)
            .send(AbortJobRequest.newBuilder().setJob("lungs").build());
    assertThat(other.code()).isEqualTo(Status.Code.PERMISSION_DENIED);
    assertThat(other.call.closed.getDescription()).contains("job 'lungs' in the scope");
    assertThat(
            make(OperationsGrpc.getStatusMethod(), Role.OPERATOR, limited)
                .send(StatusRequest.getDefaultInstance())
                .code())
        .as("names no job")
        .isEqualTo(Status.Code.PERMISSION_DENIED);
    assertThat(handled).hasSize(1);
    assertThat(decisions).hasSize(3);
    Made<AbortJobRequest> empty = make(abort, Role.OPERATOR, limited);
    empty.listener.onHalfClose();
    assertThat(empty.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
  }

  @Test
  void purposesAreThoseOfTheJobAlsoOfOneThatIsSubmitted() throws Exception {
    Optional<JWTClaimsSet.Builder> research =
        Optional.of(claims(clock.instant(), "operator").claim("purposes", List.of("research")));
    for (String purpose : List.of("research", "marketing")) {
      ByteString spec =
          JobSpec.newBuilder().setJob("new").setPurpose(purpose).build().toByteString();
      SubmitJobRequest request =
          SubmitJobRequest.newBuilder()
              .setSealedSpec(
                  SignedEnvelope.newBuilder()
                      .setEnvelope(Envelope.newBuilder().setPayload(spec).build().toByteString())
                      .build()
                      .toByteString())
              .build();
      Made<SubmitJobRequest> made =
          make(OperationsGrpc.getSubmitJobMethod(), Role.OPERATOR, research).send(request);
      assertThat(made.code())
          .isEqualTo(purpose.equals("research") ? null : Status.Code.PERMISSION_DENIED);
    }
    WatchJobRequest watch = WatchJobRequest.newBuilder().setJob("lungs").build();
    assertThat(make(OperationsGrpc.getWatchJobMethod(), Role.OPERATOR, research).send(watch).code())
        .isEqualTo(Status.Code.PERMISSION_DENIED);
  }

  @Test
  void whoIsDeniedInTheMiddleOfACallIsPutOut() throws Exception {
    WatchJobRequest watch = WatchJobRequest.newBuilder().setJob("hearts").build();
    Made<WatchJobRequest> anna =
        make(
                OperationsGrpc.getWatchJobMethod(),
                Role.OPERATOR,
                Optional.of(claims(clock.instant(), "operator")))
            .send(watch);
    Made<WatchJobRequest> bert =
        make(
                OperationsGrpc.getWatchJobMethod(),
                Role.OPERATOR,
                Optional.of(claims(clock.instant(), "operator").subject("bert").jwtID("b")))
            .send(watch);
    interceptor.look();
    assertThat(anna.code()).isNull();
    Files.writeString(denyFile, "sub=bert\n");
    Thread.sleep(600);
    interceptor.look();
    assertThat(bert.code()).isEqualTo(Status.Code.UNAUTHENTICATED);
    assertThat(bert.call.closed.getDescription()).contains("was ended");
    assertThat(anna.code()).isNull();
    interceptor.look();
    assertThat(bert.call.closes).isEqualTo(1);
  }

  @Test
  void aBoundTokenNeedsAProofForEachCallAndOneOnly() throws Exception {
    MethodDescriptor<StatusRequest, ?> status = OperationsGrpc.getStatusMethod();
    String name = status.getFullMethodName();
    String coordinator = hearts.genesis.coordinator().dnsName();
    ProofKey holder = ProofKey.fresh();
    String token =
        FakeProvider.signed(
            key,
            claims(clock.instant(), "operator")
                .claim("cnf", Map.of("jkt", thumbprint(holder)))
                .build());
    String proof = proof(holder, coordinator, name, token);
    assertThat(make(status, Role.OPERATOR, headers("DPoP " + token, proof)).code()).isNull();
    assertThat(handedOn.person()).isPresent();
    for (Metadata wrong :
        List.of(
            headers("DPoP " + token, proof),
            headers("DPoP " + token),
            headers("Bearer " + token),
            headers("Bearer " + token, proof(holder, coordinator, name, token)),
            headers(
                "DPoP " + token,
                proof(holder, coordinator, name, token),
                proof(holder, coordinator, name, token)),
            headers("DPoP " + token, proof(ProofKey.fresh(), coordinator, name, token)),
            headers("DPoP " + token, proof(holder, "hub.other.example", name, token)),
            headers("DPoP " + token, proof(holder, coordinator, name + "s", token)))) {
      Made<?> refused = make(status, Role.OPERATOR, wrong);
      assertThat(refused.code()).as("%s", wrong.keys()).isEqualTo(Status.Code.UNAUTHENTICATED);
    }
    assertThat(unknown).hasSize(8).allSatisfy(why -> assertThat(why).doesNotContain(token));
  }

  private String proof(ProofKey holder, String coordinator, String call, String token) {
    return holder.proof(
        "POST", Proofs.address(coordinator, call), Optional.of(token), Optional.empty(), clock);
  }

  private String thumbprint(ProofKey holder) throws Exception {
    return SignedJWT.parse(proof(holder, "any", "any", "any"))
        .getHeader()
        .getJWK()
        .computeThumbprint()
        .toString();
  }

  private static Metadata headers(String authorization, String... proofs) {
    Metadata headers = new Metadata();
    headers.put(CallerInterceptor.AUTHORIZATION, authorization);
    for (String proof : proofs) {
      headers.put(CallerInterceptor.PROOF, proof);
    }
    return headers;
  }

  @Test
  void aCallEndsWithItsToken() throws Exception {
    Made<WatchJobRequest> made =
        make(
                OperationsGrpc.getWatchJobMethod(),
                Role.OPERATOR,
                Optional.of(claims(clock.instant(), "operator")))
            .send(WatchJobRequest.getDefaultInstance());
    clock.advance(Duration.ofSeconds(329));
    interceptor.look();
    assertThat(made.code()).isNull();
    clock.advance(Duration.ofSeconds(2));
    interceptor.look();
    assertThat(made.code()).isEqualTo(Status.Code.UNAUTHENTICATED);
    assertThat(made.call.closed.getDescription()).contains("ended at").contains("concordat login");
  }
}
