package org.concordat.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.concordat.coordinator.Coordinator;
import org.concordat.coordinator.CoordinatorConfig;
import org.concordat.coordinator.session.Traffic;
import org.concordat.protocol.v1.Refused;
import org.concordat.protocol.v1.RoundSummary;
import org.concordat.protocol.v1.SessionDown;
import org.concordat.protocol.v1.SessionUp;
import org.concordat.secureagg.BadEnvelopeException;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.message.Checkpoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An agent comes back in a later round, and the checkpoint that it lacks gets lost: it says so, is
 * sent it with the task at once, and nobody waits out the deadline.
 */
class RestartedAgentTest {
  private static final String MEMBER = "zurich";

  @TempDir Path root;

  /** Loses checkpoints to the member until it has refused a task. */
  private static final class Losing implements Traffic {
    final AtomicReference<Refused> refused = new AtomicReference<>();
    final AtomicInteger lost = new AtomicInteger();
    volatile boolean loses;
    private volatile Notary notary;

    @Override
    public void attached(Notary own, BiConsumer<String, SessionDown> push) {
      notary = own;
    }

    @Override
    public List<SessionDown> down(String member, SessionDown message) {
      boolean withheld =
          loses && member.equals(MEMBER) && refused.get() == null && isCheckpoint(message);
      lost.addAndGet(withheld ? 1 : 0);
      return withheld ? List.of() : List.of(message);
    }

    private boolean isCheckpoint(SessionDown message) {
      try {
        return message.hasSealed()
            && notary.open(message.getSealed().toByteArray()).type().equals(Checkpoint.TYPE);
      } catch (BadEnvelopeException impossible) {
        throw new AssertionError(impossible);
      }
    }

    @Override
    public void up(String member, SessionUp message) {
      if (member.equals(MEMBER) && message.hasRefused()) {
        refused.compareAndSet(null, message.getRefused());
      }
    }
  }

  @Test
  void whatItLacksIsSentWithTheTaskAgain() throws Exception {
    Losing traffic = new Losing();
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy())) {
      alliance.coordinator =
          Coordinator.start(
              CoordinatorConfig.read(alliance.coordinatorConfig()),
              "test",
              alliance.clock,
              point -> {},
              traffic);
      alliance.port(alliance.coordinator.port());
      alliance.startAgents();
      alliance.submit(TestAlliance.job("goes-on", 60).setDeadlineSeconds(40).build());
      awaitRounds(alliance, 2);
      alliance.agents.remove(MEMBER).close();
      traffic.loses = true;
      awaitRounds(alliance, 5);
      alliance.startAgent(MEMBER);
      assertThat(alliance.awaitEnd("goes-on", 120).getState()).isEqualTo("COMPLETED");
      Refused said = traffic.refused.get();
      assertThat(said).isNotNull();
      assertThat(said.getReason()).isEqualTo("BASE_STATE_MISMATCH");
      assertThat(traffic.lost.get()).isPositive();
      RoundSummary refused = alliance.rounds("goes-on").get((int) said.getRound());
      RoundSummary next = alliance.rounds("goes-on").get((int) said.getRound() + 1);
      // a round that was past its uploads when it came back goes on without it
      RoundSummary round = refused.getSurvivorsList().contains(MEMBER) ? refused : next;
      assertThat(round.getSurvivorsList())
          .as("the round that it refused at first, or the next one: %s", refused)
          .contains(MEMBER);
      assertThat(refused.getReasonsList()).isEmpty();
      assertThat(alliance.rounds("goes-on"))
          .allSatisfy(
              each ->
                  assertThat(each.getEndedMillis() - each.getStartedMillis())
                      .as(each.toString())
                      .isLessThan(30_000));
    }
  }

  private static void awaitRounds(TestAlliance alliance, int committed) throws Exception {
    while (alliance.rounds("goes-on").stream()
            .filter(round -> round.getPhase().equals("COMMITTED"))
            .count()
        < committed) {
      Thread.sleep(50);
    }
  }
}
