package org.concordat.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.concordat.certs.InForce;
import org.concordat.certs.MemberId;
import org.concordat.certs.Role;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.cli.text.Failures;
import org.concordat.coordinator.Coordinator;
import org.concordat.coordinator.CoordinatorConfig;
import org.concordat.iam.Site;
import org.concordat.protocol.TlsChannels;
import org.concordat.protocol.WireLimits;
import org.concordat.protocol.v1.ListJobsRequest;
import org.concordat.protocol.v1.OperationsGrpc;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connections that do not come about, over real sockets: each failure names its cause. */
class UnreachableTest {
  private static final Clock NOW = Clock.systemUTC();
  private static final Clock LAST_WEEK = Clock.offset(NOW, Duration.ofDays(-7));

  @TempDir static Path root;
  private static TestAlliance alliance;

  @BeforeAll
  static void found() throws IOException {
    alliance = new TestAlliance(root, WholeRoundTest.policy(), TestAlliance.MEMBERS, LAST_WEEK);
  }

  @AfterAll
  static void stop() {
    alliance.close();
  }

  private static Failure call(int port, Clock clock) {
    return call(port, clock, clock);
  }

  private static Failure call(int port, Clock own, Clock clock) {
    ManagedChannel channel = null;
    try {
      Site site =
          Site.open(
              alliance.home("operator"), root.resolve("genesis.json"), new MemberId("operator"));
      channel =
          TlsChannels.client(
                  "127.0.0.1",
                  port,
                  alliance.genesis.coordinator().dnsName(),
                  site.tls(Role.OPERATOR, own).keyManager(),
                  Site.trust(() -> InForce.of(alliance.genesis), clock),
                  WireLimits.DEFAULT)
              .build();
      OperationsGrpc.newBlockingStub(channel).listJobs(ListJobsRequest.getDefaultInstance());
      throw new AssertionError("the call went through");
    } catch (StatusRuntimeException thrown) {
      return Failures.of(thrown);
    } catch (IOException broken) {
      throw new AssertionError(broken);
    } finally {
      if (channel != null) {
        channel.shutdownNow();
      }
    }
  }

  private static Coordinator coordinator(Clock clock) throws IOException {
    alliance.port(0);
    return Coordinator.start(
        CoordinatorConfig.read(alliance.coordinatorConfig()), "test", clock, point -> {});
  }

  private static void isInWords(Failure failure) {
    assertThat(failure.getMessage() + failure.next())
        .doesNotContain("OpenSslEngine")
        .doesNotContain("Pipeline")
        .doesNotContain("null")
        .doesNotContainPattern("\\bUNKNOWN\\b")
        .doesNotContain("\n");
    assertThat(failure.next()).isNotEmpty();
  }

  @Test
  void anotherServiceIsNoCoordinator() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Thread web =
          new Thread(
              () -> {
                try (Socket caller = server.accept()) {
                  caller
                      .getOutputStream()
                      .write(
                          "HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                  caller.getInputStream().read(new byte[4096]);
                } catch (IOException ended) {
                  // the caller went away
                }
              });
      web.start();
      Failure failure = call(server.getLocalPort(), NOW);
      web.join(5_000);
      isInWords(failure);
      assertThat(failure).hasMessageContaining("does not speak TLS");
    }
  }

  @Test
  void aServiceThatHangsUpIsNamedWithoutAPipeline() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Thread closer =
          new Thread(
              () -> {
                try {
                  server.accept().close();
                } catch (IOException ended) {
                  // the test is over
                }
              });
      closer.start();
      Failure failure = call(server.getLocalPort(), NOW);
      isInWords(failure);
      assertThat(failure.code()).isIn(ExitCode.UNAVAILABLE, ExitCode.VERIFICATION_FAILED);
    }
  }

  @Test
  void nobodyListens() throws Exception {
    int port;
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      port = server.getLocalPort();
    }
    Failure failure = call(port, NOW);
    isInWords(failure);
    assertThat(failure.code()).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(failure).hasMessageContaining("refused");
  }

  @Test
  void aCoordinatorWhoseClockIsOffIsNamedWithBothTimes() throws Exception {
    try (Coordinator late = coordinator(LAST_WEEK)) {
      Failure failure = call(late.port(), NOW);
      isInWords(failure);
      assertThat(failure.code()).isEqualTo(ExitCode.VERIFICATION_FAILED);
      assertThat(failure)
          .hasMessageContaining("leaf certificate ended at 20")
          .hasMessageContaining("it is 20");
      assertThat(failure.next()).contains("clock");
    }
  }

  @Test
  void aCallerWhoseClockIsOffIsToldSo() throws Exception {
    try (Coordinator now = coordinator(NOW)) {
      // a week behind, the caller's own leaf is over; the JDK's check of the server uses the real
      // clock
      Failure failure = call(now.port(), LAST_WEEK);
      isInWords(failure);
      assertThat(failure.code()).isEqualTo(ExitCode.VERIFICATION_FAILED);
      assertThat(failure.getMessage() + failure.next()).contains("clock");
      // one whose leaf is over is refused by the coordinator, whose log has both times
      isInWords(call(now.port(), LAST_WEEK, NOW));
    }
    assertThat(alliance.auditText())
        .contains("leaf certificate ended at ")
        .contains("by this machine's clock");
  }

  @Test
  void theCoordinatorOfAnotherAllianceIsNamed() throws Exception {
    Path other = Files.createDirectories(root.resolve("other"));
    try (TestAlliance theirs = new TestAlliance(other, WholeRoundTest.policy())) {
      theirs.startCoordinator();
      Failure failure = call(theirs.coordinator.port(), NOW);
      isInWords(failure);
      assertThat(failure).hasMessageContaining("of another alliance");
    }
  }
}
