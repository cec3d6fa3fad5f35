package org.concordat.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.concordat.secureagg.check.LeafProof;
import org.concordat.secureagg.check.RoundRecord;
import org.concordat.secureagg.check.Sample;
import org.concordat.secureagg.check.VerifiedRound;
import org.concordat.secureagg.kernel.Accumulator;
import org.concordat.secureagg.kernel.MerkleRoot;
import org.concordat.secureagg.kernel.Unmasker;
import org.concordat.secureagg.message.Task;
import org.concordat.secureagg.server.RoundServer;

/**
 * A member's spot check of 1 % of the leaves against its replay of all of them: the record's
 * signatures and seeds, then leaf by leaf. Neither counts the sum's root, which a member checks
 * once a round whether it samples or not; it is reported beside. Asking for leaves is not timed.
 */
final class SpotCheckBench {
  private static final double FRACTION = 0.01;
  private static final int REPETITIONS = 5;

  private final SimWorld world;
  private final Map<String, AuditPaths> uploads = new LinkedHashMap<>();
  private RoundRecord record;
  private int[] sum;

  /** Runs a round and keeps its uploads. */
  SpotCheckBench(SimWorld world, double[] update) throws Exception {
    this.world = world;
    Task task = world.task(update.length);
    RoundServer round = world.flight(world.start(task), world.members);
    Accumulator accumulator = new Accumulator(task.quantisation().wireBits(), 0, task.elements());
    List<SimMember.Masked> all =
        world.each(world.members, member -> member.protect(task.digest(), update, 30));
    for (int i = 0; i < all.size(); i++) {
      byte[] wire = all.get(i).wire();
      accumulator.fold(0, wire, 0, task.elements());
      uploads.put(world.members.get(i).name, new AuditPaths(wire, task.quantisation().wireBytes()));
      round = round.acceptUpload(all.get(i).sealedCommitment());
    }
    round = world.flight(round.freezeSurvivors(), world.members).chooseCertificate();
    round = world.flight(round, world.members);
    sum = accumulator.sum();
    Unmasker.unmask(task.quantisation().wireBits(), sum, 0, round.unmaskingInput(), 2);
    record = round.result(MerkleRoot.ofWords(sum), SimWorld.digest("next")).record().orElseThrow();
  }

  void run(Report report) throws Exception {
    int leaves = VerifiedRound.of(record, world.notary).leafCount();
    List<Integer> all = IntStream.range(0, leaves).boxed().toList();
    double[] spot = new double[REPETITIONS];
    double[] replay = new double[REPETITIONS];
    double[] leavesOnly = new double[REPETITIONS];
    double[] root = new double[REPETITIONS];
    for (int i = -1; i < REPETITIONS; i++) {
      List<Integer> sample = Sample.of(leaves, FRACTION, new Random(i));
      double[] part = check(sample);
      double[] whole = check(all);
      if (i >= 0) {
        spot[i] = part[0];
        replay[i] = whole[0];
        leavesOnly[i] = part[1] / whole[1];
        root[i] = part[2];
      }
    }
    report.figure(Goal.SPOT_CHECK, new Samples(spot).over(new Samples(replay)));
    Map<String, Object> detail = new LinkedHashMap<>();
    detail.put("members", world.members.size());
    detail.put("vectorLength", sum.length - 1);
    detail.put("leaves", leaves);
    detail.put("leavesSampled", Sample.of(leaves, FRACTION, new Random(0)).size());
    detail.put("spotCheckSeconds", new Samples(spot).describe());
    detail.put("replaySeconds", new Samples(replay).describe());
    detail.put("sumRootSeconds", new Samples(root).describe());
    detail.put("leavesOnlyRatio", new Samples(leavesOnly).describe());
    report.detail("spotCheck", detail);
  }

  /** Seconds of the whole check, of it the leaves, and of the sum's root beside it. */
  private double[] check(List<Integer> leaves) throws Exception {
    VerifiedRound[] verified = new VerifiedRound[1];
    double fixed = Timing.seconds(() -> verified[0] = VerifiedRound.of(record, world.notary));
    double root = Timing.seconds(() -> verified[0].checkSum(sum));
    double arithmetic = 0;
    for (int leaf : leaves) {
      Map<String, LeafProof> proofs = new LinkedHashMap<>();
      uploads.forEach((name, paths) -> proofs.put(name, paths.proof(leaf)));
      arithmetic += Timing.seconds(() -> verified[0].checkLeaf(leaf, sum, proofs));
    }
    return new double[] {fixed + arithmetic, arithmetic, root};
  }
}
