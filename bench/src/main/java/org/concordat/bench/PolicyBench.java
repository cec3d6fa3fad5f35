package org.concordat.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import org.concordat.agent.policy.SitePolicies;
import org.concordat.agent.policy.SitePolicy;
import org.concordat.coordinator.job.AlliancePolicy;
import org.concordat.coordinator.job.SumFacts;
import org.concordat.jurisdictions.Action;
import org.concordat.jurisdictions.Comparison;
import org.concordat.jurisdictions.Condition;
import org.concordat.jurisdictions.FactName;
import org.concordat.jurisdictions.FactSource;
import org.concordat.jurisdictions.FactValue;
import org.concordat.jurisdictions.Facts;
import org.concordat.jurisdictions.Operand;
import org.concordat.jurisdictions.Operator;
import org.concordat.jurisdictions.Policy;
import org.concordat.jurisdictions.analysis.Analysis;
import org.concordat.jurisdictions.analysis.Answer;
import org.concordat.jurisdictions.analysis.Limits;
import org.concordat.jurisdictions.analysis.Question;
import org.concordat.protocol.v1.JobSpec;
import org.jspecify.annotations.Nullable;

/**
 * {@code bench/run policy}: decisions a second, of one core, on the ready policies. {@code
 * PolicyBench DIRECTORY POLICIES [ASK.JS]}; one JSON object on the last line, a figure that could
 * not be taken is null. A decision is one question about one member.
 *
 * <p>{@code coordinatorDecisionsPerSecond} is the slowest ready policy's: the coordinator asks it
 * as in a round, with the facts read from roster and job each time. {@code agentDecisionsPerSecond}
 * is the same of a member's agent; {@code decisionsPerSecond} the lesser of both. {@code
 * engineDecisionsPerSecond} asks the policies' own test cases with facts at hand, and those are
 * what Cedar is asked too, by turns.
 */
public final class PolicyBench {
  private static final int WARM_UPS = 3;
  private static final int RUNS = 7;
  private static final double SECONDS_A_RUN = 0.4;
  private static final double CEDAR_SECONDS = 1;
  private static final double GOAL = 1_000_000;
  private static final Instant NOW = Instant.parse("2026-12-01T12:00:00Z");
  private static final Question COMBINED_AT_HOME =
      new Question(
          Action.AGGREGATE,
          false,
          List.of(
              is(FactName.COUNTRY, Operator.EQUALS),
              is(FactName.AGGREGATOR_COUNTRY, Operator.NOT_EQUALS)),
          List.of(),
          false);
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final Path directory;
  private final Path folder;
  private final @Nullable Path script;
  private final Map<String, Object> figures = new LinkedHashMap<>();
  private final Map<String, Object> details = new LinkedHashMap<>();

  /** Nothing that was worked out may be left out by the compiler. */
  private int allowed;

  private PolicyBench(Path directory, Path folder, @Nullable Path script) {
    this.directory = directory;
    this.folder = folder;
    this.script = script;
  }

  public static void main(String[] arguments) throws Exception {
    Path directory = Files.createTempDirectory(Path.of(arguments[0]), "policy-bench");
    Path script = arguments.length > 2 ? Path.of(arguments[2]) : null;
    try {
      System.out.println(new PolicyBench(directory, Path.of(arguments[1]), script).run());
    } finally {
      try (var files = Files.walk(directory)) {
        files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
      }
    }
  }

  private String run() throws Exception {
    callers();
    engine();
    proofs();
    figures.put("runs", RUNS);
    details.put("allowed", allowed);
    figures.put("details", details);
    return new ObjectMapper().writeValueAsString(figures);
  }

  private static Condition is(FactName fact, Operator operator) {
    return new Comparison(fact, Set.of(), operator, new Operand.Literal(new FactValue.Text("CH")));
  }

  /** Work that asks so many questions. */
  private interface Questions {
    int ask();
  }

  /** Decisions for each second of this thread's CPU time: on a shared machine that is a core. */
  private static double perSecond(Questions questions) {
    long end = System.nanoTime() + (long) (SECONDS_A_RUN * 1e9);
    long before = THREADS.getCurrentThreadCpuTime();
    long asked = 0;
    while (System.nanoTime() < end) {
      for (int i = 0; i < 100; i++) {
        asked += questions.ask();
      }
    }
    return asked / ((THREADS.getCurrentThreadCpuTime() - before) / 1e9);
  }

  private static Samples samples(Questions questions) {
    double[] samples = new double[RUNS];
    for (int run = -WARM_UPS; run < RUNS; run++) {
      double rate = perSecond(questions);
      if (run >= 0) {
        samples[run] = rate;
      }
    }
    return new Samples(samples);
  }

  /** All of them are warm before one is measured: programs in use are, and policies differ. */
  private void callers() throws Exception {
    Map<String, Questions> coordinators = new LinkedHashMap<>();
    Map<String, Questions> agents = new LinkedHashMap<>();
    List<PolicyAlliance> open = new ArrayList<>();
    try {
      for (ReadyPolicy ready : ReadyPolicy.ALL) {
        PolicyAlliance alliance =
            ready.found(directory.resolve(ready.file().replace(".yaml", "")), folder);
        open.add(alliance);
        ready.state(alliance);
        AlliancePolicy coordinator = alliance.ofTheCoordinator();
        coordinators.put(ready.file(), () -> ask(coordinator, ready));
        SitePolicy agent = alliance.ofSite(ready.members().get(0).name());
        agents.put(ready.file(), () -> ask(agent, ready));
      }
      Samples coordinator = slowest("coordinatorDecisionsPerSecond", coordinators);
      Samples agent = slowest("agentDecisionsPerSecond", agents);
      report(
          "decisionsPerSecond", coordinator.median() < agent.median() ? coordinator : agent, GOAL);
    } finally {
      open.forEach(PolicyAlliance::close);
    }
  }

  private static final List<Action> ACTIONS =
      List.of(Action.DISPATCH, Action.TRAIN, Action.SUBMIT, Action.REVEAL, Action.AGGREGATE);

  private int ask(AlliancePolicy policy, ReadyPolicy ready) {
    JobSpec job = ready.job();
    List<String> members = ready.members().stream().map(PolicyAlliance.Seat::name).toList();
    SumFacts sums = SumFacts.after(members, 0, Optional.empty());
    int asked = 0;
    for (Action action : ACTIONS) {
      allowed += policy.preview(action, job, members, sums).allowed() ? 1 : 0;
      asked += members.size();
    }
    return asked;
  }

  private int ask(SitePolicy policy, ReadyPolicy ready) {
    JobSpec job = ready.job();
    org.concordat.agent.policy.SumFacts sum =
        new org.concordat.agent.policy.SumFacts(
            ready.members().size(), 0, FactSource.MEASURED, Optional.empty());
    for (Action action : ACTIONS) {
      allowed += allows(policy, action, job, ready, sum) ? 1 : 0;
    }
    return ACTIONS.size();
  }

  private static boolean allows(
      SitePolicy policy,
      Action action,
      JobSpec job,
      ReadyPolicy ready,
      org.concordat.agent.policy.SumFacts sum) {
    try {
      return policy.decide(action, job, ready.dataClass(), List.of(), sum).allowed();
    } catch (SitePolicies.NoPolicyException impossible) {
      throw new IllegalStateException("the genesis' policy is at hand", impossible);
    }
  }

  private Samples slowest(String key, Map<String, Questions> questions) {
    for (int warmUp = 0; warmUp < WARM_UPS; warmUp++) {
      questions.values().forEach(PolicyBench::perSecond);
    }
    Map<String, Samples> all = new LinkedHashMap<>();
    questions.forEach((file, one) -> all.put(file, samples(one)));
    Samples slowest =
        all.values().stream().min(Comparator.comparing(Samples::median)).orElseThrow();
    all.forEach((file, samples) -> details.put(key + "." + file, samples.describe()));
    report(key, slowest, GOAL);
    return slowest;
  }

  /** A question with everything at hand. */
  private record Ready(Policy policy, PolicyCase question, SortedMap<String, Facts> touched) {
    boolean allowed() {
      return policy
          .evaluateOnly(question.action(), question.alliance(), touched, question.now())
          .allowed();
    }
  }

  private void engine() throws Exception {
    List<Ready> questions = new ArrayList<>();
    Map<String, String> translated = new LinkedHashMap<>();
    List<CedarRequest> requests = new ArrayList<>();
    for (ReadyPolicy ready : ReadyPolicy.ALL) {
      Policy policy = ready.policy(folder);
      translated.put(ready.file(), CedarPolicy.of(policy));
      for (PolicyCase question : PolicyCase.of(policy)) {
        questions.add(new Ready(policy, question, question.touched()));
        requests.add(CedarRequest.of(ready.file(), question));
      }
    }
    figures.put("cases", questions.size());
    if (script == null) {
      report("engineDecisionsPerSecond", samples(() -> ask(questions)), GOAL);
      figures.put("vsCedar", null);
      return;
    }
    try (Cedar cedar = new Cedar(script, directory.resolve("cedar.json"), translated, requests)) {
      byTurns(cedar, questions);
      compare(cedar, questions);
    }
  }

  private int ask(List<Ready> questions) {
    for (Ready question : questions) {
      allowed += question.allowed() ? 1 : 0;
    }
    return questions.size();
  }

  private void byTurns(Cedar cedar, List<Ready> questions) throws IOException {
    double[] ours = new double[RUNS];
    double[] theirs = new double[RUNS];
    for (int run = -WARM_UPS; run < RUNS; run++) {
      double one = perSecond(() -> ask(questions));
      double other = cedar.perSecond(CEDAR_SECONDS);
      if (run >= 0) {
        ours[run] = one;
        theirs[run] = other;
      }
    }
    Samples engine = new Samples(ours);
    report("engineDecisionsPerSecond", engine, GOAL);
    Samples others = new Samples(theirs);
    report("vsCedar", engine.over(others), 1);
    details.put("cedarDecisionsPerSecond", others.describe());
    details.put("cedar", cedar.version());
  }

  /** Where facts are missing or expired both may differ: docs/benchmarks.md says how. */
  private void compare(Cedar cedar, List<Ready> questions) {
    int same = 0;
    int allowsWhatWeDeny = 0;
    for (int i = 0; i < questions.size(); i++) {
      boolean ours = questions.get(i).allowed();
      boolean theirs = cedar.answers().get(i).allowed();
      same += ours == theirs ? 1 : 0;
      allowsWhatWeDeny += !ours && theirs ? 1 : 0;
    }
    details.put("casesAnsweredAlike", same);
    details.put("casesCedarAllowsAndWeDeny", allowsWhatWeDeny);
  }

  /**
   * The claim that no update of a Swiss member is combined outside Switzerland, of each policy; the
   * slowest is the figure.
   */
  private void proofs() throws IOException {
    Map<String, Samples> all = new LinkedHashMap<>();
    for (ReadyPolicy ready : ReadyPolicy.ALL) {
      Policy policy = ready.policy(folder);
      double[] millis = new double[RUNS];
      for (int run = -WARM_UPS; run < RUNS; run++) {
        long before = THREADS.getCurrentThreadCpuTime();
        Answer answer = Analysis.prove(policy, COMBINED_AT_HOME, NOW, Limits.USUAL);
        double spent = (THREADS.getCurrentThreadCpuTime() - before) / 1e6;
        if (run >= 0) {
          millis[run] = spent;
        }
        details.put("proof." + ready.file(), answer.getClass().getSimpleName());
      }
      all.put(ready.file(), new Samples(millis));
      details.put("proveMillis." + ready.file(), new Samples(millis).describe());
    }
    Samples slowest =
        all.values().stream().max(Comparator.comparing(Samples::median)).orElseThrow();
    figures.put("proveMillis", Figures.round(slowest.median()));
    details.put("proveMillis", slowest.describe());
    Progress.say("proveMillis " + Figures.text(slowest.median()));
  }

  private void report(String key, Samples samples, double atLeast) {
    figures.put(key, Figures.round(samples.median()));
    Map<String, Object> spread = new LinkedHashMap<>(samples.describe());
    spread.put("goal", "at least " + Figures.text(atLeast));
    spread.put("reached", samples.median() >= atLeast);
    details.put(key, spread);
    Progress.say(key + " " + Figures.text(samples.median()));
  }
}
