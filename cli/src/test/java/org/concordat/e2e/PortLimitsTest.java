package org.concordat.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.concordat.certs.Role;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.cli.text.Failures;
import org.concordat.protocol.v1.ListJobsRequest;
import org.concordat.protocol.v1.OperationsGrpc;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The limits of a coordinator's port, over real sockets, with low values of its file. */
class PortLimitsTest {
  private static final String STRANGER = "127.0.0.2";
  private static final long PATIENCE_NANOS = 20_000_000_000L;

  @TempDir Path root;
  private TestAlliance alliance;
  private final List<AutoCloseable> open = new ArrayList<>();

  @BeforeEach
  void found() throws IOException {
    alliance = new TestAlliance(root, WholeRoundTest.policy());
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable one : open) {
      one.close();
    }
    alliance.close();
  }

  private void start(String limits) throws IOException {
    alliance.coordinatorLines("limits: {" + limits + "}\n");
    alliance.startCoordinator();
  }

  /** From an address of its own, as a stranger's. */
  private Socket stranger() throws IOException {
    Socket socket = new Socket();
    open.add(socket);
    socket.bind(new InetSocketAddress(InetAddress.getByName(STRANGER), 0));
    socket.setSoTimeout(10_000);
    try {
      socket.connect(new InetSocketAddress("127.0.0.1", alliance.port()), 10_000);
    } catch (SocketException reset) {
      socket.close(); // turned away while it was still connecting
    }
    return socket;
  }

  private static boolean isClosed(Socket socket) {
    try {
      return socket.getInputStream().read() < 0;
    } catch (SocketTimeoutException still) {
      return false;
    } catch (IOException reset) {
      return true;
    }
  }

  private ManagedChannel operator() throws IOException {
    ManagedChannel channel = alliance.channel("operator", Role.OPERATOR);
    open.add(channel::shutdownNow);
    return channel;
  }

  private static Status list(ManagedChannel channel) {
    try {
      OperationsGrpc.newBlockingStub(channel).listJobs(ListJobsRequest.getDefaultInstance());
      return Status.OK;
    } catch (StatusRuntimeException refused) {
      Failure told = Failures.of(refused);
      if (refused.getStatus().getCode() == Status.Code.RESOURCE_EXHAUSTED) {
        assertThat(told.code()).isEqualTo(ExitCode.UNAVAILABLE);
        assertThat(told.next()).contains("in the coordinator's file");
      }
      return refused.getStatus();
    }
  }

  private String log() throws IOException {
    while (true) {
      try {
        return alliance.auditText();
      } catch (NoSuchFileException | UncheckedIOException grown) {
        // a tile was replaced by a longer one meanwhile
      }
    }
  }

  /** The one entry of a flood; a second one would come a minute later. */
  private void awaitEntry(String limit, String who) throws Exception {
    long end = System.nanoTime() + PATIENCE_NANOS;
    String entry = "\"limit\":\"" + limit + "\"";
    while (!log().contains(entry)) {
      if (System.nanoTime() > end) {
        throw new AssertionError("the log does not name " + limit);
      }
      Thread.sleep(50);
    }
    String log = log();
    assertThat(log.split(Pattern.quote(entry), -1)).hasSize(2);
    assertThat(log).contains("\"actor\":\"" + who + "\"").doesNotContain(STRANGER);
  }

  @Test
  void aHandshakeThatIsHeldOpenIsEnded() throws Exception {
    start("handshake-seconds: 1");
    Socket silent = stranger();
    Socket half = stranger();
    half.getOutputStream().write(new byte[] {0x16, 0x03, 0x01, 0x02, 0x00, 0x01}); // of a hello
    half.getOutputStream().flush();
    long begin = System.nanoTime();
    assertThat(isClosed(silent)).isTrue();
    assertThat(isClosed(half)).isTrue();
    assertThat(System.nanoTime() - begin).isLessThan(8_000_000_000L);
    awaitEntry("handshake-seconds", "unauthenticated");
    assertThat(list(operator()).isOk()).isTrue();
  }

  @Test
  void anAddressThatHoldsTooManyIsTurnedAwayAndOthersComeIn() throws Exception {
    start("connections-per-address: 3");
    List<ManagedChannel> held = new ArrayList<>();
    for (int i = 0; i < 3; i++) { // proved: handshakes alone do not take all places of an address
      held.add(operator());
      assertThat(list(held.get(i)).isOk()).isTrue();
    }
    assertThat(list(operator()).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    awaitEntry("connections-per-address", "unauthenticated");
    Socket other = stranger();
    other.setSoTimeout(200);
    assertThat(isClosed(other)).isFalse();
    assertThat(list(held.get(0)).isOk()).isTrue();
  }

  @Test
  void anAddressThatConnectsTooOftenIsTurnedAwayAndOthersComeIn() throws Exception {
    start("handshake-rate-per-address: 1");
    int refused = 0;
    for (int i = 0; i < 30; i++) {
      Socket socket = stranger();
      if (!socket.isClosed()) {
        socket.setSoTimeout(200);
      }
      refused += isClosed(socket) ? 1 : 0;
    }
    assertThat(refused).isBetween(10, 20);
    awaitEntry("handshake-rate-per-address", "unauthenticated");
    assertThat(list(operator()).isOk()).isTrue();
  }

  @Test
  void theOldestHandshakeGivesWayToWhoeverComes() throws Exception {
    start("handshakes: 8");
    List<Socket> held = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      held.add(stranger());
    }
    assertThat(list(operator()).isOk()).isTrue();
    assertThat(isClosed(held.get(0))).isTrue();
    held.get(1).setSoTimeout(200);
    assertThat(isClosed(held.get(1))).isFalse();
    awaitEntry("handshakes", "unauthenticated");
  }

  /** Once, as many as there are places kept everybody out until their time was over. */
  @Test
  void halfOpenStrangersDoNotTakeAllPlaces() throws Exception {
    start("connections: 16, handshake-seconds: 60");
    for (int i = 0; i < 40; i++) {
      stranger();
    }
    assertThat(list(operator()).isOk()).isTrue();
  }

  @Test
  void aMemberWithTooManyConnectionsIsToldSoAndKeepsThoseItHas() throws Exception {
    start("connections-per-member: 2");
    ManagedChannel first = operator();
    assertThat(list(first).isOk()).isTrue();
    assertThat(list(operator()).isOk()).isTrue();
    ManagedChannel third = operator();
    Status told = list(third);
    assertThat(told.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(told.getDescription())
        .contains("'operator' has 2 connections open", "limits.connections-per-member", "Next: ");
    awaitEntry("connections-per-member", "operator");
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (third.getState(false) == ConnectivityState.READY) {
      assertThat(System.nanoTime()).as("it is closed").isLessThan(end);
      Thread.sleep(50);
    }
    assertThat(list(first).isOk()).isTrue();
    first.shutdownNow();
    while (!list(third).isOk()) { // in the place of the first
      assertThat(System.nanoTime()).isLessThan(end);
      Thread.sleep(50);
    }
  }

  @Test
  void aMemberThatCallsTooOftenIsToldSoAndOthersAreNot() throws Exception {
    start("call-rate-per-member: 2");
    ManagedChannel channel = operator();
    int refused = 0;
    Status last = Status.OK;
    for (int i = 0; i < 60; i++) {
      Status status = list(channel);
      if (!status.isOk()) {
        last = status;
        refused++;
      }
    }
    assertThat(refused).isBetween(5, 40);
    assertThat(last.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(last.getDescription())
        .contains("'operator' makes more than 2 calls a second", "limits.call-rate-per-member");
    awaitEntry("call-rate-per-member", "operator");
    ManagedChannel other = alliance.channel("boston", Role.AGENT);
    open.add(other::shutdownNow);
    assertThat(list(other).isOk()).isTrue();
  }

  @Test
  void aConnectionWithoutACallIsClosed() throws Exception {
    start("idle-seconds: 5");
    ManagedChannel channel = operator();
    assertThat(list(channel).isOk()).isTrue();
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (channel.getState(false) == ConnectivityState.READY) {
      assertThat(System.nanoTime()).as("it is closed").isLessThan(end);
      Thread.sleep(100);
    }
    assertThat(list(channel).isOk()).isTrue(); // and opened again when it is needed
  }
}
