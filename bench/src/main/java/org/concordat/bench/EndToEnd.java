package org.concordat.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The whole secure round of real protocol clients in one JVM against the same round with plain
 * float32 vectors, by turns.
 */
final class EndToEnd {
  private final Report report;
  private final int threads;

  EndToEnd(Report report, int threads) {
    this.report = report;
    this.threads = threads;
  }

  /**
   * @param groups how many cohorts of the world's size there are: each one's round has the same
   *     messages and work, so they are run one after another on tokens of one epoch
   */
  void run(SimWorld world, int groups, int vectorLength, int repetitions) throws Exception {
    int members = groups * world.members.size();
    Progress.say("end to end: n = " + members + ", m = " + vectorLength);
    double[] update = Vectors.update(vectorLength, 5);
    Rounds rounds = new Rounds(world, threads);
    double[] secureCpu = new double[repetitions];
    double[] plainCpu = new double[repetitions];
    double[] secure = new double[repetitions];
    double[] plain = new double[repetitions];
    for (int i = 0; i < repetitions; i++) {
      double start = cpuSeconds();
      secure[i] = Timing.seconds(() -> repeat(groups, () -> rounds.run(update)));
      double middle = cpuSeconds();
      plain[i] = Timing.seconds(() -> repeat(groups, () -> Rounds.unprotected(world, update)));
      secureCpu[i] = middle - start;
      plainCpu[i] = cpuSeconds() - middle;
    }
    Map<String, Object> detail = new LinkedHashMap<>();
    detail.put("secureSeconds", new Samples(secure).describe());
    detail.put("unprotectedSeconds", new Samples(plain).describe());
    detail.put("secureCpuSeconds", new Samples(secureCpu).describe());
    detail.put("unprotectedCpuSeconds", new Samples(plainCpu).describe());
    detail.put("secureBytesUpAMember", rounds.bytesUpAMember);
    detail.put("secureBytesDownAMember", rounds.bytesDownAMember);
    detail.put("unprotectedBytesUpAMember", 4L * vectorLength);
    detail.put("liveHeapMiB", liveHeapMiB());
    report.detail("endToEndN" + members + "M" + vectorLength, detail);
    Progress.say("  " + detail);
  }

  private static void repeat(int times, Timing.Work work) throws Exception {
    for (int i = 0; i < times; i++) {
      work.run();
    }
  }

  private static double cpuSeconds() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
            .getProcessCpuTime()
        / 1e9;
  }

  /** All members and the coordinator, after the round. */
  private static long liveHeapMiB() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return (runtime.totalMemory() - runtime.freeMemory()) >> 20;
  }
}
