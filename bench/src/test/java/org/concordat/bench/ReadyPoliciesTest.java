package org.concordat.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.concordat.agent.policy.SitePolicy;
import org.concordat.coordinator.job.AlliancePolicy;
import org.concordat.coordinator.job.SumFacts;
import org.concordat.jurisdictions.Action;
import org.concordat.jurisdictions.Decision;
import org.concordat.jurisdictions.FactSource;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * With each ready policy an alliance is founded. Members that fit take part; the others not, until
 * they have stated what the policy asks for.
 */
class ReadyPoliciesTest {
  private static final Path FOLDER = Path.of("..", "examples", "policies");

  /** What a job makes happen. */
  private static final List<Action> ACTIONS =
      List.of(
          Action.DISPATCH,
          Action.TRAIN,
          Action.SUBMIT,
          Action.REVEAL,
          Action.AGGREGATE,
          Action.EVALUATE,
          Action.RELEASE);

  /** The rule that stands in the way of those who have not stated what it asks for. */
  private static final Map<String, String> IN_THE_WAY =
      Map.of(
          "swiss-excluded.yaml", "swiss-needs-an-instrument",
          "gcc-only.yaml", "over-a-border-only-under-an-instrument",
          "no-foreign-control.yaml", "hosted-under-a-law-of-home");

  @TempDir Path root;

  @Test
  void eachIsThere() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      assertThat(files.map(file -> file.getFileName().toString()).filter(n -> n.endsWith(".yaml")))
          .containsExactlyInAnyOrderElementsOf(
              ReadyPolicy.ALL.stream().map(ReadyPolicy::file).toList());
    }
  }

  @TestFactory
  Stream<DynamicTest> anAllianceIsFoundedWithEach() {
    return ReadyPolicy.ALL.stream()
        .map(ready -> DynamicTest.dynamicTest(ready.file(), () -> found(ready)));
  }

  private void found(ReadyPolicy ready) throws IOException {
    try (PolicyAlliance alliance = ready.found(root.resolve(ready.file()), FOLDER)) {
      List<String> fitting = names(ready.fitting());
      List<String> others = names(ready.others());
      AlliancePolicy coordinator = alliance.ofTheCoordinator();
      SumFacts sums = SumFacts.after(names(ready.members()), 0);
      if (!fitting.isEmpty()) {
        for (Action action : ACTIONS) {
          allowed(coordinator.preview(action, ready.job(), fitting, sums));
          for (String member : fitting) {
            allowed(ask(alliance.ofSite(member), ready, action));
          }
        }
      }
      for (String other : others) {
        denied(ready, coordinator.preview(Action.SUBMIT, ready.job(), List.of(other), sums));
        denied(ready, ask(alliance.ofSite(other), ready, Action.SUBMIT));
      }
      ready.state(alliance);
      for (Action action : ACTIONS) {
        allowed(coordinator.preview(action, ready.job(), names(ready.members()), sums));
        for (String other : others) {
          allowed(ask(alliance.ofSite(other), ready, action));
        }
      }
      assertThat(others.isEmpty()).isEqualTo(!IN_THE_WAY.containsKey(ready.file()));
    }
  }

  private static Decision ask(SitePolicy site, ReadyPolicy ready, Action action) {
    int members = ready.members().size();
    return site.decide(
        action,
        ready.job(),
        ready.dataClass(),
        List.of(),
        new org.concordat.agent.policy.SumFacts(members, 0, FactSource.MEASURED));
  }

  private static void allowed(Decision decision) {
    assertThat(decision.allowed()).as("%s", decision.explain()).isTrue();
  }

  private static void denied(ReadyPolicy ready, Decision decision) {
    assertThat(decision.allowed()).isFalse();
    assertThat(decision.rules()).contains(IN_THE_WAY.get(ready.file()));
  }

  private static List<String> names(List<PolicyAlliance.Seat> seats) {
    return seats.stream().map(PolicyAlliance.Seat::name).toList();
  }
}
