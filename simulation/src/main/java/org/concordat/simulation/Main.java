package org.concordat.simulation;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.logging.LogManager;

/**
 * Runs seeds one after another. A seed that fails is printed with its plan, reduced: every fault
 * and lie without which it fails just as well is left out. {@code -Dsimulation.log=true} keeps the
 * logs of the product.
 */
public final class Main {
  private static final int MEMBERS = 4;

  private Main() {}

  /**
   * @param args {@code [--seeds N] [--seed FIRST] [--output json]}; progress goes to stderr; the
   *     last line of stdout is one JSON object; exit code 1 if a seed failed, 2 for a wrong option
   */
  public static void main(String[] args) throws IOException {
    long seeds = 100;
    long first = 1;
    for (int i = 0; i + 1 < args.length; i += 2) {
      switch (args[i]) {
        case "--seeds" -> seeds = Long.parseLong(args[i + 1]);
        case "--seed" -> first = Long.parseLong(args[i + 1]);
        case "--output" -> require(args[i + 1].equals("json"), "--output json is the only one");
        default ->
            require(false, "unknown option " + args[i] + ": --seeds N, --seed S, --output json");
      }
    }
    if (!Boolean.getBoolean("simulation.log")) {
      LogManager.getLogManager().reset();
    }
    int failed;
    try (Grounds grounds = Grounds.of(MEMBERS)) {
      failed = run(grounds.founded(), grounds.root(), first, seeds);
    }
    if (failed > 0) {
      System.exit(1);
    }
  }

  private static void require(boolean holds, String why) {
    if (!holds) {
      System.err.println(why);
      System.exit(2);
    }
  }

  private static int run(Founded founded, Path root, long first, long seeds) {
    List<Long> failed = new ArrayList<>();
    long jobs = 0;
    long begin = System.nanoTime();
    for (long seed = first; seed < first + seeds; seed++) {
      Simulation.Outcome outcome = Simulation.run(founded, root, seed);
      jobs += outcome.plan().jobs();
      if (outcome.failed()) {
        failed.add(seed);
        long same = seed;
        System.err.println(
            describe(reduce(outcome, plan -> Simulation.run(founded, root, same, plan))));
      } else if (seeds == 1) {
        System.err.println(describe(outcome));
      }
    }
    double seconds = (System.nanoTime() - begin) / 1e9;
    System.out.printf(
        Locale.ROOT,
        "{\"seeds\":%d,\"failed\":%s,\"jobsPerSecond\":%.2f}%n",
        seeds,
        failed,
        jobs / seconds);
    return failed.size();
  }

  /** Leaves out one fault after another, as long as it still fails. */
  static Simulation.Outcome reduce(
      Simulation.Outcome failed, Function<Plan, Simulation.Outcome> again) {
    Simulation.Outcome smallest = failed;
    int at = 0;
    while (at < smallest.plan().parts()) {
      Simulation.Outcome fewer = again.apply(smallest.plan().without(at));
      if (fewer.failed()) {
        smallest = fewer;
      } else {
        at++;
      }
    }
    return smallest;
  }

  /** For people. */
  static String describe(Simulation.Outcome outcome) {
    StringBuilder text = new StringBuilder();
    text.append("seed ").append(outcome.seed()).append(": jobs ").append(outcome.states());
    text.append(" after ").append(outcome.millis() / 1000).append(" virtual seconds\n");
    outcome.violations().forEach(what -> text.append("  ! ").append(what).append('\n'));
    text.append("  lines: ").append(outcome.plan().breaking()).append(" % of calls break, ");
    text.append(outcome.plan().repeating()).append(" % of messages come twice, up to ");
    text.append(outcome.plan().slowestMillis()).append(" ms; ");
    text.append(outcome.plan().declining()).append(" % of trainings fail\n");
    outcome.plan().faults().forEach(fault -> text.append("  ").append(fault).append('\n'));
    if (outcome.plan().joinMillis() != Plan.NEVER) {
      text.append("  joins after ").append(outcome.plan().joinMillis() / 1000.0).append(" s\n");
    }
    outcome.plan().departs().ifPresent(one -> text.append("  ").append(one).append('\n'));
    outcome.plan().lies().forEach(lie -> text.append("  ").append(lie).append('\n'));
    text.append("  told: ").append(outcome.told()).append(", shown: ").append(outcome.shown());
    return text.append('\n').toString();
  }
}
