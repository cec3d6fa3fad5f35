package org.concordat.e2e;

import com.google.protobuf.MessageLite;
import io.grpc.ForwardingServerCall;
import io.grpc.ForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.concordat.coordinator.access.CallerInterceptor;
import org.concordat.protocol.v1.Activation;
import org.concordat.protocol.v1.DenseLayer;
import org.concordat.protocol.v1.ModelSpec;
import org.concordat.protocol.v1.RoundSummary;

/**
 * Seconds a round, secure aggregation on, a coordinator and four agent processes over TLS on
 * loopback, with trainers that return at once: {@code RoundSpeed [ROUNDS] [UNITS]}. Prints one line
 * of JSON. Started by {@code bench/run rounds}.
 */
public final class RoundSpeed {
  private static final int WARM_UP = 5;

  private RoundSpeed() {}

  /** Counts the bytes of messages, by member and direction. */
  private static final class Meter implements ServerInterceptor {
    final Map<String, AtomicLong> bytes = new ConcurrentHashMap<>();

    private void count(String direction, Object message) {
      if (CallerInterceptor.CALLER.get() != null) {
        String key = CallerInterceptor.CALLER.get().member().value() + " " + direction;
        bytes
            .computeIfAbsent(key, any -> new AtomicLong())
            .addAndGet(((MessageLite) message).getSerializedSize());
      }
    }

    long of(String key) {
      return bytes.getOrDefault(key, new AtomicLong()).get();
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
      var context = io.grpc.Context.current();
      ServerCall<Q, A> out =
          new ForwardingServerCall.SimpleForwardingServerCall<>(call) {
            @Override
            public void sendMessage(A message) {
              context.run(() -> count("down", message));
              super.sendMessage(message);
            }
          };
      return new ForwardingServerCallListener.SimpleForwardingServerCallListener<>(
          next.startCall(out, headers)) {
        @Override
        public void onMessage(Q message) {
          context.run(() -> count("up", message));
          super.onMessage(message);
        }
      };
    }
  }

  public static void main(String[] arguments) throws Exception {
    int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 40;
    int units = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 10;
    Path root = Files.createTempDirectory("concordat-rounds");
    List<Process> agents = new ArrayList<>();
    Meter meter = new Meter();
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy())) {
      alliance.startCoordinator(point -> {}, meter);
      for (String member : TestAlliance.MEMBERS) {
        agents.add(agent(alliance, member));
      }
      var job = TestAlliance.job("speed", rounds);
      job.setModel(
          ModelSpec.newBuilder(job.getModel())
              .clearLayers()
              .addLayers(DenseLayer.newBuilder().setUnits(units).setActivation(Activation.TANH))
              .addLayers(DenseLayer.newBuilder().setUnits(1).setActivation(Activation.SIGMOID)));
      if (!alliance.submit(job.build()).getAccepted()) {
        throw new IllegalStateException("the job was not accepted");
      }
      awaitRound(alliance, 1);
      long before = total(meter);
      int from = alliance.rounds("speed").size();
      alliance.awaitEnd("speed", 600);
      long perMemberRound = (total(meter) - before) / 4 / Math.max(1, rounds + 1 - from);
      System.out.println(report(alliance.rounds("speed"), agents, perMemberRound, meter, units));
    } finally {
      agents.forEach(Process::destroyForcibly);
      try (var files = Files.walk(root)) {
        files.sorted(java.util.Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
      }
    }
  }

  private static void awaitRound(TestAlliance alliance, int committed) throws Exception {
    while (alliance.rounds("speed").stream()
            .filter(round -> round.getPhase().equals("COMMITTED"))
            .count()
        < committed) {
      Thread.sleep(20);
    }
  }

  private static long total(Meter meter) {
    return TestAlliance.MEMBERS.stream()
        .mapToLong(m -> meter.of(m + " up") + meter.of(m + " down"))
        .sum();
  }

  private static Process agent(TestAlliance alliance, String member) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
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

  private static String report(
      List<RoundSummary> rounds, List<Process> agents, long perMemberRound, Meter meter, int units)
      throws Exception {
    double[] seconds =
        rounds.stream()
            .skip(WARM_UP)
            .mapToDouble(round -> (round.getEndedMillis() - round.getStartedMillis()) / 1000.0)
            .sorted()
            .toArray();
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("rounds", seconds.length);
    out.put("parameters", 4 * units + 1);
    out.put("secondsMedian", seconds[seconds.length / 2]);
    out.put("secondsP10", seconds[seconds.length / 10]);
    out.put("secondsP90", seconds[seconds.length * 9 / 10]);
    out.put("bytesUpAndDownAMemberAndRound", perMemberRound);
    out.put("coordinatorRssMb", rssMb(ProcessHandle.current().pid()));
    out.put("agentRssMb", rssMb(agents.get(0).pid()));
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
