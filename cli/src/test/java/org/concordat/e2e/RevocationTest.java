package org.concordat.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CRLReason;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.concordat.agent.report.AgentStatus;
import org.concordat.certs.Crl;
import org.concordat.certs.CrlFile;
import org.concordat.certs.InForce;
import org.concordat.certs.LeafFiles;
import org.concordat.certs.MemberId;
import org.concordat.certs.MemberRequest;
import org.concordat.certs.OfflineCa;
import org.concordat.certs.OwnCrl;
import org.concordat.certs.Role;
import org.concordat.certs.RosterChain;
import org.concordat.certs.TlsIdentity;
import org.concordat.iam.Site;
import org.concordat.protocol.ProtocolVersion;
import org.concordat.protocol.TlsChannels;
import org.concordat.protocol.WireLimits;
import org.concordat.protocol.v1.AgentGatewayGrpc;
import org.concordat.protocol.v1.GetRostersRequest;
import org.concordat.protocol.v1.Hello;
import org.concordat.protocol.v1.JobSummary;
import org.concordat.protocol.v1.ListJobsRequest;
import org.concordat.protocol.v1.OperationsGrpc;
import org.concordat.protocol.v1.OperationsGrpc.OperationsBlockingStub;
import org.concordat.protocol.v1.PublishCrlRequest;
import org.concordat.protocol.v1.SessionDown;
import org.concordat.protocol.v1.SessionUp;
import org.concordat.protocol.v1.StatusRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates are revoked by their issuer's list while rounds run. */
class RevocationTest {
  private static final long LIMIT_MILLIS = 5000;
  private static final Duration YEAR = Duration.ofDays(365);

  @TempDir Path root;

  private static Site site(TestAlliance alliance, String who) {
    return Site.open(alliance.home(who), alliance.root.resolve("genesis.json"), new MemberId(who));
  }

  private static OwnCrl own(TestAlliance alliance, String who) {
    Site site = site(alliance, who);
    return new OwnCrl(site.home().resolve(Site.KEYS), site.keys(), site.chain(), alliance.clock);
  }

  private static Crl revoke(TestAlliance alliance, String who, X509Certificate leaf) {
    return own(alliance, who)
        .revoke(Optional.empty(), leaf.getSerialNumber(), CRLReason.KEY_COMPROMISE, YEAR);
  }

  private static boolean publish(OperationsBlockingStub by, Crl crl) {
    return by.publishCrl(
            PublishCrlRequest.newBuilder().setCrl(ByteString.copyFrom(crl.toPem())).build())
        .getTaken();
  }

  /** With one leaf, as a thief has it: it is never renewed. */
  private static ManagedChannel channel(TestAlliance alliance, TlsIdentity tls) throws Exception {
    return TlsChannels.client(
            "127.0.0.1",
            alliance.port(),
            alliance.genesis.coordinator().dnsName(),
            tls.keyManager(),
            Site.trust(() -> InForce.of(alliance.genesis), alliance.clock),
            WireLimits.DEFAULT)
        .build();
  }

  private static void await(String what, BooleanSupplier so) throws Exception {
    for (int i = 0; i < 1500; i++) {
      if (so.getAsBoolean()) {
        return;
      }
      Thread.sleep(20);
    }
    throw new AssertionError("not so: " + what);
  }

  private static String serial(TestAlliance alliance, String who) {
    return new LeafFiles(alliance.home(who)).read().map(LeafFiles.Leaf::serial).orElse("");
  }

  @Test
  void aStolenLeafIsOutWithinSecondsOnceItsMemberRevokesItAndTheMembersRoundsGoOn()
      throws Exception {
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy())) {
      alliance.startCoordinator();
      alliance.startAgents();
      TlsIdentity stolen = site(alliance, "zurich").tls(Role.AGENT, alliance.clock);
      ManagedChannel thief = channel(alliance, stolen);
      OperationsBlockingStub calls = OperationsGrpc.newBlockingStub(thief);
      calls.status(StatusRequest.getDefaultInstance());
      var upload = RemovalTest.openUpload(thief);
      alliance.submit(TestAlliance.job("long", 40).build());
      RemovalTest.awaitCommitted(alliance, "long", 3);
      Crl crl = revoke(alliance, "zurich", stolen.currentChain().get(0));
      assertThat(publish(alliance.operator(), crl)).as("anybody carries it").isTrue();
      long inForce = System.nanoTime();
      assertThat(publish(alliance.operator(), crl)).as("again: nothing").isFalse();
      assertThat(upload.get(LIMIT_MILLIS, TimeUnit.MILLISECONDS).getDescription())
          .contains("CERTIFICATE_REVOKED")
          .contains("KEY_COMPROMISE");
      assertThatThrownBy(() -> calls.listJobs(ListJobsRequest.getDefaultInstance()))
          .isInstanceOfSatisfying(
              StatusRuntimeException.class,
              e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED))
          .hasMessageContaining("CERTIFICATE_REVOKED");
      assertThat(RemovalTest.millisSince(inForce)).isLessThan(LIMIT_MILLIS);
      assertThat(calls.getRosters(GetRostersRequest.getDefaultInstance()).getCrlsList())
          .as("it may see why")
          .containsExactly(ByteString.copyFrom(crl.toPem()));
      thief.shutdownNow();
      ManagedChannel again = channel(alliance, stolen); // the same context, so its sessions too
      assertThatThrownBy(
              () ->
                  OperationsGrpc.newBlockingStub(again)
                      .listJobs(ListJobsRequest.getDefaultInstance()))
          .hasMessageContaining("CERTIFICATE_REVOKED");
      again.shutdownNow();
      JobSummary job = alliance.awaitEnd("long", 120);
      assertThat(job.getState()).as(job.toString()).isEqualTo("COMPLETED");
      assertThat(alliance.auditText()).contains("\"step\":\"crl-published\"");
    }
  }

  @Test
  void anAgentWhoseOwnLeafIsRevokedTakesAnotherByItselfAlsoAfterRestarts() throws Exception {
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy())) {
      alliance.startCoordinator();
      alliance.startAgents();
      await("leaf.json", () -> !serial(alliance, "zurich").isEmpty());
      alliance.submit(TestAlliance.job("long", 60).build());
      RemovalTest.awaitCommitted(alliance, "long", 2);
      String before = serial(alliance, "zurich");
      Crl crl =
          own(alliance, "zurich")
              .revoke(
                  Optional.empty(),
                  new java.math.BigInteger(before, 16),
                  CRLReason.SUPERSEDED,
                  YEAR);
      publish(alliance.operator(), crl);
      await("another leaf", () -> !serial(alliance, "zurich").equals(before));
      JobSummary job = alliance.awaitEnd("long", 120);
      assertThat(job.getState()).as(job.toString()).isEqualTo("COMPLETED");
      alliance.agents.remove("zurich").close();
      alliance.coordinator.close();
      alliance.startCoordinator();
      alliance.startAgent("zurich");
      assertThat(
              alliance.operator().getRosters(GetRostersRequest.getDefaultInstance()).getCrlsCount())
          .isEqualTo(1);
      alliance.submit(TestAlliance.job("after", 2).build());
      assertThat(alliance.awaitEnd("after", 60).getState()).isEqualTo("COMPLETED");
    }
  }

  @Test
  void aCoordinatorThatLostItsStoreHasTheListsFromItsMembers() throws Exception {
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy())) {
      alliance.startCoordinator();
      alliance.startAgents();
      TlsIdentity stolen = site(alliance, "zurich").tls(Role.AGENT, alliance.clock);
      publish(alliance.operator(), revoke(alliance, "zurich", stolen.currentChain().get(0)));
      alliance.submit(TestAlliance.job("before", 1).build());
      assertThat(alliance.awaitEnd("before", 60).getState()).isEqualTo("COMPLETED");
      alliance.coordinator.close();
      RunBooksTest.delete(alliance.home("coordinator").resolve("state"));
      alliance.startCoordinator();
      ManagedChannel thief = channel(alliance, stolen);
      await("the thief is out", () -> isRevoked(thief));
      thief.shutdownNow();
    }
  }

  private static boolean isRevoked(ManagedChannel channel) {
    try {
      OperationsGrpc.newBlockingStub(channel).listJobs(ListJobsRequest.getDefaultInstance());
      return false;
    } catch (StatusRuntimeException refused) {
      return String.valueOf(refused.getMessage()).contains("CERTIFICATE_REVOKED");
    }
  }

  @Test
  void rotatingALeafNowHarmsNoRound() throws Exception {
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy())) {
      alliance.startCoordinator();
      alliance.startAgents();
      await("leaf.json", () -> !serial(alliance, "boston").isEmpty());
      await("leaf.json", () -> !serial(alliance, "coordinator").isEmpty());
      alliance.submit(TestAlliance.job("long", 40).build());
      for (int i = 1; i <= 3; i++) {
        RemovalTest.awaitCommitted(alliance, "long", 5 * i);
        for (String who : List.of("boston", "coordinator")) {
          String before = serial(alliance, who);
          new LeafFiles(alliance.home(who)).ask();
          await("another leaf", () -> !serial(alliance, who).equals(before));
        }
      }
      JobSummary job = alliance.awaitEnd("long", 120);
      assertThat(job.getState()).as(job.toString()).isEqualTo("COMPLETED");
      assertThat(alliance.rounds("long").stream())
          .as("none is lost")
          .allMatch(round -> round.getPhase().equals("COMMITTED"));
    }
  }

  @Test
  void theKeeperRevokesAMembersAuthorityAndANewCertificateOfTheSameKeyBringsItBack()
      throws Exception {
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy())) {
      alliance.startCoordinator();
      alliance.startAgents();
      Site zurich = site(alliance, "zurich");
      OfflineCa ca = OfflineCa.load(root.resolve("ca"));
      Crl crl = ca.revoke(zurich.chain().memberCa(), CRLReason.CA_COMPROMISE, YEAR, alliance.clock);
      Files.write(alliance.home("coordinator").resolve(CrlFile.NAME), crl.toPem());
      await(
          "the coordinator has read the file",
          () -> {
            try {
              return alliance
                      .operator()
                      .getRosters(GetRostersRequest.getDefaultInstance())
                      .getCrlsCount()
                  == 1;
            } catch (java.io.IOException e) {
              throw new java.io.UncheckedIOException(e);
            }
          });
      ManagedChannel old = alliance.channel("zurich", Role.AGENT);
      assertThatThrownBy(
              () -> OperationsGrpc.newBlockingStub(old).status(StatusRequest.getDefaultInstance()))
          .hasMessageContaining("CERTIFICATE_REVOKED")
          .hasMessageContaining("member CA certificate");
      old.shutdownNow();
      MemberRequest request =
          MemberRequest.parse(Files.readAllBytes(alliance.home("zurich").resolve("request.json")));
      Files.write(
          alliance.home("zurich").resolve(Site.MEMBER_CA),
          ca.issue(request, RosterChain.of(alliance.genesis), alliance.clock).toPem());
      alliance.agents.remove("zurich").close();
      alliance.startAgent("zurich");
      alliance.submit(TestAlliance.job("with", 2).build());
      JobSummary job = alliance.awaitEnd("with", 60);
      assertThat(job.getState()).as(job.toString()).isEqualTo("COMPLETED");
      assertThat(job.getMembersList()).contains("zurich");
    }
  }

  private static String lastError(TestAlliance alliance, String who) {
    try {
      var status =
          new com.fasterxml.jackson.databind.ObjectMapper()
              .readTree(Files.readAllBytes(alliance.home(who).resolve(AgentStatus.FILE)));
      return status.path("connected").asBoolean() ? "" : status.path("lastError").asText();
    } catch (java.io.IOException notYet) {
      return "";
    }
  }

  private static boolean isConnected(TestAlliance alliance, String who) {
    try {
      return new com.fasterxml.jackson.databind.ObjectMapper()
          .readTree(Files.readAllBytes(alliance.home(who).resolve(AgentStatus.FILE)))
          .path("connected")
          .asBoolean();
    } catch (java.io.IOException notYet) {
      return false;
    }
  }

  /** Signed almost an hour ago for an hour. */
  private static Crl endsSoon(TestAlliance alliance, OfflineCa ca, Duration left) {
    Clock early = Clock.offset(alliance.clock, left.minusHours(1));
    return ca.renewCrl("eu", Duration.ofHours(1), early);
  }

  @Test
  void agentsComeBackByThemselvesOnceAnEndedListOfTheCoordinatorsIssuerIsRenewed()
      throws Exception {
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy())) {
      alliance.startCoordinator();
      alliance.startAgents();
      OfflineCa ca = OfflineCa.load(root.resolve("ca"));
      await("boston is there", () -> isConnected(alliance, "boston"));
      publish(alliance.operator(), endsSoon(alliance, ca, Duration.ofSeconds(8)));
      for (String who : alliance.members) {
        await(who + " is out", () -> lastError(alliance, who).contains("CRL_ENDED"));
      }
      Crl renewed = ca.renewCrl("eu", YEAR, alliance.clock);
      assertThat(publish(alliance.operator(), renewed)).isTrue();
      for (String who : alliance.members) {
        await(who + " is back", () -> isConnected(alliance, who));
      }
    }
  }

  @Test
  void anAgentLeavesACoordinatorWhoseLeafAFileInItsHomeRevokes() throws Exception {
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy())) {
      alliance.startCoordinator();
      alliance.startAgents();
      await("leaf.json", () -> !serial(alliance, "coordinator").isEmpty());
      await("boston is there", () -> isConnected(alliance, "boston"));
      String shown = serial(alliance, "coordinator");
      Crl crl =
          own(alliance, "coordinator")
              .revoke(
                  Optional.empty(),
                  new java.math.BigInteger(shown, 16),
                  CRLReason.KEY_COMPROMISE,
                  YEAR);
      Files.write(alliance.home("boston").resolve(CrlFile.NAME), crl.toPem());
      await("it left", () -> lastError(alliance, "boston").contains("CERTIFICATE_REVOKED"));
      publish(alliance.operator(), crl);
      await("another leaf", () -> !serial(alliance, "coordinator").equals(shown));
      await("it is back", () -> isConnected(alliance, "boston"));
    }
  }

  @Test
  void aRevokedPeerThatDoesNotReadIsCutOff() throws Exception {
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy())) {
      alliance.startCoordinator();
      TlsIdentity stolen = site(alliance, "zurich").tls(Role.AGENT, alliance.clock);
      ManagedChannel channel = channel(alliance, stolen);
      var up =
          AgentGatewayGrpc.newStub(channel)
              .session(
                  new ClientResponseObserver<SessionUp, SessionDown>() {
                    @Override
                    public void beforeStart(ClientCallStreamObserver<SessionUp> call) {
                      call.disableAutoRequestWithInitial(0);
                    }

                    @Override
                    public void onNext(SessionDown message) {}

                    @Override
                    public void onError(Throwable failure) {
                      // what is queued is never read: only the connection tells it
                    }

                    @Override
                    public void onCompleted() {
                      // what is queued is never read: only the connection tells it
                    }
                  });
      up.onNext(
          SessionUp.newBuilder()
              .setHello(
                  Hello.newBuilder()
                      .setProtocolVersion(ProtocolVersion.WIRE)
                      .setGenesisDigest(ByteString.copyFrom(alliance.genesis.digest().bytes()))
                      .setUnixMillis(System.currentTimeMillis()))
              .build());
      await("connected", () -> channel.getState(false) == io.grpc.ConnectivityState.READY);
      publish(alliance.operator(), revoke(alliance, "zurich", stolen.currentChain().get(0)));
      long inForce = System.nanoTime();
      await("closed", () -> channel.getState(false) != io.grpc.ConnectivityState.READY);
      assertThat(RemovalTest.millisSince(inForce)).isLessThan(LIMIT_MILLIS);
      channel.shutdownNow();
    }
  }

  @Test
  void olderListsOthersListsAndTakenBackRevocationsAreRefusedByName() throws Exception {
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy())) {
      alliance.startCoordinator();
      X509Certificate leaf =
          site(alliance, "zurich").tls(Role.AGENT, alliance.clock).currentChain().get(0);
      Crl first = revoke(alliance, "zurich", leaf);
      Crl second = own(alliance, "zurich").renew(Optional.empty(), YEAR);
      OperationsBlockingStub operator = alliance.operator();
      assertThat(publish(operator, second)).isTrue();
      assertThatThrownBy(() -> publish(operator, first))
          .hasMessageContaining("FAILED_PRECONDITION")
          .hasMessageContaining("OLDER");
      Files.delete(alliance.home("zurich").resolve("keys").resolve(OwnCrl.NAME));
      for (int i = 0; i < 2; i++) {
        own(alliance, "zurich").renew(Optional.empty(), YEAR);
      }
      Crl without = own(alliance, "zurich").renew(Optional.empty(), YEAR);
      assertThatThrownBy(() -> publish(operator, without)).hasMessageContaining("TAKEN_BACK");
      byte[] pem = first.toPem();
      pem[200] ^= 1;
      assertThatThrownBy(
              () ->
                  operator.publishCrl(
                      PublishCrlRequest.newBuilder().setCrl(ByteString.copyFrom(pem)).build()))
          .hasMessageContaining("revocation list refused");
    }
  }
}
