package org.concordat.bench;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.kernel.Accumulator;
import org.concordat.secureagg.kernel.MerkleRoot;
import org.concordat.secureagg.kernel.Quantiser;
import org.concordat.secureagg.kernel.Unmasker;
import org.concordat.secureagg.message.Task;
import org.concordat.secureagg.server.RoundServer;

/**
 * Whole rounds of a {@link SimWorld}, nobody dropped, null trainers: every message, signature and
 * check of the protocol, but no disk and no network. Each upload's root is verified and the upload
 * folded as it arrives, then forgotten.
 */
final class Rounds {
  private final SimWorld world;
  private final int threads;

  /** Bytes a member sent and received in the last round, vectors included. */
  long bytesUpAMember;

  long bytesDownAMember;

  Rounds(SimWorld world, int threads) {
    this.world = world;
    this.threads = threads;
  }

  /** From the task to the certified checkpoint; the mean that every member computes. */
  double[] run(double[] update) throws Exception {
    world.members.forEach(SimMember::resetBytes);
    Task task = world.task(update.length);
    RoundServer round = world.flight(world.start(task), world.members);
    Accumulator accumulator = new Accumulator(task.quantisation().wireBits(), 0, task.elements());
    List<byte[]> commitments = upload(task, update, accumulator);
    for (byte[] commitment : commitments) {
      round = round.acceptUpload(commitment);
    }
    round = world.flight(round.freezeSurvivors(), world.members).chooseCertificate();
    round = world.flight(round, world.members);
    int[] sum = accumulator.sum();
    Unmasker.unmask(task.quantisation().wireBits(), sum, 0, round.unmaskingInput(), threads);
    Digest next = SimWorld.digest("state after round " + task.round());
    round = world.flight(round.result(MerkleRoot.ofWords(sum), next), world.members);
    double[] mean = adopt(round, task, sum, next);
    world.adopted(next);
    count(task, commitments.get(0).length);
    return mean;
  }

  private List<byte[]> upload(Task task, double[] update, Accumulator accumulator)
      throws Exception {
    return world.each(
        world.members,
        member -> {
          SimMember.Masked masked = member.protect(task.digest(), update, 30);
          byte[] wire = masked.wire();
          masked.requireRoot(task, world.notary);
          synchronized (accumulator) {
            accumulator.fold(0, wire, 0, task.elements());
          }
          return masked.sealedCommitment();
        });
  }

  /** Every member checks the sum's root, computes the mean and signs the next state. */
  private double[] adopt(RoundServer agreeing, Task task, int[] sum, Digest next) throws Exception {
    RoundServer round = agreeing;
    double[][] mean = new double[1][];
    for (List<byte[]> signatures :
        world.each(
            world.members,
            member -> {
              mean[0] = new Quantiser(task.quantisation(), world.cohort.size()).mean(sum).mean();
              return member.apply(m -> m.adopt(task.digest(), sum, next));
            })) {
      for (byte[] signature : signatures) {
        round = round.accept(signature);
      }
    }
    if (round.phase() != RoundServer.Phase.CHECKPOINTED) {
      throw new IllegalStateException("the round stands at " + round.phase());
    }
    return mean[0];
  }

  private void count(Task task, int commitmentBytes) {
    SimMember first = world.members.get(0);
    bytesUpAMember = first.bytesUp + commitmentBytes + task.wireBytes();
    bytesDownAMember = first.bytesDown + 4L * task.elements();
  }

  /**
   * The same round with plain float32 vectors: every member sends 4 bytes a value and receives as
   * many.
   */
  static double[] unprotected(SimWorld world, double[] update) throws Exception {
    float[] sum = new float[update.length];
    AtomicLong weights = new AtomicLong();
    world.each(
        world.members,
        member -> {
          byte[] wire = Plain.encode(update);
          synchronized (sum) {
            Plain.fold(sum, wire, 30);
            weights.addAndGet(30);
          }
          return wire.length;
        });
    byte[] published = Plain.mean(sum, weights.get());
    double[][] mean = new double[1][];
    world.each(
        world.members,
        member -> {
          mean[0] = Plain.decode(published);
          return published.length;
        });
    return mean[0];
  }
}
