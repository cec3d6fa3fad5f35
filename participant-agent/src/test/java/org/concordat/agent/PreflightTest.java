package org.concordat.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.concordat.agent.Preflight.Check;
import org.concordat.agent.train.FakeTrainer;
import org.concordat.agent.train.TrainerLaunch;
import org.concordat.certs.Crl;
import org.concordat.certs.CrlFile;
import org.concordat.certs.InForce;
import org.concordat.certs.OwnCrl;
import org.concordat.certs.Role;
import org.concordat.iam.Site;
import org.concordat.protocol.Limits;
import org.concordat.protocol.TlsChannels;
import org.concordat.protocol.v1.OperationsGrpc;
import org.concordat.protocol.v1.StatusReply;
import org.concordat.protocol.v1.StatusRequest;
import org.concordat.testkit.SettableClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a member is told before it starts its agent: against servers with real certificates, right
 * ones and wrong ones, and trainers that are processes. Each failure says what to do.
 */
@Timeout(120)
class PreflightTest {
  private static final String GOOD = fake("good");

  @TempDir Path root;
  private final SettableClock clock = new SettableClock(Instant.now());
  private final List<Server> servers = new ArrayList<>();
  private Founded alliance;

  @BeforeEach
  void found() {
    alliance = new Founded(root.resolve("here"), Founded.OPEN, clock);
  }

  @AfterEach
  void stop() throws InterruptedException {
    for (Server server : servers) {
      server.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    }
  }

  /** A trainer that behaves, or does not, as the agent's file names it. */
  private static String fake(String fault) {
    return "trainer: {start-seconds: 20, command: [\""
        + String.join(
            "\", \"",
            List.of(
                TrainerLaunch.currentJava().toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                FakeTrainer.class.getName(),
                fault))
        + "\"]}\n";
  }

  // --- servers

  private static OperationsGrpc.OperationsImplBase saying(Instant time) {
    return new OperationsGrpc.OperationsImplBase() {
      @Override
      public void status(StatusRequest request, StreamObserver<StatusReply> reply) {
        reply.onNext(StatusReply.newBuilder().setUnixMillis(time.toEpochMilli()).build());
        reply.onCompleted();
      }
    };
  }

  private static OperationsGrpc.OperationsImplBase failing(Status status) {
    return new OperationsGrpc.OperationsImplBase() {
      @Override
      public void status(StatusRequest request, StreamObserver<StatusReply> reply) {
        reply.onError(status.asRuntimeException());
      }
    };
  }

  /** A server with somebody's certificate that takes the clients of an alliance. */
  private int serve(
      Site as, Role role, Founded clients, OperationsGrpc.OperationsImplBase operations)
      throws IOException {
    return started(
        TlsChannels.server(
                new InetSocketAddress("127.0.0.1", 0),
                as.tls(role, clock).keyManager(),
                Site.trust(() -> InForce.of(clients.genesis), clock),
                Limits.DEFAULT)
            .addService(operations)
            .build());
  }

  private int coordinator() throws IOException {
    return serve(alliance.site("coordinator"), Role.COORDINATOR, alliance, saying(clock.instant()));
  }

  private int started(Server server) throws IOException {
    servers.add(server.start());
    return server.getPort();
  }

  private static int nobody() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private Check check(String name, AgentConfig config) {
    return check(name, config, clock);
  }

  private static Check check(String name, AgentConfig config, Clock clock) {
    return Preflight.run(config, clock).stream()
        .filter(one -> one.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private String failed(String name, AgentConfig config) {
    Check check = check(name, config);
    assertThat(check.ok()).as(check.toString()).isFalse();
    return check.detail();
  }

  private AgentConfig config(int port) {
    return alliance.config("zurich", port, GOOD);
  }

  // --- the handshake

  @Test
  void aSiteThatCanStartIsToldWhatWasFound() throws IOException {
    int port = coordinator();
    List<Check> checks = Preflight.run(config(port), clock);
    assertThat(checks).allSatisfy(check -> assertThat(check.ok()).as(check.toString()).isTrue());
    assertThat(checks)
        .extracting(Check::name)
        .containsExactly(
            "genesis, keys and certificate",
            "coordinator in the roster",
            "data root",
            "data set toy.yaml",
            "trainer",
            "free disk",
            "connection");
    assertThat(checks.get(0).detail()).startsWith("alliance 'test', leaf certificate until ");
    assertThat(checks.get(1).detail()).endsWith(", DE, controlled from DE");
    assertThat(checks.get(3).detail()).startsWith("'toy', 30 training and 30 test rows, all valid");
    assertThat(checks.get(4).detail()).endsWith("started on data set 'toy'");
    assertThat(checks.get(6).detail())
        .isEqualTo(
            "127.0.0.1:"
                + port
                + " is 'coordinator', and takes this agent's certificate; the clocks are 0 s"
                + " apart");
  }

  @Test
  void nothingOfTheMembersStateIsChanged() throws IOException {
    AgentConfig config = config(coordinator());
    Path mark = alliance.home("zurich").resolve("state/incarnation");
    String before = Files.readString(mark);
    Preflight.run(config, clock);
    assertThat(Files.readString(mark)).isEqualTo(before);
    try (var state = Files.list(mark.getParent())) {
      assertThat(state).containsExactly(mark);
    }
    assertThat(alliance.home("zurich").resolve("inbox")).doesNotExist();
  }

  @Test
  void whereNobodyListensTheAddressIsNamed() throws IOException {
    int port = nobody();
    assertThat(failed("connection", config(port)))
        .startsWith("127.0.0.1:" + port + ": the coordinator does not answer (")
        .contains("Next: check that it runs, coordinator.address, and the way out");
  }

  @Test
  void whatDoesNotSpeakTlsIsNoCoordinator() throws IOException {
    int port =
        started(
            NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
                .addService(saying(clock.instant()))
                .build());
    assertThat(failed("connection", config(port)))
        .contains("does not speak TLS: it is no coordinator. Next: check coordinator.address");
  }

  @Test
  void anotherMembersServerIsRefused() throws IOException {
    int port = serve(alliance.site("boston"), Role.AGENT, alliance, saying(clock.instant()));
    assertThat(failed("connection", config(port)))
        .contains("the server's certificate is refused: ")
        .contains("Next: check coordinator.address, and that the genesis is this alliance's");
  }

  @Test
  void aCoordinatorThatIsNotGoodByAListInTheHomeIsRefused() throws Exception {
    AgentConfig config = config(coordinator());
    Site server = alliance.site("coordinator");
    Crl ended =
        new OwnCrl(
                server.home(),
                server.keys(),
                server.chain(),
                Clock.offset(clock, Duration.ofDays(-2)))
            .renew(Optional.empty(), Duration.ofDays(1));
    Files.write(config.home().resolve(CrlFile.NAME), ended.toPem());
    assertThat(failed("connection", config)).contains("CRL_ENDED");
  }

  @Test
  void anotherAlliancesCoordinatorIsRefused() throws IOException {
    Founded other = new Founded(root.resolve("other"), "test", Founded.OPEN, clock);
    int port =
        serve(other.site("coordinator"), Role.COORDINATOR, alliance, saying(clock.instant()));
    assertThat(failed("connection", config(port)))
        .contains("the server's certificate is refused: ")
        .contains("Next: check coordinator.address, and that the genesis is this alliance's");
  }

  @Test
  void aCoordinatorThatDoesNotKnowThisSiteIsTold() throws IOException {
    Founded other = new Founded(root.resolve("other"), "test", Founded.OPEN, clock);
    int port =
        serve(alliance.site("coordinator"), Role.COORDINATOR, other, saying(clock.instant()));
    assertThat(failed("connection", config(port)))
        .contains("the coordinator does not accept this site's certificate (check this machine's")
        .contains("the roster in force lists this site");
  }

  @Test
  void aClockThatIsOffIsAWarningWithBothTimes() throws IOException {
    Instant theirs = clock.instant().minusSeconds(300);
    int port = serve(alliance.site("coordinator"), Role.COORDINATOR, alliance, saying(theirs));
    Check check = check("connection", config(port));
    assertThat(check.ok()).isTrue();
    assertThat(check.detail())
        .contains("the clocks are 300 s apart. Warning: this site's clock says ")
        .contains("Next: set the one that is wrong (NTP)");
  }

  @Test
  void aClockThatMakesCertificatesExpireIsComparedWithTheCoordinators() throws IOException {
    int port = coordinator();
    SettableClock ahead = new SettableClock(clock.instant().plus(Duration.ofDays(3)));
    Check check = check("connection", config(port), ahead);
    assertThat(check.ok()).isFalse();
    assertThat(check.detail())
        .contains("the server's certificate is refused: ")
        .contains(
            "Next: compare this machine's clock (" + ahead.instant().toString().substring(0, 10))
        .contains("if both are right, the coordinator's certificate is to be renewed");
  }

  @Test
  void aCoordinatorThatAnswersWithAFailureIsTold() throws IOException {
    int denied =
        serve(
            alliance.site("coordinator"),
            Role.COORDINATOR,
            alliance,
            failing(Status.PERMISSION_DENIED.withDescription("zurich was revoked")));
    assertThat(failed("connection", config(denied))).contains("zurich was revoked");
    int broken =
        serve(
            alliance.site("coordinator"),
            Role.COORDINATOR,
            alliance,
            failing(Status.INTERNAL.withDescription("its disk is gone")));
    assertThat(failed("connection", config(broken)))
        .contains("the coordinator failed, or what answers is none (its disk is gone)")
        .contains("Next: its log says why");
  }

  @Test
  void aNameThatIsNoCoordinatorsIsToldTwice() throws IOException {
    config(coordinator());
    Path file = alliance.home("zurich").resolve("agent.yaml");
    String yaml = Files.readString(file);
    Files.writeString(file, yaml.replace("name: coordinator,", "name: boston,"));
    AgentConfig member = AgentConfig.read(file);
    assertThat(failed("coordinator in the roster", member))
        .isEqualTo("'boston' is no coordinator in the genesis: check coordinator.name");
    Files.writeString(file, yaml.replace("name: coordinator,", "name: nobody,"));
    AgentConfig nobody = AgentConfig.read(file);
    assertThat(failed("coordinator in the roster", nobody))
        .isEqualTo("'nobody' is no coordinator in the genesis: check coordinator.name");
    assertThat(failed("connection", nobody)).isEqualTo("'nobody' is not in the genesis");
  }

  @Test
  void everythingThatIsWrongIsToldAtOnce() throws IOException {
    AgentConfig config = alliance.config("zurich", nobody(), "trainer: {java: no-such-java}\n");
    Files.delete(alliance.home("zurich").resolve("data/train.csv"));
    Files.delete(root.resolve("here/genesis.json"));
    List<Check> checks = Preflight.run(config, clock);
    assertThat(checks)
        .filteredOn(check -> !check.ok())
        .extracting(Check::name)
        .containsExactly(
            "genesis, keys and certificate",
            "coordinator in the roster",
            "data set toy.yaml",
            "trainer",
            "connection");
    assertThat(checks).allSatisfy(check -> assertThat(check.detail()).isNotEqualTo("null"));
  }

  @Test
  void aDataRootThatIsNoneIsNamed() throws IOException {
    alliance.config("zurich", nobody(), GOOD);
    Path file = alliance.home("zurich").resolve("agent.yaml");
    Files.writeString(
        file, Files.readString(file).replace("data-root: data", "data-root: no-data"));
    assertThat(failed("data root", AgentConfig.read(file)))
        .startsWith("data-root ")
        .endsWith("no-data is no directory: check the agent's file");
  }

  @Test
  void whatLooksLikeAMistakeInTheDataIsAWarning() throws IOException {
    AgentConfig config = alliance.config("zurich", nobody(), GOOD);
    Files.writeString(
        alliance.home("zurich").resolve("data/train.csv"), "a,b,label\n1,1,1\n2,1,0\n");
    Check check = check("data set toy.yaml", config);
    assertThat(check.ok()).isTrue();
    assertThat(check.detail()).contains("2 training and 30 test rows, all valid. Warning: ");
  }

  // --- the trainer

  private String trainerFails(String lines) throws IOException {
    return failed("trainer", alliance.config("zurich", nobody(), lines));
  }

  @Test
  void aJavaThatCannotBeRunIsNamed() throws IOException {
    assertThat(trainerFails("trainer: {java: no-such-java}\n"))
        .contains("no-such-java cannot be run: check trainer.java or trainer.command");
    Path plain = Files.writeString(root.resolve("java"), "no program");
    assertThat(trainerFails("trainer: {command: [\"" + plain + "\"]}\n"))
        .isEqualTo(plain + " cannot be run: check trainer.java or trainer.command");
  }

  @Test
  void aProgramThatIsNotOnThePathIsNamed() throws IOException {
    assertThat(trainerFails("trainer: {command: [no-such-program-anywhere]}\n"))
        .contains("trainer NOT_STARTED: no-such-program-anywhere cannot be started: ")
        .contains("Check 'trainer' in the agent's file");
  }

  @Test
  void aClassPathThatIsNoFolderIsNamed() throws IOException {
    assertThat(trainerFails("trainer: {class-path: no-such-folder}\n"))
        .contains("trainer.class-path ")
        .contains("no-such-folder is no folder: it is lib/trainer of the installed archive");
    assertThat(trainerFails("")).contains("is no folder: it is lib/trainer");
  }

  @Test
  void aCacheThatCannotBeUsedIsNamed() throws IOException {
    Path jars = Files.createDirectories(root.resolve("jars"));
    Path inTheWay = Files.writeString(root.resolve("cache"), "a file");
    assertThat(
            trainerFails("trainer: {class-path: " + jars + ", native-cache: " + inTheWay + "}\n"))
        .contains("natives cannot be unpacked into " + inTheWay + " and loaded from there: ")
        .contains("Next: name another directory as trainer.native-cache");
  }

  @Test
  void aClassPathWithoutATrainerIsToldWithWhatJavaSaid() throws IOException {
    Path jars = Files.createDirectories(root.resolve("jars"));
    assertThat(trainerFails("trainer: {class-path: " + jars + "}\n"))
        .startsWith("trainer CRASHED: it ended with status 1")
        .contains("org.concordat.trainer.TrainerMain");
  }

  @Test
  void aTrainerThatEndsAtOnceIsToldWithItsLastWords() throws IOException {
    assertThat(trainerFails(fake("crashes-at-start")))
        .startsWith("trainer CRASHED: it ended with status 7")
        .contains("last words 30");
  }

  @Test
  void aTrainerThatDoesNotBecomeReadyIsToldWithTheLimit() throws IOException {
    assertThat(
            trainerFails(fake("hangs-at-start").replace("start-seconds: 20", "start-seconds: 2")))
        .startsWith("trainer TIMED_OUT: no answer within 2.0 s");
  }

  @Test
  void aTrainerOfAnotherVersionOrModelIsToldWithBoth() throws IOException {
    assertThat(trainerFails(fake("other-version")))
        .startsWith("trainer RUBBISH: it answered READY, version ")
        .contains("expected READY, version ");
    assertThat(trainerFails(fake("other-model"))).contains("4 parameters; expected READY");
  }

  @Test
  void aTrainerThatRefusesIsToldWithItsReason() throws IOException {
    assertThat(trainerFails(fake("refuses-unread"))).startsWith("trainer REFUSED: no room here");
  }

  @Test
  void withoutADataSetNoneIsStartedAndItSaysSo() throws IOException {
    alliance.config("zurich", nobody(), GOOD);
    Path file = alliance.home("zurich").resolve("agent.yaml");
    Files.writeString(
        file, Files.readString(file).replace("data-sets: [toy.yaml]", "data-sets: []"));
    Check check = check("trainer", AgentConfig.read(file));
    assertThat(check.ok()).isTrue();
    assertThat(check.detail()).endsWith(", not started: there is no data set to start it with");
  }

  @Test
  void noTrainerIsLeftBehind() throws IOException {
    config(nobody());
    check("trainer", AgentConfig.read(alliance.home("zurich").resolve("agent.yaml")));
    assertThat(ProcessHandle.current().children().filter(ProcessHandle::isAlive)).isEmpty();
  }
}
