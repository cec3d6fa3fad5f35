package org.concordat.coordinator.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.concordat.certs.InForce;
import org.concordat.certs.MemberId;
import org.concordat.certs.Role;
import org.concordat.certs.Roster;
import org.concordat.coordinator.audit.AuditTrail;
import org.concordat.protocol.v1.AuditQueryRequest;
import org.concordat.protocol.v1.AuditRecord;
import org.concordat.protocol.v1.ExitMemberReply;
import org.concordat.protocol.v1.ExitMemberRequest;
import org.concordat.protocol.v1.GetRostersReply;
import org.concordat.protocol.v1.GetRostersRequest;
import org.concordat.protocol.v1.OperationsGrpc;
import org.concordat.protocol.v1.PublishCrlReply;
import org.concordat.protocol.v1.PublishCrlRequest;
import org.concordat.store.Database;
import org.concordat.store.SqlEntries;
import org.concordat.store.StoreLocation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a real log: what is answered to somebody who is out stands there. */
class FarewellTest implements Farewell.LastCalls {
  private static final Clock CLOCK = Clock.systemUTC();

  @TempDir Path directory;
  private final List<String> answered = new ArrayList<>();
  private Hearts hearts;
  private Database database;
  private AuditTrail audit;
  private List<X509Certificate> chain;

  @BeforeEach
  void open() {
    hearts = new Hearts(directory, CLOCK);
    database = Database.open(StoreLocation.sqlite(directory.resolve("state")));
    audit = AuditTrail.open(hearts.hub, hearts.genesis, new SqlEntries(database), CLOCK);
    chain = hearts.chain(Role.OPERATOR);
  }

  @AfterEach
  void close() {
    audit.close();
    database.close();
  }

  @Override
  public GetRostersReply rosters() {
    answered.add("rosters");
    return GetRostersReply.getDefaultInstance();
  }

  @Override
  public void leave(
      MemberId member, ExitMemberRequest request, StreamObserver<ExitMemberReply> to) {
    answered.add("leave " + member);
  }

  @Override
  public void publish(
      String carrier, PublishCrlRequest request, StreamObserver<PublishCrlReply> to) {
    answered.add("publish " + carrier);
    to.onError(new IllegalArgumentException("a list that is refused"));
  }

  private <Q, A> void call(MethodDescriptor<Q, A> method, Q request, Roster roster, Clock clock) {
    InForce founded = InForce.of(hearts.genesis);
    InForce now = new InForce(founded.roots(), roster, founded.crls());
    ServerCall.Listener<Q> listener =
        new Farewell(() -> now, audit, clock, this)
            .interceptCall(
                new FakeCall<>(method, chain),
                new Metadata(),
                (handedOn, headers) -> {
                  answered.add("handed on");
                  return new ServerCall.Listener<>() {};
                });
    listener.onMessage(request);
    listener.onHalfClose();
  }

  private void callAll(Roster roster, Clock clock) {
    call(
        OperationsGrpc.getGetRostersMethod(),
        GetRostersRequest.getDefaultInstance(),
        roster,
        clock);
    call(
        OperationsGrpc.getPublishCrlMethod(),
        PublishCrlRequest.getDefaultInstance(),
        roster,
        clock);
    call(
        OperationsGrpc.getExitMemberMethod(),
        ExitMemberRequest.getDefaultInstance(),
        roster,
        clock);
  }

  private List<String> entries() {
    List<String> entries = new ArrayList<>();
    audit
        .query(AuditQueryRequest.newBuilder().setType("access").build())
        .forEachRemaining(
            (AuditRecord record) -> {
              if (!record.hasHead()) {
                entries.add(record.getJson());
              }
            });
    return entries;
  }

  private Roster suspended() {
    return hearts.genesis.roster().suspended(Hearts.LYON, "it is moving house");
  }

  @Test
  void eachCallOfASuspendedMemberIsAnEntryPollsOnce() {
    callAll(suspended(), CLOCK);
    assertThat(answered).containsExactly("rosters", "publish lyon", "leave lyon");
    assertThat(entries()).hasSize(3);
    String certificate = Peers.digest(chain.get(0)).toString();
    assertThat(entries())
        .allSatisfy(
            json ->
                assertThat(json)
                    .contains("\"actor\":\"lyon\"")
                    .contains("\"outcome\":\"allow\"")
                    .contains("former")
                    .contains("it is moving house")
                    .contains(certificate));
    assertThat(entries().get(0)).contains("GetRosters").contains("read-status");
    assertThat(entries().get(1)).as("also a list that is refused").contains("PublishCrl");
    assertThat(entries().get(2)).contains("ExitMember").contains("exit-member");
    for (int poll = 0; poll < 5; poll++) {
      callAll(suspended(), CLOCK);
    }
    assertThat(entries()).as("the rosters once, the others each time").hasSize(3 + 5 * 2);
    chain = hearts.chain(Role.OPERATOR);
    callAll(suspended(), CLOCK);
    assertThat(entries()).as("by another certificate").hasSize(3 + 5 * 2 + 3);
  }

  @Test
  void aRemovedMemberIsNamedAndMayNotLeaveAgain() {
    callAll(hearts.genesis.roster().removed(Hearts.LYON, "it was closed"), CLOCK);
    assertThat(answered).containsExactly("rosters", "publish lyon", "handed on");
    assertThat(entries()).hasSize(2).allMatch(json -> json.contains("it was closed"));
  }

  /** What is behind refuses it, and says so. */
  @Test
  void aLeafThatHasEndedGetsNoFarewell() {
    callAll(suspended(), Clock.offset(CLOCK, Duration.ofHours(2)));
    assertThat(answered).containsExactly("handed on", "handed on", "handed on");
    assertThat(entries()).isEmpty();
  }

  @Test
  void aMemberThatIsInIsLeftToWhatIsBehind() {
    callAll(hearts.genesis.roster(), CLOCK);
    assertThat(answered).containsExactly("handed on", "handed on", "handed on");
    assertThat(entries()).isEmpty();
  }
}
