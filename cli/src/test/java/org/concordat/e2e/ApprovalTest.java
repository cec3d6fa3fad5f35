package org.concordat.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.concordat.agent.Agent;
import org.concordat.agent.approval.Inbox;
import org.concordat.agent.approval.Request;
import org.concordat.agent.approval.Request.State;
import org.concordat.protocol.Envelopes;
import org.concordat.protocol.v1.JobSpec;
import org.concordat.protocol.v1.JobSummary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A person decides where rules do not reach: through the agents' inboxes, with a signature. */
class ApprovalTest {
  private static final String ASK = "{purposes: [medical-research], approvers: [approver]}";
  private static final List<String> THREE = List.of("boston", "cleveland", "budapest");

  @TempDir Path root;

  private static Request await(TestAlliance alliance, String member, String job, State state)
      throws Exception {
    Inbox inbox = Inbox.open(alliance.home(member));
    long end = System.nanoTime() + 20_000_000_000L;
    Optional<Request> found = Optional.empty();
    while (System.nanoTime() < end) {
      found = inbox.find(job);
      if (found.filter(request -> request.state() == state).isPresent()) {
        return found.get();
      }
      Thread.sleep(20);
    }
    throw new AssertionError("no request of " + member + " is " + state + ": " + found);
  }

  private static Request awaitRefusedAnswer(TestAlliance alliance, String member, String job)
      throws Exception {
    Inbox inbox = Inbox.open(alliance.home(member));
    long end = System.nanoTime() + 20_000_000_000L;
    while (System.nanoTime() < end) {
      Request request = inbox.find(job).orElseThrow();
      if (!request.refusedAnswers().isEmpty()) {
        return request;
      }
      Thread.sleep(20);
    }
    throw new AssertionError("no answer was refused at " + member);
  }

  private static byte[] signed(TestAlliance alliance, String who, Request request, boolean accept) {
    Envelopes envelopes =
        new Envelopes(
            "test", who, alliance.keys.get(who)::sign, (sender, message, signature) -> false, 1);
    return envelopes.seal(
        Inbox.APPROVAL_TYPE,
        0,
        0,
        Inbox.approval(request, accept, "the board has seen it", Instant.now()).toByteArray());
  }

  private static void answer(TestAlliance alliance, String member, Request request, byte[] signed) {
    Inbox.open(alliance.home(member)).answer(request, signed);
  }

  private static JobSpec second() {
    return TestAlliance.job("second", 1).addAllMembers(THREE).build();
  }

  private static void first(TestAlliance alliance) throws Exception {
    alliance.approval(ASK);
    alliance.startCoordinator();
    alliance.startAgents();
    alliance.submit(TestAlliance.job("first", 2).build());
    assertThat(alliance.awaitEnd("first", 60).getState()).isEqualTo("COMPLETED");
  }

  /** Cases of the attack by subtraction: the second job leaves one member out. */
  @Test
  void aSecondJobOnTheSameDataWaitsForPeople() throws Exception {
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy())) {
      first(alliance);
      alliance.submit(second());
      Request boston = await(alliance, "boston", "second", State.OPEN);
      assertThat(String.join("\n", boston.reasons()))
          .contains("1 earlier job on this data set (first) opened or may open 3 sums")
          .contains("the update of zurich could be told apart")
          .contains("within one job, too, rounds over different survivors can be compared");
      assertThat(boston.members()).containsExactlyElementsOf(THREE.stream().sorted().toList());
      Request cleveland = await(alliance, "cleveland", "second", State.OPEN);
      Request budapest = await(alliance, "budapest", "second", State.OPEN);

      answer(alliance, "boston", boston, signed(alliance, "operator", boston, true));
      assertThat(awaitRefusedAnswer(alliance, "boston", "second").refusedAnswers().get(0))
          .contains("NOT_AN_APPROVER")
          .contains("'operator'");
      byte[] forCleveland = signed(alliance, "approver", cleveland, true);
      answer(alliance, "budapest", budapest, forCleveland);
      assertThat(awaitRefusedAnswer(alliance, "budapest", "second").refusedAnswers().get(0))
          .contains("OTHER_SITE");

      answer(alliance, "boston", boston, signed(alliance, "approver", boston, true));
      answer(alliance, "cleveland", cleveland, forCleveland);
      answer(alliance, "budapest", budapest, signed(alliance, "approver", budapest, true));
      JobSummary ended = alliance.awaitEnd("second", 60);
      assertThat(ended.getState()).as(ended.toString()).isEqualTo("COMPLETED");
      Request closed = await(alliance, "boston", "second", State.ACCEPTED);
      assertThat(closed.decidedBy()).isEqualTo("approver");
      assertThat(closed.comment()).isEqualTo("the board has seen it");
      assertThat(alliance.auditText()).contains("person:approver");
    }
  }

  @Test
  void aRejectionIsARefusalWithTheComment() throws Exception {
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy())) {
      first(alliance);
      alliance.submit(second());
      for (String member : THREE) {
        Request request = await(alliance, member, "second", State.OPEN);
        answer(alliance, member, request, signed(alliance, "approver", request, false));
      }
      JobSummary ended = alliance.awaitEnd("second", 60);
      assertThat(ended.getState()).isEqualTo("FAILED");
      assertThat(ended.getRefusalsList())
          .hasSize(3)
          .allMatch(refusal -> refusal.contains("approver rejected it: the board has seen it"));
    }
  }

  /** Asked once whatever restarts come in between; an answer given meanwhile counts. */
  @Test
  void aRestartAsksNothingTwice() throws Exception {
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy())) {
      first(alliance);
      alliance.submit(second());
      Request before = await(alliance, "boston", "second", State.OPEN);
      Agent stopped = alliance.agents.remove("boston");
      stopped.close();
      Files.delete(alliance.home("boston").resolve("inbox/" + before.id() + ".request.json"));
      alliance.startAgent("boston");
      assertThat(await(alliance, "boston", "second", State.OPEN)).isEqualTo(before);
      alliance.agents.remove("boston").close();
      answer(alliance, "boston", before, signed(alliance, "approver", before, true));
      alliance.startAgent("boston");
      await(alliance, "boston", "second", State.ACCEPTED);
      for (String member : List.of("cleveland", "budapest")) {
        Request request = await(alliance, member, "second", State.OPEN);
        answer(alliance, member, request, signed(alliance, "approver", request, true));
      }
      assertThat(alliance.awaitEnd("second", 60).getState()).isEqualTo("COMPLETED");
      assertThat(Inbox.open(alliance.home("boston")).list()).hasSize(1);
    }
  }

  @Test
  void whereNobodyIsNamedTheAnswerIsNoAtOnce() throws Exception {
    try (TestAlliance alliance = new TestAlliance(root, policyOfAPerson())) {
      alliance.approval("{purposes: [medical-research]}");
      alliance.startCoordinator();
      alliance.startAgents();
      alliance.submit(TestAlliance.job("first", 1).build());
      JobSummary ended = alliance.awaitEnd("first", 60);
      assertThat(ended.getState()).isEqualTo("FAILED");
      assertThat(ended.getRefusalsList())
          .hasSize(4)
          .allMatch(refusal -> refusal.contains("approval-by-person"))
          .allMatch(refusal -> refusal.contains("approval.approvers"));
    }
  }

  @Test
  void theObligationIsCarriedOut() throws Exception {
    try (TestAlliance alliance = new TestAlliance(root, policyOfAPerson())) {
      alliance.approval(ASK);
      alliance.startCoordinator();
      alliance.startAgents();
      alliance.submit(TestAlliance.job("first", 1).build());
      for (String member : TestAlliance.MEMBERS) {
        Request request = await(alliance, member, "first", State.OPEN);
        assertThat(request.reasons().get(0)).contains("obligation approval-by-person");
        answer(alliance, member, request, signed(alliance, "approver", request, true));
      }
      JobSummary ended = alliance.awaitEnd("first", 60);
      assertThat(ended.getState()).as(ended.toString()).isEqualTo("COMPLETED");
    }
  }

  /** The demo's policy, with the obligation. */
  private Path policyOfAPerson() throws IOException {
    String demo = Files.readString(WholeRoundTest.policy());
    return Files.writeString(
        Files.createDirectories(root).resolve("policy.yaml"),
        demo.replace(
            "obligations: [log-before-acting]",
            "obligations: [log-before-acting, approval-by-person]"));
  }
}
