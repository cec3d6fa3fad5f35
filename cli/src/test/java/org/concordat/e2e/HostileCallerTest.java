package org.concordat.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.concordat.certs.Role;
import org.concordat.protocol.Envelopes;
import org.concordat.protocol.ProtocolVersion;
import org.concordat.protocol.v1.AgentGatewayGrpc;
import org.concordat.protocol.v1.AuditQueryRequest;
import org.concordat.protocol.v1.Hello;
import org.concordat.protocol.v1.ListJobsRequest;
import org.concordat.protocol.v1.OperationsGrpc;
import org.concordat.protocol.v1.SessionDown;
import org.concordat.protocol.v1.SessionUp;
import org.concordat.protocol.v1.SubmitJobRequest;
import org.concordat.protocol.v1.UploadPart;
import org.concordat.protocol.v1.UploadReceipt;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.message.TokenRef;
import org.concordat.secureagg.message.UploadCommitment;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Callers that lie, babble, flood or come without the right; after each the coordinator still
 * serves.
 */
class HostileCallerTest {
  @TempDir static Path root;
  private static TestAlliance alliance;

  @BeforeAll
  static void start() throws Exception {
    alliance = new TestAlliance(root, WholeRoundTest.policy());
    alliance.startCoordinator();
  }

  @AfterAll
  static void stop() {
    alliance.close();
  }

  private static void stillServes() throws Exception {
    assertThat(alliance.operator().listJobs(ListJobsRequest.getDefaultInstance()).getJobsCount())
        .isZero();
  }

  /** Opens a session, says what the test wants, and gives the status that it ends with. */
  private static Status session(String who, Consumer<StreamObserver<SessionUp>> say)
      throws Exception {
    ManagedChannel channel = alliance.channel(who, Role.AGENT);
    CallEnd<SessionDown> end = new CallEnd<>();
    try {
      StreamObserver<SessionUp> up = AgentGatewayGrpc.newStub(channel).session(end);
      say.accept(up);
      return end.status.get(10, TimeUnit.SECONDS);
    } finally {
      channel.shutdownNow();
    }
  }

  private static Hello.Builder hello() {
    return Hello.newBuilder()
        .setProtocolVersion(ProtocolVersion.WIRE)
        .setSoftware("test")
        .setGenesisDigest(ByteString.copyFrom(alliance.genesis.digest().bytes()));
  }

  private static Status upload(String who, UploadPart... parts) throws Exception {
    ManagedChannel channel = alliance.channel(who, Role.AGENT);
    CallEnd<UploadReceipt> end = new CallEnd<>();
    try {
      StreamObserver<UploadPart> up = AgentGatewayGrpc.newStub(channel).upload(end);
      for (UploadPart part : parts) {
        up.onNext(part);
      }
      return end.status.get(10, TimeUnit.SECONDS);
    } finally {
      channel.shutdownNow();
    }
  }

  private static ByteString commitment(String signer, long wireBytes) {
    UploadCommitment commitment =
        new UploadCommitment(new TokenRef("job", 0, 0, 1, 0, Digest.NONE), Digest.NONE, wireBytes);
    Envelopes envelopes =
        new Envelopes(
            "test", signer, alliance.keys.get(signer)::sign, (a, b, c) -> false, System.nanoTime());
    return ByteString.copyFrom(envelopes.seal(UploadCommitment.TYPE, 0, 0, commitment.encode()));
  }

  @Test
  void rolesDecideAndDenialsAreLoggedAndExplained() throws Exception {
    ManagedChannel auditor = alliance.channel("operator", Role.AUDITOR);
    ManagedChannel agent = alliance.channel("boston", Role.AGENT);
    try {
      assertThatThrownBy(
              () ->
                  OperationsGrpc.newBlockingStub(agent)
                      .submitJob(SubmitJobRequest.getDefaultInstance()))
          .isInstanceOf(StatusRuntimeException.class)
          .hasMessageContaining("PERMISSION_DENIED")
          .hasMessageContaining("needs the role operator");
      StringBuilder denials = new StringBuilder();
      OperationsGrpc.newBlockingStub(auditor)
          .queryAudit(
              AuditQueryRequest.newBuilder()
                  .setType("access")
                  .setOutcome("deny")
                  .setActor("boston")
                  .build())
          .forEachRemaining(entry -> denials.append(entry.getJson()));
      assertThat(denials).contains("SubmitJob").contains("needs the role operator");
      assertThatThrownBy(
              () ->
                  OperationsGrpc.newBlockingStub(auditor)
                      .submitJob(SubmitJobRequest.getDefaultInstance()))
          .hasMessageContaining("PERMISSION_DENIED");
    } finally {
      auditor.shutdownNow();
      agent.shutdownNow();
    }
    stillServes();
  }

  @Test
  void aRoleThatTheRosterDoesNotGiveIsRefused() throws Exception {
    ManagedChannel channel = alliance.channel("boston", Role.OPERATOR);
    try {
      assertThatThrownBy(
              () ->
                  OperationsGrpc.newBlockingStub(channel)
                      .listJobs(ListJobsRequest.getDefaultInstance()))
          .isInstanceOf(StatusRuntimeException.class);
    } finally {
      channel.shutdownNow();
    }
    stillServes();
  }

  @Test
  void aSessionMustBeginWithAFittingHello() throws Exception {
    assertThat(session("boston", up -> up.onNext(SessionUp.getDefaultInstance())).getDescription())
        .contains("must be a hello");
    Status newer =
        session(
            "boston",
            up ->
                up.onNext(SessionUp.newBuilder().setHello(hello().setProtocolVersion(9)).build()));
    assertThat(newer.getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
    assertThat(newer.getDescription())
        .contains("version 9")
        .contains("this side speaks " + ProtocolVersion.WIRE)
        .contains("upgrade");
    assertThat(
            session(
                    "boston",
                    up ->
                        up.onNext(
                            SessionUp.newBuilder()
                                .setHello(hello().setGenesisDigest(ByteString.copyFromUtf8("x")))
                                .build()))
                .getDescription())
        .contains("another genesis");
    stillServes();
  }

  @Test
  void babbleInASessionIsNotActedUponAndTheSessionOfOthersGoesOn() throws Exception {
    Random random = new Random(7);
    Status end =
        session(
            "boston",
            up -> {
              up.onNext(SessionUp.newBuilder().setHello(hello()).build());
              for (int i = 0; i < 200; i++) {
                byte[] babble = new byte[random.nextInt(3000)];
                random.nextBytes(babble);
                up.onNext(SessionUp.newBuilder().setSealed(ByteString.copyFrom(babble)).build());
              }
              up.onNext(SessionUp.newBuilder().setHello(hello()).build());
            });
    assertThat(end.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    stillServes();
  }

  @Test
  void aMessageAboveTheLimitEndsTheCallOnly() throws Exception {
    Status end =
        session(
            "boston",
            up -> {
              up.onNext(SessionUp.newBuilder().setHello(hello()).build());
              up.onNext(
                  SessionUp.newBuilder()
                      .setSealed(ByteString.copyFrom(new byte[20 << 20]))
                      .build());
            });
    assertThat(end.getCode()).isIn(Status.Code.RESOURCE_EXHAUSTED, Status.Code.CANCELLED);
    stillServes();
  }

  @Test
  void uploadsNobodyAskedForAreRefusedBeforeAByteIsKept() throws Exception {
    assertThat(
            upload("boston", UploadPart.newBuilder().setData(ByteString.copyFromUtf8("x")).build())
                .getDescription())
        .contains("no valid commitment");
    assertThat(upload("boston", part(commitment("zurich", 10))).getDescription())
        .contains("signed by 'zurich'");
    assertThat(upload("boston", part(commitment("boston", 10L << 30))).getDescription())
        .contains("10737418240 bytes, at most");
    assertThat(upload("boston", part(commitment("boston", 10))).getDescription())
        .contains("no open round waits");
    try (var kept = java.nio.file.Files.list(root.resolve("coordinator/state/blobs/named"))) {
      assertThat(kept).isEmpty();
    }
    stillServes();
  }

  private static UploadPart part(ByteString sealedCommitment) {
    return UploadPart.newBuilder()
        .setSealedCommitment(sealedCommitment)
        .setData(ByteString.copyFromUtf8("0123456789"))
        .build();
  }

  @Test
  void nonsenseOnThePortAndHandshakesWithoutACertificateComeToNothing() throws Exception {
    for (String babble :
        new String[] {
          "GET / HTTP/1.1\r\n\r\n", "\u0000\u0001\u0002", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
        }) {
      try (Socket socket = new Socket("127.0.0.1", alliance.coordinator.port())) {
        socket.setSoTimeout(10_000);
        socket.getOutputStream().write(babble.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
      }
    }
    SSLContext anybody = SSLContext.getInstance("TLSv1.3");
    anybody.init(null, new TrustManager[] {new TrustAnybody()}, null);
    try (SSLSocket socket =
        (SSLSocket)
            anybody.getSocketFactory().createSocket("127.0.0.1", alliance.coordinator.port())) {
      socket.setSoTimeout(10_000);
      assertThatThrownBy(
              () -> {
                socket.startHandshake();
                // in TLS 1.3 the refusal of the client's certificate comes with the first read
                if (socket.getInputStream().read() < 0) {
                  throw new java.io.EOFException("closed");
                }
                while (socket.getInputStream().read() >= 0) {
                  continue;
                }
                throw new java.io.EOFException("closed");
              })
          .isInstanceOf(java.io.IOException.class);
    }
    stillServes();
  }

  /** A client that does not care who answers. */
  private static final class TrustAnybody implements X509TrustManager {
    @Override
    public void checkClientTrusted(java.security.cert.X509Certificate[] chain, String authType) {}

    @Override
    public void checkServerTrusted(java.security.cert.X509Certificate[] chain, String authType) {}

    @Override
    public java.security.cert.X509Certificate[] getAcceptedIssuers() {
      return new java.security.cert.X509Certificate[0];
    }
  }
}
