package org.concordat.e2e;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.concordat.protocol.JobSpecs;
import org.concordat.protocol.v1.Activation;
import org.concordat.protocol.v1.DenseLayer;
import org.concordat.protocol.v1.JobSpec;
import org.concordat.protocol.v1.JobSummary;
import org.concordat.protocol.v1.ListJobsRequest;
import org.concordat.protocol.v1.ModelSpec;
import org.concordat.protocol.v1.RoundSummary;

/**
 * Seconds a round, secure aggregation on, a coordinator and agent processes over TLS on loopback,
 * with trainers that return at once: {@code RoundSpeed [ROUNDS] [AGENTS] [PARAMETERS]}. Prints one
 * line of JSON. Started by {@code bench/run rounds} and {@code bench/run secagg}.
 */
public final class RoundSpeed {
  /** Of the rounds, the first half: an agent's code is compiled while it runs. */
  private final int warmUp;

  private static final int LIMIT_SECONDS = 900;

  private static final int POLL_MILLIS = 250;

  /** So long that a slow machine leaves nobody out: a round without somebody is another round. */
  private static final int EPOCH_WAIT_SECONDS = 60;

  private final int rounds;
  private final List<String> members;
  private final JobSpec job;
  private final List<Process> agents = new ArrayList<>();
  private final Traffic traffic = new Traffic();

  private RoundSpeed(int rounds, int agents, int parameters) {
    this.rounds = rounds;
    this.warmUp = rounds / 2;
    this.members =
        agents <= TestAlliance.MEMBERS.size()
            ? TestAlliance.MEMBERS.subList(0, agents)
            : IntStream.range(0, agents).mapToObj(i -> String.format("site-%02d", i)).toList();
    JobSpec.Builder small = TestAlliance.job("speed", rounds);
    this.job =
        small
            .setModel(model(small.getModel(), parameters))
            .setTrainerMemoryMib(512)
            .setDeadlineSeconds(120)
            .build();
  }

  public static void main(String[] arguments) throws Exception {
    int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 40;
    int agents = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 4;
    int parameters = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 41;
    Path root = Files.createTempDirectory("concordat-rounds");
    try {
      System.out.println(new RoundSpeed(rounds, agents, parameters).run(root));
    } finally {
      try (var files = Files.walk(root)) {
        files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
      }
    }
    System.exit(0);
  }

  /** Two hidden layers, nearly square, with as close to that many parameters as comes out. */
  private static ModelSpec model(ModelSpec small, int parameters) {
    int first = Math.max(1, (int) Math.round(Math.sqrt(parameters)) - 3);
    int second = Math.max(1, (parameters - 3 * first - 1) / (first + 2));
    return ModelSpec.newBuilder(small)
        .clearLayers()
        .addLayers(DenseLayer.newBuilder().setUnits(first).setActivation(Activation.TANH))
        .addLayers(DenseLayer.newBuilder().setUnits(second).setActivation(Activation.TANH))
        .addLayers(DenseLayer.newBuilder().setUnits(1).setActivation(Activation.SIGMOID))
        .build();
  }

  private String run(Path root) throws Exception {
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy(), members)) {
      alliance.epochWaitSeconds(EPOCH_WAIT_SECONDS);
      alliance.dropGraceSeconds(EPOCH_WAIT_SECONDS);
      alliance.startCoordinator(point -> {}, traffic);
      for (String member : members) {
        agents.add(start(alliance, member));
      }
      if (!alliance.submit(job).getAccepted()) {
        throw new IllegalStateException("the job was not accepted");
      }
      awaitCommitted(alliance, warmUp);
      long before = traffic.total();
      double[] cpuBefore = cpuSeconds();
      awaitCommitted(alliance, rounds);
      double[] cpu = cpuSeconds();
      long bytes = (traffic.total() - before) / members.size() / (rounds - warmUp);
      JobSummary ended = alliance.awaitEnd("speed", LIMIT_SECONDS);
      if (!ended.getState().equals("COMPLETED")) {
        throw new IllegalStateException("the job ended as " + ended);
      }
      for (int i = 0; i < cpu.length; i++) {
        cpu[i] = (cpu[i] - cpuBefore[i]) / (rounds - warmUp);
      }
      return report(alliance.rounds("speed"), bytes, cpu);
    } finally {
      agents.forEach(Process::destroyForcibly);
    }
  }

  private static void awaitCommitted(TestAlliance alliance, int wanted) throws Exception {
    long end = System.nanoTime() + LIMIT_SECONDS * 1_000_000_000L;
    while (committed(alliance) < wanted) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("stuck: " + alliance.rounds("speed"));
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  /** Asks for the job alone: listing its rounds would have the coordinator read all of them. */
  private static int committed(TestAlliance alliance) throws IOException {
    return alliance
        .operator()
        .listJobs(ListJobsRequest.getDefaultInstance())
        .getJobs(0)
        .getRoundsCommitted();
  }

  private Process start(TestAlliance alliance, String member) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-Djava.util.logging.config.file=" + alliance.loggingConfig(),
                "-cp",
                System.getProperty("java.class.path"),
                ProcessMain.class.getName(),
                "agent",
                alliance.agentConfig(member).toString())
            .redirectError(alliance.home(member).resolve("stderr.log").toFile())
            .start();
    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))
        .readLine();
    return process;
  }

  /** CPU time so far of the coordinator, of all agents, and of all trainers. */
  private double[] cpuSeconds() {
    double trainers = 0;
    double sites = 0;
    for (Process agent : agents) {
      sites += seconds(agent.toHandle());
      trainers += agent.descendants().mapToDouble(RoundSpeed::seconds).sum();
    }
    return new double[] {seconds(ProcessHandle.current()), sites, trainers};
  }

  private static double seconds(ProcessHandle process) {
    return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1e9;
  }

  private String report(List<RoundSummary> all, long bytesAMemberAndRound, double[] cpu)
      throws Exception {
    for (RoundSummary round : all) {
      if (round.getSurvivorsCount() != members.size()) {
        throw new IllegalStateException("somebody was left out: " + round);
      }
    }
    double[] seconds =
        all.stream()
            .skip(warmUp)
            .mapToDouble(round -> (round.getEndedMillis() - round.getStartedMillis()) / 1000.0)
            .toArray();
    double[] sorted = seconds.clone();
    Arrays.sort(sorted);
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("agents", members.size());
    out.put("parameters", JobSpecs.parameters(job.getModel()));
    out.put("rounds", seconds.length);
    out.put("secondsMedian", sorted[sorted.length / 2]);
    out.put("secondsP10", sorted[sorted.length / 10]);
    out.put("secondsP90", sorted[sorted.length * 9 / 10]);
    out.put("bytesUpAndDownAMemberAndRound", bytesAMemberAndRound);
    out.put("coordinatorCpuSecondsARound", cpu[0]);
    out.put("allAgentsCpuSecondsARound", cpu[1]);
    out.put("allTrainersCpuSecondsARound", cpu[2]);
    out.put("coordinatorRssMb", rssMb(ProcessHandle.current().pid()));
    out.put("agentRssMb", rssMb(agents.get(0).pid()));
    out.put("seconds", Arrays.toString(seconds));
    StringBuilder json = new StringBuilder("{");
    out.forEach(
        (key, value) ->
            json.append(json.length() > 1 ? "," : "")
                .append('"')
                .append(key)
                .append("\":")
                .append(value));
    return json.append('}').toString();
  }

  private static long rssMb(long pid) throws Exception {
    return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
        .filter(line -> line.startsWith("VmRSS"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
        .findFirst()
        .orElse(0);
  }
}
