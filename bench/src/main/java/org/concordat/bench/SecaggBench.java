package org.concordat.bench;

import java.io.IOException;
import java.util.List;
import org.concordat.secureagg.message.Task;
import org.concordat.secureagg.server.RoundServer;
import org.jspecify.annotations.Nullable;

/**
 * {@code bench/run secagg}: measures, then prints a table, or with {@code --output json} one JSON
 * object on the last line. Options are made by the script: {@code --flower PYTHON SCRIPT}, {@code
 * --rounds FILE} for each result of RoundSpeed, {@code --quick}.
 */
public final class SecaggBench {
  private static final int REPETITIONS = 11;
  private static final int VECTOR_LENGTH = 1_000_000;
  private static final int[] LENGTHS = {100_000, 1_000_000, 10_000_000};

  /** As many as the coordinator's default number of workers. */
  private static final int THREADS = Runtime.getRuntime().availableProcessors();

  private final Options options;
  private final Report report = new Report();
  private final double[] update = Vectors.update(VECTOR_LENGTH, 1);

  private SecaggBench(Options options) {
    this.options = options;
  }

  public static void main(String[] arguments) throws Exception {
    SecaggBench bench = new SecaggBench(Options.parse(arguments));
    bench.run();
    System.out.println(bench.options.json() ? bench.report.json() : bench.report.table());
    System.exit(0);
  }

  private void run() throws Exception {
    Machine.describe(report);
    for (var file : options.rounds()) {
      AgentRounds.read(report, file);
    }
    section(
        "kernels",
        () -> {
          new KernelBench(REPETITIONS).run(report);
          new LeafBench(REPETITIONS, update).run(report);
        });
    section("upload", () -> UploadBench.run(report));
    try (Flower flower = flower()) {
      section("client-10", () -> clients(11, Goal.CLIENT_K10, flower));
      section("client-100", () -> clients(101, Goal.CLIENT_K100, flower));
    }
    section("round-bytes", this::bytes);
    section("spot-check", this::spotCheck);
    section("end-to-end", this::endToEnd);
    if (!options.quick()) {
      section("peak-heap", () -> new HeapBench(10_000_000).run(report));
      section(
          "epoch-heap",
          () -> {
            EpochHeapBench.run(report, 64);
            EpochHeapBench.run(report, 256);
          });
      section("epoch", () -> EpochBench.run(report, 256));
    }
  }

  /** A part that fails leaves its figures out, and says so: the others are still measured. */
  private void section(String name, Timing.Work work) {
    if (options.only() != null && !options.only().equals(name)) {
      return;
    }
    try {
      work.run();
    } catch (Exception failure) {
      Progress.say(name + " FAILED: " + failure);
      failure.printStackTrace();
      report.detail(name + " failed", String.valueOf(failure));
    }
  }

  /**
   * Null, said on stderr and in the report, if Flower cannot be had: the rest is still measured.
   */
  private @Nullable Flower flower() throws IOException {
    if (options.python() == null || options.script() == null) {
      report.detail("flower", "not available: see the messages above");
      return null;
    }
    try {
      Flower flower = new Flower(options.python(), options.script());
      report.detail("flower", flower.ask("versions"));
      flower.vector(update);
      return flower;
    } catch (IOException failure) {
      Progress.say("Flower is left out: " + failure.getMessage());
      report.detail("flower", "not available: " + failure.getMessage());
      return null;
    }
  }

  private void clients(int members, Goal goal, @Nullable Flower flower) throws Exception {
    Progress.say("an epoch of " + members + " members");
    try (SimWorld world = new SimWorld(members).runEpoch()) {
      Task task = world.task(VECTOR_LENGTH);
      RoundServer round = world.flight(world.start(task), world.members);
      SimMember middle = world.members.get(members / 2);
      new ClientBench(REPETITIONS, update)
          .run(report, goal, middle, task.digest(), members - 1, flower);
      if (goal == Goal.CLIENT_K100) {
        new UnmaskBench(world, update, THREADS).run(report, round, 5, flower);
      }
    }
  }

  private void bytes() throws Exception {
    try (SimWorld world = new SimWorld(100).runEpoch()) {
      new BytesBench(world).run(report);
    }
  }

  private void spotCheck() throws Exception {
    Progress.say("spot-check");
    try (SimWorld world = new SimWorld(32).runEpoch()) {
      double[] large = Vectors.update(options.quick() ? VECTOR_LENGTH : 10 * VECTOR_LENGTH, 7);
      new SpotCheckBench(world, large).run(report);
    }
  }

  private void endToEnd() throws Exception {
    EndToEnd endToEnd = new EndToEnd(report, THREADS);
    for (int members : List.of(4, 32, 128)) {
      try (SimWorld world = new SimWorld(members).runEpoch()) {
        for (int length : LENGTHS) {
          long work = (long) members * members * length;
          if (!options.quick() || work <= 2_000_000_000L) {
            endToEnd.run(world, 1, length, work > 20_000_000_000L ? 1 : 5);
          }
        }
      }
    }
    if (!options.quick()) {
      try (SimWorld world = new SimWorld(250).runEpoch()) {
        endToEnd.run(world, 4, 100_000, 3);
      }
    }
  }
}
