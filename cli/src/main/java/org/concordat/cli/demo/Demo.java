package org.concordat.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.concordat.agent.train.TrainerFailedException;
import org.concordat.agent.train.TrainerLaunch;
import org.concordat.cli.client.JobFile;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.cli.text.JobReply;
import org.concordat.cli.text.Terminal;
import org.concordat.protocol.v1.JobSpec;

/**
 * The whole alliance on one machine, by the commands that people run, and what they print. Short
 * ones run in this process, the founding among them; whatever takes part in a round is a process of
 * its own. The one thing that the demo computes itself is the pooled yardstick.
 */
public final class Demo {
  /**
   * How long a round waits for a hospital that is gone: longer than its agent takes to come back.
   */
  private static final int DEADLINE_SECONDS = 12;

  private static final long START_LIMIT_MILLIS = 60_000;
  private static final long STOP_SECONDS = 10;

  private final Terminal terminal;
  private final Scenario scenario;
  private final Layout layout;
  private final Programs programs;
  private final Path trainer;
  private final Path natives;
  private final Map<String, Process> agents = new ConcurrentHashMap<>();
  private final String coordinator;
  private final String operator;
  private long startNanos = System.nanoTime();

  public Demo(
      Terminal terminal,
      Scenario scenario,
      Layout layout,
      Programs programs,
      Path trainer,
      Path natives) {
    this.terminal = terminal;
    this.scenario = scenario;
    this.layout = layout;
    this.programs = programs;
    this.trainer = trainer;
    this.natives = natives;
    this.coordinator = scenario.coordinator().name();
    this.operator = scenario.operator().name();
  }

  /**
   * Runs it.
   *
   * @param rounds training rounds, or 0 for as many as the job says
   */
  public void run(int rounds) throws IOException, InterruptedException, TrainerFailedException {
    prepareNatives();
    startNanos = System.nanoTime();
    new Founding(scenario, layout, programs, this::step).make();
    Files.createDirectories(layout.home(operator));
    layout.writeJob(scenario, rounds, DEADLINE_SECONDS);
    JobSpec spec = JobFile.read(layout.jobFile(operator));
    Process running = startAll(spec);
    double firstRound = follow(spec);
    Path federated = layout.home(operator).resolve("model.bin");
    export(spec, federated);
    step("stopping coordinator and agents");
    stop(running);
    LogFacts facts =
        LogFacts.read(
            log("query", "--job", spec.getJob(), "--limit", "900000", "--output", "json"));
    Scores scores =
        new Yardsticks(scenario, layout, programs, trainer, natives, this::step)
            .score(spec, federated);
    scores.print(terminal);
    terminal.line("");
    finish(facts, scores, firstRound);
  }

  private void prepareNatives() throws TrainerFailedException {
    if (!TrainerLaunch.isPrepared(natives)) {
      terminal.line("Unpacking the trainer's natives into " + natives + " (once, some 400 MB) ...");
    }
    new TrainerLaunch(List.of(TrainerLaunch.currentJava().toString()), trainer, natives, natives)
        .prepare();
  }

  /** All at once; agents try again until the coordinator is there. */
  private Process startAll(JobSpec spec) throws IOException, InterruptedException {
    int port = freePort();
    step("concordat coordinator start, on port " + port);
    layout.writeCoordinator(scenario, "127.0.0.1:" + port);
    layout.writeClient(scenario, port);
    Process process =
        programs.daemon(
            List.of(
                "coordinator", "start", "--config", layout.coordinatorFile(coordinator).toString()),
            layout.log(coordinator));
    step("concordat agent start, " + scenario.sites().size() + " times");
    for (Scenario.Site site : scenario.sites()) {
      layout.writeSite(scenario, site, port, spec, trainer, natives);
      startAgent(site.name());
    }
    awaitCoordinator(process);
    return process;
  }

  /** One that the system picks. Should another program take it first, the coordinator says so. */
  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void awaitCoordinator(Process process) throws IOException, InterruptedException {
    Path portFile = layout.home(coordinator).resolve("port");
    long until = System.currentTimeMillis() + START_LIMIT_MILLIS;
    while (!Files.exists(portFile) || Files.size(portFile) == 0) {
      if (!process.isAlive() || System.currentTimeMillis() > until) {
        throw new Failure(
            ExitCode.UNAVAILABLE,
            "the coordinator did not start:\n" + tail(layout.log(coordinator)),
            "");
      }
      Thread.sleep(20);
    }
  }

  private void startAgent(String site) throws IOException {
    agents.put(
        site,
        programs.daemon(
            List.of("agent", "start", "--config", layout.agentFile(site).toString()),
            layout.log(site)));
  }

  /** What the coordinator says to the job. */
  private void answered(JobSpec spec, JsonNode reply) {
    JobReply.lines(reply)
        .forEach(line -> terminal.line(("  " + line.replace("\n", "\n  ")).stripTrailing()));
    if (!reply.path("accepted").asBoolean()) {
      throw new Failure(
          reply.isMissingNode() ? ExitCode.UNAVAILABLE : ExitCode.DENIED,
          "the job was not accepted: " + reply.path("reason").asText(),
          layout.log(operator) + " says more");
    }
    step(
        "each agent's own policy and data answer; then "
            + spec.getRounds()
            + " training rounds and one that evaluates");
  }

  /**
   * @return when the first round was committed, in seconds
   */
  private double follow(JobSpec spec) throws IOException, InterruptedException {
    String name = scenario.sites().get(scenario.sites().size() - 1).name();
    Rounds.Victim victim =
        new Rounds.Victim() {
          @Override
          public String name() {
            return name;
          }

          @Override
          public void kill() throws InterruptedException {
            programs.kill(Objects.requireNonNull(agents.get(name)));
          }

          @Override
          public void startAgain() throws IOException {
            startAgent(name);
          }
        };
    step("concordat job submit --watch");
    Programs.Running watch =
        programs.follow(
            List.of(
                "job",
                "submit",
                layout.jobFile(operator).toString(),
                "--watch",
                "--output",
                "json",
                "--config",
                layout.clientFile(operator).toString()),
            layout.log(operator));
    Rounds committed = new Rounds(victim, new Progress(terminal), this::step);
    committed.follow(watch, reply -> answered(spec, reply));
    return (committed.firstNanos() - startNanos) / 1e9;
  }

  /** A member receives what was released to it; for anybody else it would be an export. */
  private void export(JobSpec spec, Path to) {
    String member = scenario.sites().get(0).name();
    programs.here(
        List.of(
            "model",
            "export",
            spec.getJob(),
            "--out",
            to.toString(),
            "--config",
            layout.agentFile(member).toString()));
  }

  private String log(String command, String... arguments) {
    List<String> all =
        new ArrayList<>(List.of("audit", command, "--genesis", layout.genesis().toString()));
    if (command.equals("query")) {
      all.add("--dir");
    }
    all.add(auditLog().toString());
    all.addAll(List.of(arguments));
    return programs.here(all);
  }

  private Path auditLog() {
    return layout.home(coordinator).resolve("audit-log");
  }

  private void stop(Process running) throws InterruptedException {
    for (Process agent : agents.values()) {
      agent.destroy();
    }
    for (Process agent : agents.values()) {
      programs.stop(agent, STOP_SECONDS);
    }
    programs.stop(running, STOP_SECONDS);
  }

  private void finish(LogFacts facts, Scores scores, double firstRound)
      throws IOException, InterruptedException {
    step("concordat audit verify");
    var verified = new ObjectMapper().readTree(log("verify", "--output", "json"));
    terminal.line(
        "  "
            + verified.path("size").asLong()
            + " entries verified, root "
            + verified.path("root").asText());
    terminal.line(
        "  the log tells: "
            + facts.roundsCommitted()
            + " rounds committed by "
            + String.join(", ", facts.members())
            + "; dropped "
            + names(facts.dropped())
            + "; back again "
            + names(facts.rejoined()));
    double seconds = seconds();
    ObjectNode json = Terminal.object().put("roundsCommitted", facts.roundsCommitted());
    facts.members().forEach(json.putArray("members")::add);
    facts.dropped().forEach(json.putArray("dropped")::add);
    facts.rejoined().forEach(json.putArray("rejoined")::add);
    json.putObject("accuracy")
        .put("federated", scores.mean(Scores.FEDERATED))
        .put("pooled", scores.mean(Scores.POOLED))
        .put("localMean", scores.localMean());
    json.putObject("audit")
        .put("size", verified.path("size").asLong())
        .put("verified", verified.path("verified").asBoolean());
    json.put("secondsToFirstRound", tenths(firstRound));
    json.put("seconds", tenths(seconds));
    terminal.line(
        String.format(
            java.util.Locale.ROOT,
            "Done in %.1f s; the first round was committed after %.1f s.",
            seconds,
            firstRound));
    terminal.value(json);
  }

  private static double tenths(double seconds) {
    return Math.round(seconds * 10) / 10.0;
  }

  private static String names(List<String> members) {
    return members.isEmpty() ? "nobody" : String.join(", ", members);
  }

  private double seconds() {
    return (System.nanoTime() - startNanos) / 1e9;
  }

  private void step(String what) {
    String line = String.format(java.util.Locale.ROOT, "[%5.1f s] %s", seconds(), what);
    if (terminal.json()) {
      terminal.note(line);
    } else {
      terminal.line(line);
    }
  }

  private static String tail(Path log) throws IOException {
    try (Stream<String> lines = Files.lines(log)) {
      List<String> all = lines.toList();
      return String.join("\n", all.subList(Math.max(0, all.size() - 10), all.size()));
    }
  }
}
