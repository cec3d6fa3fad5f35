package org.concordat.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.concordat.jurisdictions.Action;
import org.concordat.jurisdictions.FactName;
import org.concordat.jurisdictions.FactSource;
import org.concordat.jurisdictions.Facts;
import org.concordat.jurisdictions.Policy;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Cedar, which nobody here wrote, answers the same questions: alike where everything is known, and
 * less safely where something is not.
 */
@Tag("slow")
class CedarTest {
  private static final int POLICIES = 500;
  private static final int QUESTIONS = 10;

  @TempDir Path root;
  private static Path script;

  /** Installed by {@code bench/run}, as for the benchmark. */
  @BeforeAll
  static void install() throws Exception {
    Process process =
        new ProcessBuilder("../bench/run", "cedar")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0 || said.isBlank()) {
      String why =
          "NOT TESTED: Cedar could not be installed; as root .ci/run installs node and npm";
      System.err.println(why);
      Assumptions.abort(why);
    }
    script = Path.of(said.strip());
  }

  private static boolean ours(Policy policy, PolicyCase question) {
    return policy
        .evaluateOnly(question.action(), question.alliance(), question.touched(), question.now())
        .allowed();
  }

  @Test
  void bothAnswerCompleteQuestionsAlike() throws IOException {
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("CedarTest: -Dseed=" + seed);
    RandomQuestions random = new RandomQuestions(new Random(seed));
    Map<String, String> translated = new LinkedHashMap<>();
    List<Policy> policies = new ArrayList<>();
    List<PolicyCase> questions = new ArrayList<>();
    List<CedarRequest> requests = new ArrayList<>();
    for (int i = 0; i < POLICIES; i++) {
      Policy policy = random.policy();
      translated.put("p" + i, CedarPolicy.of(policy));
      for (int j = 0; j < QUESTIONS; j++) {
        PolicyCase question = random.question();
        policies.add(policy);
        questions.add(question);
        requests.add(CedarRequest.of("p" + i, question));
      }
    }
    int allowed = 0;
    try (Cedar cedar = new Cedar(script, root.resolve("asked.json"), translated, requests)) {
      assertThat(cedar.answers()).hasSize(POLICIES * QUESTIONS);
      for (int i = 0; i < questions.size(); i++) {
        Cedar.Answer answer = cedar.answers().get(i);
        boolean ours = ours(policies.get(i), questions.get(i));
        assertThat(answer)
            .as("seed %d, %s\n%s", seed, requests.get(i), translated.get(requests.get(i).policy()))
            .isEqualTo(new Cedar.Answer(ours, 0));
        allowed += ours ? 1 : 0;
      }
    }
    assertThat(allowed).as("both answers must occur").isBetween(200, 4_800);
  }

  /** docs/benchmarks.md: what Cedar cannot evaluate, it skips; a skipped forbid forbids nothing. */
  @Test
  void whereAFactIsMissingOursDeniesAndCedarAllows() throws IOException {
    Policy policy =
        Policy.parse(
            Path.of("cloud-act"),
            """
            format: 1
            policy: cloud-act
            version: 1
            rules:
              - id: no-foreign-host
                effect: forbid
                actions: [train]
                when: {fact: hosting-control, equals: US}
                because: the CLOUD Act reaches what such a host holds
              - id: members
                effect: permit
                actions: [train]
                when: {fact: jurisdiction, equals: eu}
                because: members
            tests:
              - name: a host under that law
                action: train
                now: 2026-12-01T12:00:00Z
                members: {lyon: {jurisdiction: eu, hosting-control: US}}
                expect: denied
            """
                .getBytes(StandardCharsets.UTF_8));
    Instant now = Instant.parse("2026-12-01T12:00:00Z");
    Facts silent = Facts.builder().put(FactName.JURISDICTION, "eu", FactSource.ROSTER).build();
    Facts known =
        silent.with(
            Facts.builder()
                .put(FactName.HOSTING_CONTROL, "FR", FactSource.MEMBER_ATTESTED)
                .build()
                .get(FactName.HOSTING_CONTROL)
                .orElseThrow());
    List<PolicyCase> cases =
        List.of(
            new PolicyCase(Action.TRAIN, Facts.none(), "lyon", silent, now),
            new PolicyCase(Action.TRAIN, Facts.none(), "lyon", known, now));
    List<CedarRequest> requests =
        cases.stream().map(one -> CedarRequest.of("cloud-act", one)).toList();
    try (Cedar cedar =
        new Cedar(
            script,
            root.resolve("asked.json"),
            Map.of("cloud-act", CedarPolicy.of(policy)),
            requests)) {
      assertThat(cedar.answers())
          .containsExactly(new Cedar.Answer(true, 1), new Cedar.Answer(true, 0));
    }
    assertThat(ours(policy, cases.get(0))).isFalse();
    assertThat(ours(policy, cases.get(1))).isTrue();
  }
}
