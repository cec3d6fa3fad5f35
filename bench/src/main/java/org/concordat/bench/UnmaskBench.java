package org.concordat.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.concordat.secureagg.kernel.Accumulator;
import org.concordat.secureagg.kernel.MaskTerm;
import org.concordat.secureagg.kernel.Quantiser;
import org.concordat.secureagg.kernel.Unmasker;
import org.concordat.secureagg.message.Task;
import org.concordat.secureagg.server.RoundServer;
import org.jspecify.annotations.Nullable;

/**
 * From the members' reveals to the mean: checking signatures and share hashes, Shamir, opening the
 * dropped members' records, deriving the keys, removing all masks. Flower's {@code unmask_stage}
 * does the same from its clients' shares to its mean.
 */
final class UnmaskBench {
  private static final int DROPPED = 10;

  private final SimWorld world;
  private final double[] update;
  private final int threads;

  UnmaskBench(SimWorld world, double[] update, int threads) {
    this.world = world;
    this.update = update;
    this.threads = threads;
  }

  /**
   * @param started uploads are open, all members have accepted the task
   */
  void run(Report report, RoundServer started, int repetitions, @Nullable Flower flower)
      throws Exception {
    List<SimMember> alive = world.members.subList(0, world.members.size() - DROPPED);
    Task task = started.task();
    Accumulator masked = new Accumulator(task.quantisation().wireBits(), 0, task.elements());
    RoundServer round = started;
    for (SimMember.Masked y :
        world.each(alive, member -> member.protect(task.digest(), update, 30))) {
      masked.fold(0, y.wire(), 0, task.elements());
      round = round.acceptUpload(y.sealedCommitment());
    }
    round = world.flight(round.freezeSurvivors(), alive).chooseCertificate();
    List<byte[]> reveals = reveals(round, alive);
    double[] seconds = new double[repetitions];
    for (int i = -2; i < repetitions; i++) {
      double now = once(round, reveals, masked.sum());
      if (i >= 0) {
        seconds[i] = now;
      }
    }
    report(report, new Samples(seconds), flower);
  }

  private List<byte[]> reveals(RoundServer round, List<SimMember> alive) throws Exception {
    int threshold = world.cohort.threshold();
    List<byte[]> reveals = new ArrayList<>();
    for (List<byte[]> sent :
        world.each(alive.subList(0, threshold), m -> m.handle(round.outgoing(m.name)))) {
      reveals.addAll(sent);
    }
    return reveals;
  }

  private double once(RoundServer certified, List<byte[]> reveals, int[] maskedSum)
      throws Exception {
    int[] sum = maskedSum.clone();
    Task task = certified.task();
    double[][] mean = new double[1][];
    double seconds =
        Timing.seconds(
            () -> {
              RoundServer round = certified;
              for (byte[] reveal : reveals) {
                round = round.accept(reveal);
              }
              List<MaskTerm> terms = round.unmaskingInput();
              Unmasker.unmask(task.quantisation().wireBits(), sum, 0, terms, threads);
              mean[0] = new Quantiser(task.quantisation(), world.cohort.size()).mean(sum).mean();
            });
    check(mean[0], task.quantisation().step());
    return seconds;
  }

  /** Everyone sent the same update: the mean must be it, to a rounding step at this weight. */
  private void check(double[] mean, double step) {
    double tolerance = step * 100 / 30;
    for (int i = 0; i < mean.length; i++) {
      if (!(Math.abs(mean[i] - update[i]) <= tolerance)) {
        throw new IllegalStateException(
            "The unmasked mean is wrong at " + i + ": " + mean[i] + ", not " + update[i] + ".");
      }
    }
  }

  private void report(Report report, Samples ours, @Nullable Flower flower) throws Exception {
    Map<String, Object> detail = new LinkedHashMap<>();
    detail.put("members", world.members.size());
    detail.put("dropped", DROPPED);
    detail.put("threads", threads);
    detail.put("seconds", ours.describe());
    if (flower != null) {
      Progress.say("Flower's unmask, once: a minute or two");
      JsonNode theirs = flower.ask("unmask " + world.members.size() + " " + DROPPED);
      double whole = theirs.get("seconds").asDouble();
      double shamir = theirs.get("shamir").asDouble();
      report.figure(Goal.UNMASK, inverse(ours).times(whole));
      report.figure(Goal.UNMASK_WITHOUT_SHAMIR, inverse(ours).times(whole - shamir));
      detail.put("flowerSeconds", Figures.round(whole));
      detail.put("flowerShamirSeconds", Figures.round(shamir));
    }
    report.detail("unmask", detail);
  }

  private static Samples inverse(Samples seconds) {
    return new Samples(Arrays.stream(seconds.values()).map(s -> 1 / s).toArray());
  }
}
