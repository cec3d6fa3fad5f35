package org.concordat.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.concordat.certs.MemberId;
import org.concordat.certs.Role;
import org.concordat.certs.RosterChange;
import org.concordat.protocol.v1.GetRostersRequest;
import org.concordat.protocol.v1.JobSummary;
import org.concordat.protocol.v1.ListJobsRequest;
import org.concordat.protocol.v1.OperationsGrpc;
import org.concordat.protocol.v1.OperationsGrpc.OperationsBlockingStub;
import org.concordat.protocol.v1.RoundSummary;
import org.concordat.protocol.v1.StatusRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A member is suspended while rounds run, and comes back by itself once it is resumed. */
class SuspensionTest {
  private static final List<String> OTHERS = List.of("boston", "cleveland", "budapest");
  private static final MemberId ZURICH = new MemberId("zurich");
  private static final String REASON = "its site is audited";
  private static final long LIMIT_MILLIS = 5000;

  @TempDir Path root;

  private static void suspend(TestAlliance alliance) throws Exception {
    Removing.agree(
        alliance,
        OTHERS,
        new RosterChange.Suspension(ZURICH, REASON),
        OperationsBlockingStub::suspendMember);
  }

  private static void resume(TestAlliance alliance) throws Exception {
    Removing.agree(
        alliance,
        OTHERS,
        new RosterChange.Resumption(ZURICH, "audit passed"),
        OperationsBlockingStub::resumeMember);
  }

  private static JsonNode awaitStatus(TestAlliance alliance, Predicate<JsonNode> as)
      throws Exception {
    Path file = alliance.home("zurich").resolve("status.json");
    JsonNode last = null;
    for (int i = 0; i < 1000; i++) {
      last = new ObjectMapper().readTree(Files.readAllBytes(file));
      if (as.test(last)) {
        return last;
      }
      Thread.sleep(20);
    }
    throw new AssertionError("not so: " + last);
  }

  private static boolean waits(JsonNode status) {
    return status.path("state").asText().equals("suspended")
        && status.path("suspended").asText().equals(REASON)
        && !status.path("connected").asBoolean()
        && status.path("lastError").asText().contains("SUSPENDED");
  }

  private static boolean isBack(JsonNode status) {
    return status.path("connected").asBoolean() && status.path("suspended").asText().isEmpty();
  }

  @Test
  void whoIsSuspendedInTheMiddleOfAJobIsOutWithinSecondsAndBackInItOnceResumed() throws Exception {
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy())) {
      alliance.startCoordinator();
      alliance.startAgents();
      ManagedChannel channel = alliance.channel("zurich", Role.AGENT);
      OperationsBlockingStub calls = OperationsGrpc.newBlockingStub(channel);
      calls.status(StatusRequest.getDefaultInstance());
      var upload = RemovalTest.openUpload(channel);
      alliance.submit(TestAlliance.job("long", 150).build());
      RemovalTest.awaitCommitted(alliance, "long", 3);
      suspend(alliance);
      long inForce = System.nanoTime();
      StatusRuntimeException refused = RemovalTest.refused(calls);
      assertThat(refused.getStatus().getDescription()).contains("suspended").contains(REASON);
      assertThat(upload.get(LIMIT_MILLIS, TimeUnit.MILLISECONDS).getDescription()).contains(REASON);
      assertThat(RemovalTest.millisSince(inForce)).isLessThan(LIMIT_MILLIS);
      awaitStatus(alliance, SuspensionTest::waits);
      assertThat(calls.getRosters(GetRostersRequest.getDefaultInstance()).getRosterChain())
          .as("it may see why")
          .isNotEmpty();
      assertThatThrownBy(() -> calls.listJobs(ListJobsRequest.getDefaultInstance()))
          .hasMessageContaining("SUSPENDED")
          .hasMessageContaining(REASON);
      channel.shutdownNow();
      int without = committed(alliance) + 2;
      RemovalTest.awaitCommitted(alliance, "long", without);
      assertThat(survivors(alliance, without)).containsExactlyInAnyOrderElementsOf(OTHERS);

      resume(alliance);
      awaitStatus(alliance, SuspensionTest::isBack);
      JobSummary job = alliance.awaitEnd("long", 180);
      assertThat(job.getState()).as(job.toString()).isEqualTo("COMPLETED");
      assertThat(survivors(alliance, 151)).contains("zurich");
      assertThat(alliance.auditText())
          .contains("\"step\":\"suspension-approved\"")
          .contains("\"step\":\"resumption-approved\"");
    }
  }

  private static int committed(TestAlliance alliance) throws Exception {
    return (int)
        alliance.rounds("long").stream().filter(one -> one.getPhase().equals("COMMITTED")).count();
  }

  private static List<String> survivors(TestAlliance alliance, int round) throws Exception {
    return alliance.rounds("long").stream()
        .filter(one -> one.getRound() == round && one.getPhase().equals("COMMITTED"))
        .map(RoundSummary::getSurvivorsList)
        .map(List::copyOf)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void restartsOnBothSidesChangeNothing() throws Exception {
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy())) {
      alliance.startCoordinator();
      alliance.startAgents();
      suspend(alliance);
      awaitStatus(alliance, SuspensionTest::waits);
      alliance.agents.remove("zurich").close();
      alliance.coordinator.close();
      alliance.startCoordinator();
      alliance.startAgent("zurich");
      awaitStatus(alliance, SuspensionTest::waits);
      alliance.submit(TestAlliance.job("without", 1).build());
      JobSummary without = alliance.awaitEnd("without", 60);
      assertThat(without.getMembersList()).containsExactlyInAnyOrderElementsOf(OTHERS);
      assertThat(without.getState()).as(without.toString()).isEqualTo("COMPLETED");
      resume(alliance);
      awaitStatus(alliance, SuspensionTest::isBack);
      alliance.submit(TestAlliance.job("with", 1).build());
      JobSummary with = alliance.awaitEnd("with", 60);
      assertThat(with.getMembersList()).contains("zurich");
      assertThat(with.getState()).as(with.toString()).isEqualTo("COMPLETED");
    }
  }
}
