package org.concordat.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.concordat.certs.Role;
import org.concordat.protocol.ProtocolVersion;
import org.concordat.protocol.v1.AgentGatewayGrpc;
import org.concordat.protocol.v1.BlobRequest;
import org.concordat.protocol.v1.Envelope;
import org.concordat.protocol.v1.Hello;
import org.concordat.protocol.v1.ListModelsRequest;
import org.concordat.protocol.v1.MemberStatus;
import org.concordat.protocol.v1.SessionDown;
import org.concordat.protocol.v1.SessionUp;
import org.concordat.protocol.v1.SignedEnvelope;
import org.concordat.protocol.v1.StatusRequest;
import org.concordat.protocol.v1.Welcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each side learns the other's time, and the member what it said last. */
class SessionOpeningTest {
  private static final String MEMBER = "zurich";

  @TempDir Path root;

  /** Opens a session with the member's own certificate, in the place of its agent. */
  private static Welcome open(TestAlliance alliance, ManagedChannel channel, Duration off)
      throws Exception {
    BlockingQueue<SessionDown> received = new LinkedBlockingQueue<>();
    StreamObserver<SessionUp> up =
        AgentGatewayGrpc.newStub(channel)
            .session(
                new StreamObserver<>() {
                  @Override
                  public void onNext(SessionDown message) {
                    received.add(message);
                  }

                  @Override
                  public void onError(Throwable ended) {}

                  @Override
                  public void onCompleted() {}
                });
    up.onNext(
        SessionUp.newBuilder()
            .setHello(
                Hello.newBuilder()
                    .setProtocolVersion(ProtocolVersion.WIRE)
                    .setGenesisDigest(ByteString.copyFrom(alliance.genesis.digest().bytes()))
                    .setUnixMillis(System.currentTimeMillis() + off.toMillis()))
            .build());
    SessionDown first = received.poll(20, TimeUnit.SECONDS);
    assertThat(first).isNotNull();
    assertThat(first.hasWelcome()).isTrue();
    assertThat(received.poll(20, TimeUnit.SECONDS)).as("the roster: it is connected").isNotNull();
    return first.getWelcome();
  }

  /** A published model that no task has told it of: that would be an export. */
  private static void requireNoDownload(TestAlliance alliance, ManagedChannel channel)
      throws Exception {
    String digest =
        alliance
            .operator()
            .listModels(ListModelsRequest.newBuilder().setJob("spoken").build())
            .getModels(1)
            .getDigest();
    BlobRequest request =
        BlobRequest.newBuilder()
            .setModel(ByteString.copyFrom(HexFormat.of().parseHex(digest)))
            .build();
    assertThatThrownBy(() -> AgentGatewayGrpc.newBlockingStub(channel).download(request).next())
        .hasMessageContaining("PERMISSION_DENIED")
        .hasMessageContaining("'model export' asks the policy");
  }

  private static MemberStatus status(TestAlliance alliance) throws Exception {
    return alliance.operator().status(StatusRequest.getDefaultInstance()).getMembersList().stream()
        .filter(member -> member.getMember().equals(MEMBER))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void clocksThatAreApartAreNamedWithBothTimes() throws Exception {
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy())) {
      alliance.startCoordinator();
      ManagedChannel channel = alliance.channel(MEMBER, Role.AGENT);
      try {
        Welcome welcome = open(alliance, channel, Duration.ofSeconds(50));
        assertThat(welcome.getUnixMillis())
            .isBetween(System.currentTimeMillis() - 30_000, System.currentTimeMillis() + 1000);
        assertThat(welcome.getLastStatement().isEmpty()).as("nothing was said yet").isTrue();
        assertThat(status(alliance).getWarning()).isEmpty();
        open(alliance, channel, Duration.ofMinutes(10));
        assertThat(status(alliance).getWarning())
            .matches("its clock says \\S+Z, the coordinator's \\S+Z: set the one that is wrong");
      } finally {
        channel.shutdownNow();
      }
      assertThat(alliance.auditText()).doesNotContain("its clock says");
    }
  }

  @Test
  void theLastStatementIsReturnedAlsoAfterARestart() throws Exception {
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy())) {
      alliance.startCoordinator();
      alliance.startAgents();
      alliance.submit(TestAlliance.job("spoken", 1).build());
      assertThat(alliance.awaitEnd("spoken", 60).getState()).isEqualTo("COMPLETED");
      alliance.agents.remove(MEMBER).close();
      Thread.sleep(2000); // statements are flushed once a second
      alliance.coordinator.close();
      alliance.startCoordinator();
      ManagedChannel channel = alliance.channel(MEMBER, Role.AGENT);
      try {
        ByteString last = open(alliance, channel, Duration.ZERO).getLastStatement();
        Envelope envelope = Envelope.parseFrom(SignedEnvelope.parseFrom(last).getEnvelope());
        assertThat(envelope.getSender()).isEqualTo(MEMBER);
        assertThat(envelope.getCounter()).isPositive();
        assertThat(envelope.getIncarnation().size()).isEqualTo(16);
        requireNoDownload(alliance, channel);
      } finally {
        channel.shutdownNow();
      }
    }
  }
}
