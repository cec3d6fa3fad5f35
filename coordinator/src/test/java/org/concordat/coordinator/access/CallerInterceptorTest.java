package org.concordat.coordinator.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.concordat.certs.InForce;
import org.concordat.certs.Role;
import org.concordat.coordinator.audit.AuditTrail;
import org.concordat.iam.AccessTable;
import org.concordat.iam.Permission;
import org.concordat.protocol.v1.AgentGatewayGrpc;
import org.concordat.protocol.v1.AuditQueryRequest;
import org.concordat.protocol.v1.AuditRecord;
import org.concordat.protocol.v1.OperationsGrpc;
import org.concordat.store.Database;
import org.concordat.store.SqlEntries;
import org.concordat.store.StoreLocation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a real log: what is decided stands there, once. */
class CallerInterceptorTest {
  private static final Clock CLOCK = Clock.systemUTC();
  private static final Set<Permission> POLLS =
      Set.of(Permission.READ_STATUS, Permission.AGENT_SESSION, Permission.UPLOAD);
  private static final MethodDescriptor<?, ?> SUBMIT = OperationsGrpc.getSubmitJobMethod();

  @TempDir Path directory;
  private Hearts hearts;
  private Database database;
  private AuditTrail audit;
  private CallerInterceptor interceptor;
  private final AtomicInteger handed = new AtomicInteger();

  @BeforeEach
  void open() {
    hearts = new Hearts(directory, CLOCK);
    database = Database.open(StoreLocation.sqlite(directory.resolve("state")));
    audit = AuditTrail.open(hearts.hub, hearts.genesis, new SqlEntries(database), CLOCK);
    interceptor = new CallerInterceptor(() -> InForce.of(hearts.genesis), audit, CLOCK);
  }

  @AfterEach
  void close() {
    audit.close();
    database.close();
  }

  private static List<MethodDescriptor<?, ?>> calls() {
    List<MethodDescriptor<?, ?>> calls = new ArrayList<>();
    Stream.of(AgentGatewayGrpc.getServiceDescriptor(), OperationsGrpc.getServiceDescriptor())
        .forEach(service -> calls.addAll(service.getMethods()));
    return calls;
  }

  /** How it was closed; null if it was handed on. */
  private <Q, A> FakeCall<Q, A> make(MethodDescriptor<Q, A> method, List<X509Certificate> chain) {
    FakeCall<Q, A> call = new FakeCall<>(method, chain);
    interceptor.interceptCall(
        call,
        new Metadata(),
        (handedOn, headers) -> {
          handed.incrementAndGet();
          return new ServerCall.Listener<>() {};
        });
    return call;
  }

  private List<String> entries() {
    List<String> entries = new ArrayList<>();
    AuditQueryRequest access = AuditQueryRequest.newBuilder().setType("access").build();
    audit
        .query(access)
        .forEachRemaining(
            (AuditRecord record) -> {
              if (!record.hasHead()) {
                entries.add(record.getJson());
              }
            });
    return entries;
  }

  @Test
  void everyDecisionOnEveryCallIsOneEntry() {
    Map<Role, List<X509Certificate>> chains = new EnumMap<>(Role.class);
    hearts
        .genesis
        .roster()
        .find(Hearts.LYON)
        .orElseThrow()
        .roles()
        .forEach(role -> chains.put(role, hearts.chain(role)));
    assertThat(chains).hasSize(5);
    for (MethodDescriptor<?, ?> method : calls()) {
      for (Map.Entry<Role, List<X509Certificate>> chain : chains.entrySet()) {
        int before = entries().size();
        int handedBefore = handed.get();
        FakeCall<?, ?> call = make(method, chain.getValue());
        var rule = AccessTable.rule(method.getFullMethodName()).orElseThrow();
        boolean may = rule.roles().contains(chain.getKey());
        assertThat(handed.get() - handedBefore).isEqualTo(may ? 1 : 0);
        assertThat(entries()).hasSize(before + 1);
        assertThat(entries().get(before))
            .contains("\"subject\":\"" + method.getFullMethodName() + "\"")
            .contains("\"outcome\":\"" + (may ? "allow" : "deny") + "\"")
            .contains("\"rule\":\"" + rule.name() + "\"")
            .contains("\"role\":\"" + chain.getKey().wireName() + "\"");
        make(method, chain.getValue());
        boolean folded = may && POLLS.contains(rule.permission());
        assertThat(entries()).as("the same call again").hasSize(before + (folded ? 1 : 2));
        if (!may) {
          assertThat(call.closed.getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
          assertThat(call.closed.getDescription())
              .contains("Rule " + rule.name() + " needs")
              .contains("Missing: ")
              .contains("Who could grant it: ");
        }
      }
    }
  }

  @Test
  void aCallThatNoRuleNamesIsDeniedAndLogged() {
    MethodDescriptor<?, ?> dance =
        SUBMIT.toBuilder().setFullMethodName("concordat.v1.Operations/Dance").build();
    FakeCall<?, ?> call = make(dance, hearts.chain(Role.OPERATOR));
    assertThat(call.closed.getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
    assertThat(handed).hasValue(0);
    assertThat(entries()).hasSize(1);
    assertThat(entries().get(0)).contains("\"rule\":\"none\"").contains("deny");
  }

  @Test
  void nobodyKnownIsUnauthenticated() {
    FakeCall<?, ?> call = make(SUBMIT, List.of());
    assertThat(call.closed.getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
    assertThat(handed).hasValue(0);
    assertThat(entries()).hasSize(1);
  }
}
