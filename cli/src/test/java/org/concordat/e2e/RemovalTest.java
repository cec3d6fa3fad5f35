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
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.concordat.agent.Agent;
import org.concordat.agent.AgentConfig;
import org.concordat.certs.MemberRequest;
import org.concordat.certs.Role;
import org.concordat.protocol.ProtocolVersion;
import org.concordat.protocol.v1.AgentGatewayGrpc;
import org.concordat.protocol.v1.GetRostersRequest;
import org.concordat.protocol.v1.Hello;
import org.concordat.protocol.v1.JobSummary;
import org.concordat.protocol.v1.ListJobsRequest;
import org.concordat.protocol.v1.OperationsGrpc;
import org.concordat.protocol.v1.RoundSummary;
import org.concordat.protocol.v1.SessionDown;
import org.concordat.protocol.v1.SessionUp;
import org.concordat.protocol.v1.StatusRequest;
import org.concordat.protocol.v1.UploadReceipt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A member is removed by the others, or leaves, while rounds run. */
class RemovalTest {
  private static final List<String> OTHERS = List.of("boston", "cleveland", "budapest");
  private static final String REASON = "contract ended";
  private static final long LIMIT_MILLIS = 5000;

  @TempDir Path root;

  static long millisSince(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
  }

  static void awaitCommitted(TestAlliance alliance, String job, int rounds) throws Exception {
    for (int i = 0; i < 3000; i++) {
      if (alliance.rounds(job).stream().filter(one -> one.getPhase().equals("COMMITTED")).count()
          >= rounds) {
        return;
      }
      Thread.sleep(10);
    }
    throw new AssertionError("too few rounds committed: " + alliance.rounds(job));
  }

  private static JobSummary inJob(TestAlliance alliance, String job) throws Exception {
    return alliance.operator().listJobs(ListJobsRequest.getDefaultInstance()).getJobsList().stream()
        .filter(one -> one.getJob().equals(job))
        .findFirst()
        .orElseThrow();
  }

  static Optional<String> ended(Agent agent) {
    return CompletableFuture.supplyAsync(
            () -> {
              try {
                return agent.awaitStopped();
              } catch (InterruptedException stopping) {
                throw new IllegalStateException(stopping);
              }
            })
        .orTimeout(10, TimeUnit.SECONDS)
        .join();
  }

  /** Calls until one is refused; when that was. */
  static StatusRuntimeException refused(OperationsGrpc.OperationsBlockingStub stub)
      throws Exception {
    for (int i = 0; i < 1000; i++) {
      try {
        stub.status(StatusRequest.getDefaultInstance());
      } catch (StatusRuntimeException refused) {
        return refused;
      }
      Thread.sleep(5);
    }
    throw new AssertionError("calls are still taken");
  }

  /** An upload that sends nothing yet; how it ends. */
  static CompletableFuture<Status> openUpload(ManagedChannel channel) {
    CallEnd<UploadReceipt> end = new CallEnd<>();
    AgentGatewayGrpc.newStub(channel).upload(end);
    return end.status;
  }

  @Test
  void whoIsRemovedInTheMiddleOfAJobIsOutWithinSecondsAndTheOthersFinishIt() throws Exception {
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy())) {
      alliance.dropGraceSeconds(60);
      alliance.startCoordinator();
      alliance.startAgents();
      Agent zurich = alliance.agents.get("zurich");
      ManagedChannel channel = alliance.channel("zurich", Role.AGENT);
      var calls = OperationsGrpc.newBlockingStub(channel);
      calls.status(StatusRequest.getDefaultInstance());
      CompletableFuture<Status> upload = openUpload(channel);
      assertThat(
              alliance
                  .submit(TestAlliance.job("long", 40).setWaitForAll(true).build())
                  .getAccepted())
          .isTrue();
      awaitCommitted(alliance, "long", 3);
      Removing.approve(alliance, "boston", "zurich", REASON);
      Removing.approve(alliance, "cleveland", "zurich", REASON);
      assertThat(inJob(alliance, "long").getState()).isEqualTo("RUNNING");
      assertThat(Removing.approve(alliance, "budapest", "zurich", REASON).getInForce()).isTrue();
      long inForce = System.nanoTime();
      StatusRuntimeException refused = refused(calls);
      long millis = millisSince(inForce);
      System.out.println("from removal to the last call that was taken: " + millis + " ms");
      assertThat(millis).isLessThan(LIMIT_MILLIS);
      assertThat(refused.getStatus().getDescription()).contains("zurich").contains(REASON);
      Status uploadEnds = upload.get(LIMIT_MILLIS, TimeUnit.MILLISECONDS);
      System.out.println("its upload ended after " + millisSince(inForce) + " ms");
      assertThat(uploadEnds.getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
      assertThat(uploadEnds.getDescription()).contains(REASON);
      assertThat(ended(zurich)).hasValueSatisfying(why -> assertThat(why).contains(REASON));
      System.out.println("the agent has ended after " + millisSince(inForce) + " ms");
      assertThat(Files.readString(alliance.home("zurich").resolve("status.json")))
          .contains("removed");
      channel.shutdownNow();

      JobSummary job = alliance.awaitEnd("long", 60);
      assertThat(job.getState()).as(job.toString()).isEqualTo("COMPLETED");
      List<RoundSummary> rounds = alliance.rounds("long");
      assertThat(rounds.get(0).getSurvivorsList()).contains("zurich");
      assertThat(rounds.get(rounds.size() - 1).getSurvivorsList())
          .containsExactlyInAnyOrderElementsOf(OTHERS);
      assertThat(alliance.auditText())
          .contains("\"step\":\"removal-approved\"")
          .contains("\"reason\":\"" + REASON + "\"");
    }
  }

  @Test
  void aMemberThatDoesNotReadIsCutOff() throws Exception {
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy())) {
      alliance.startCoordinator();
      ManagedChannel deaf = alliance.channel("zurich", Role.AGENT);
      CompletableFuture<Status> end = new CompletableFuture<>();
      AgentGatewayGrpc.newStub(deaf)
          .session(
              new ClientResponseObserver<SessionUp, SessionDown>() {
                @Override
                public void beforeStart(ClientCallStreamObserver<SessionUp> call) {
                  call.disableAutoRequestWithInitial(0); // nothing is ever read
                }

                @Override
                public void onNext(SessionDown message) {}

                @Override
                public void onError(Throwable failure) {
                  end.complete(Status.fromThrowable(failure));
                }

                @Override
                public void onCompleted() {
                  end.complete(Status.OK);
                }
              })
          .onNext(hello(alliance));
      for (int i = 0; i < 500 && !connected(alliance, "zurich"); i++) {
        Thread.sleep(10);
      }
      Removing.remove(alliance, OTHERS, "zurich", REASON);
      long inForce = System.nanoTime();
      // what is queued for it is never read: only the connection's end tells it
      io.grpc.ConnectivityState open = io.grpc.ConnectivityState.READY;
      while (open == io.grpc.ConnectivityState.READY && millisSince(inForce) < 2 * LIMIT_MILLIS) {
        Thread.sleep(20);
        open = deaf.getState(false);
      }
      System.out.println("a deaf member's connection ended after " + millisSince(inForce) + " ms");
      assertThat(open).isNotEqualTo(io.grpc.ConnectivityState.READY);
      assertThat(millisSince(inForce)).isLessThan(LIMIT_MILLIS);
      assertThat(connected(alliance, "zurich")).isFalse();
      deaf.shutdownNow();
    }
  }

  private static SessionUp hello(TestAlliance alliance) {
    return SessionUp.newBuilder()
        .setHello(
            Hello.newBuilder()
                .setProtocolVersion(ProtocolVersion.WIRE)
                .setGenesisDigest(ByteString.copyFrom(alliance.genesis.digest().bytes())))
        .build();
  }

  private static boolean connected(TestAlliance alliance, String member) throws Exception {
    return alliance.operator().status(StatusRequest.getDefaultInstance()).getMembersList().stream()
        .anyMatch(one -> one.getMember().equals(member) && one.getConnected());
  }

  @Test
  void aCoordinatorThatStartsAgainAfterARemovalResumesItsOpenRounds() throws Exception {
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy())) {
      alliance.startCoordinator();
      alliance.startAgents();
      alliance.submit(TestAlliance.job("open", 30).build());
      awaitCommitted(alliance, "open", 2);
      alliance.agents.remove("budapest").close(); // the round that runs has to wait
      alliance.agents.remove("cleveland").close();
      Removing.remove(alliance, OTHERS, "zurich", REASON);
      assertThat(inJob(alliance, "open").getState()).isEqualTo("RUNNING");
      alliance.coordinator.close();
      alliance.startCoordinator();
      assertThat(Removing.rosters(alliance).latest().agents()).hasSize(3);
      alliance.startAgent("budapest");
      alliance.startAgent("cleveland");
      JobSummary job = alliance.awaitEnd("open", 60);
      assertThat(job.getState()).as(job.toString()).isEqualTo("COMPLETED");
    }
  }

  @Test
  void whoWasAwayHearsOfItsRemovalByNameAndOldKeysDoNotComeBackButNewOnesDo() throws Exception {
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy())) {
      alliance.startCoordinator();
      alliance.startAgents();
      alliance.agents.remove("zurich").close();
      Removing.remove(alliance, OTHERS, "zurich", REASON);
      try (Agent late =
          Agent.start(
              AgentConfig.read(alliance.agentConfig("zurich")),
              "test",
              alliance.clock,
              point -> {})) {
        assertThat(ended(late)).hasValueSatisfying(why -> assertThat(why).contains(REASON));
      }
      ManagedChannel old = alliance.channel("zurich", Role.AGENT);
      OperationsGrpc.OperationsBlockingStub stub = OperationsGrpc.newBlockingStub(old);
      assertThat(stub.getRosters(GetRostersRequest.getDefaultInstance()).getRosterChain().isEmpty())
          .as("it may see why")
          .isFalse();
      assertThatThrownBy(() -> stub.listJobs(ListJobsRequest.getDefaultInstance()))
          .hasMessageContaining("REVOKED")
          .hasMessageContaining(REASON);
      old.shutdownNow();

      // a new home with new keys
      Path home = alliance.home("zurich");
      Files.move(home, alliance.root.resolve("zurich-before"));
      MemberRequest request = Joining.request(alliance, "zurich");
      for (String member : OTHERS.subList(0, 2)) {
        Joining.approve(alliance, member, request, Removing.rosters(alliance).latest());
      }
      Joining.certify(alliance, request);
      alliance.startAgent("zurich");
      alliance.submit(TestAlliance.job("again", 2).build());
      JobSummary job = alliance.awaitEnd("again", 60);
      assertThat(job.getState()).as(job.toString()).isEqualTo("COMPLETED");
      assertThat(alliance.rounds("again"))
          .allSatisfy(round -> assertThat(round.getSurvivorsList()).contains("zurich"));
    }
  }

  @Test
  void whoLeavesIsOutAtOnceAndTheOthersAgentsSignTheRoster() throws Exception {
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy())) {
      alliance.startCoordinator();
      alliance.startAgents();
      Agent zurich = alliance.agents.get("zurich");
      alliance.submit(TestAlliance.job("long", 30).build());
      awaitCommitted(alliance, "long", 3);
      Removing.exit(alliance, "zurich", "study ended");
      long left = System.nanoTime();
      assertThat(ended(zurich)).hasValueSatisfying(why -> assertThat(why).contains("study ended"));
      System.out.println("who left has ended after " + millisSince(left) + " ms");
      assertThat(millisSince(left)).isLessThan(LIMIT_MILLIS);
      JobSummary job = alliance.awaitEnd("long", 60);
      assertThat(job.getState()).as(job.toString()).isEqualTo("COMPLETED");
      assertThat(Removing.rosters(alliance).latest().agents()).hasSize(3);
      assertThat(alliance.auditText()).contains("\"step\":\"left\"");
    }
  }
}
