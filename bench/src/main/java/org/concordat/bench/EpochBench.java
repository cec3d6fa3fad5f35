package org.concordat.bench;

import java.util.LinkedHashMap;
import java.util.Map;

/** CPU time and traffic of one epoch of 256 members, R = 64 tokens, all present. */
final class EpochBench {
  private EpochBench() {}

  static void run(Report report, int members) throws Exception {
    Progress.say("an epoch of " + members + " members: a minute or two");
    try (SimWorld world = new SimWorld(members)) {
      double wall = Timing.seconds(world::runEpoch);
      Samples cpu =
          new Samples(world.members.stream().mapToDouble(m -> m.cpuNanos / 1e9).toArray());
      report.figure(Goal.EPOCH_CPU, cpu);
      Map<String, Object> detail = new LinkedHashMap<>();
      detail.put("members", members);
      detail.put("wallSecondsAllInOneJvm", Figures.round(wall));
      detail.put("bytesUpAMember", median(world, member -> member.bytesUp).median());
      detail.put("bytesDownAMember", median(world, member -> member.bytesDown).median());
      detail.put("durableBytesAMember", median(world, SimMember::diskBytes).median());
      report.detail("epochN" + members, detail);
    }
  }

  private static Samples median(SimWorld world, java.util.function.ToLongFunction<SimMember> of) {
    return new Samples(world.members.stream().mapToDouble(of::applyAsLong).toArray());
  }
}
