package org.concordat.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.ManagedChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.concordat.certs.Authority;
import org.concordat.certs.OfflineCa;
import org.concordat.certs.Role;
import org.concordat.certs.RosterChange;
import org.concordat.protocol.v1.JobSummary;
import org.concordat.protocol.v1.OperationsGrpc;
import org.concordat.protocol.v1.OperationsGrpc.OperationsBlockingStub;
import org.concordat.protocol.v1.StatusReply;
import org.concordat.protocol.v1.StatusRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The root is replaced while rounds run; nobody gets a new genesis, nobody is restarted. */
class RootRolloverTest {
  private static final List<String> QUORUM = List.of("boston", "cleveland", "budapest");

  @TempDir Path root;

  private static void agree(TestAlliance alliance, Authority... roots) throws Exception {
    Removing.agree(
        alliance,
        QUORUM,
        new RosterChange.Roots(List.of(roots), "new root"),
        OperationsBlockingStub::changeRoots);
  }

  @Test
  void bothRootsThenTheNewOneWhileAJobRuns() throws Exception {
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy())) {
      alliance.startCoordinator();
      alliance.startAgents();
      alliance.submit(TestAlliance.job("long", 60).build());
      RemovalTest.awaitCommitted(alliance, "long", 3);
      OperationsBlockingStub old = alliance.operator();
      Authority before = Removing.rosters(alliance).authorities().get(0);
      Authority next =
          OfflineCa.load(root.resolve("ca"))
              .succeed(root.resolve("ca-2036"), alliance.clock)
              .authority();
      Removing.approve(
          alliance,
          "zurich",
          new RosterChange.Roots(List.of(before, next), "new root"),
          OperationsBlockingStub::changeRoots);
      assertThat(Removing.rosters(alliance).authorities())
          .as("one alone changes nothing")
          .containsExactly(before);
      assertThatThrownBy(
              () ->
                  Removing.approve(
                      alliance,
                      "zurich",
                      new RosterChange.Roots(List.of(next), "new root"),
                      OperationsBlockingStub::changeRoots))
          .hasMessageContaining("first both, then the old one ends");
      alliance.agents.remove("zurich").close(); // away, and back before the old one ends
      agree(alliance, before, next);
      alliance.startAgent("zurich");
      RemovalTest.awaitCommitted(alliance, "long", 20);
      awaitConnected(alliance);
      agree(alliance, next);
      long ended = System.nanoTime();
      String refusal = "";
      while (refusal.isEmpty() && RemovalTest.millisSince(ended) < 5000) {
        try {
          old.status(StatusRequest.getDefaultInstance());
          Thread.sleep(20);
        } catch (io.grpc.StatusRuntimeException refused) {
          refusal = String.valueOf(refused.getMessage());
        }
      }
      assertThat(refusal).as("a connection from before").contains("UNKNOWN_AUTHORITY");
      alliance.rosters(root.resolve("boston").resolve("rosters.json"));
      JobSummary job = alliance.awaitEnd("long", 120);
      assertThat(job.getState()).as(job.toString()).isEqualTo("COMPLETED");
      assertThat(alliance.rounds("long").stream())
          .as("none is lost")
          .allMatch(round -> round.getPhase().equals("COMMITTED"));
      assertThat(alliance.auditText()).contains("\"step\":\"roots-approved\"");

      // both sides start again, with the old genesis
      alliance.agents.remove("boston").close();
      alliance.coordinator.close();
      alliance.startCoordinator();
      alliance.startAgent("boston");
      alliance.submit(TestAlliance.job("after", 2).build());
      assertThat(alliance.awaitEnd("after", 60).getState()).isEqualTo("COMPLETED");
    }
  }

  @Test
  void whoWasAwayAllTheTimeComesBackWithAnothersRosters() throws Exception {
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy())) {
      alliance.startCoordinator();
      alliance.startAgents();
      Authority before = Removing.rosters(alliance).authorities().get(0);
      Authority next =
          OfflineCa.load(root.resolve("ca"))
              .succeed(root.resolve("ca-2036"), alliance.clock)
              .authority();
      alliance.agents.remove("zurich").close();
      agree(alliance, before, next);
      awaitConnected(alliance);
      agree(alliance, next);
      ManagedChannel strange = alliance.channel("zurich", Role.AGENT);
      assertThatThrownBy(
              () ->
                  OperationsGrpc.newBlockingStub(strange)
                      .status(StatusRequest.getDefaultInstance()))
          .as("it does not know the new root, and is not known under the old one")
          .isInstanceOf(io.grpc.StatusRuntimeException.class);
      strange.shutdownNow();
      Path kept = root.resolve("boston").resolve("rosters.json");
      for (int i = 0; i < 500 && !Files.exists(kept); i++) {
        Thread.sleep(20);
      }
      alliance.rosters(kept);
      Files.copy(
          kept,
          root.resolve("zurich").resolve("rosters.json"),
          StandardCopyOption.REPLACE_EXISTING);
      alliance.startAgent("zurich");
      alliance.submit(TestAlliance.job("with", 2).build());
      JobSummary job = alliance.awaitEnd("with", 60);
      assertThat(job.getState()).as(job.toString()).isEqualTo("COMPLETED");
      assertThat(job.getMembersList()).contains("zurich");
    }
  }

  private static void awaitConnected(TestAlliance alliance) throws Exception {
    for (int i = 0; i < 1500; i++) {
      StatusReply status = alliance.operator().status(StatusRequest.getDefaultInstance());
      boolean all =
          status.getMembersList().stream()
              .filter(member -> alliance.agents.containsKey(member.getMember()))
              .allMatch(member -> member.getConnected());
      if (all) {
        return;
      }
      Thread.sleep(20);
    }
    throw new AssertionError("not all are connected");
  }
}
