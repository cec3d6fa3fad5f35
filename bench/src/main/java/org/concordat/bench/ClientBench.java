package org.concordat.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.kernel.Masks;
import org.concordat.secureagg.member.Member;
import org.jspecify.annotations.Nullable;

/**
 * A member's whole {@code Member.protect} (clip, quantise, own mask and K pair masks, pack, Merkle
 * root, sign) against the masked-vector stage of Flower's client (quantise, own mask, K pair masks,
 * reduce, serialise), by turns on the same vector, each as it is: ours puts masks on with as many
 * threads as {@code Masks.threadsFor} says, Flower's has one. Our key agreements are paid once an
 * epoch, Flower's each round within this stage.
 */
final class ClientBench {
  private static final double WARM_UP_SECONDS = 3;
  private final int repetitions;
  private final double[] update;

  ClientBench(int repetitions, double[] update) {
    this.repetitions = repetitions;
    this.update = update;
  }

  /**
   * @param member has accepted the task
   * @param neighbours K
   */
  void run(
      Report report,
      Goal goal,
      SimMember member,
      Digest task,
      int neighbours,
      @Nullable Flower flower)
      throws Exception {
    warmUp(member, task);
    double[] ours = new double[repetitions];
    double[] masked = new double[repetitions];
    double[] whole = new double[repetitions];
    if (flower != null) {
      flower.ask("client " + neighbours);
    }
    for (int i = 0; i < repetitions; i++) {
      ours[i] = protect(member, task);
      if (flower != null) {
        JsonNode answer = flower.ask("client " + neighbours);
        masked[i] = answer.get("masked").asDouble();
        whole[i] = answer.get("whole").asDouble();
      }
    }
    Samples protect = new Samples(ours);
    Map<String, Object> detail = new LinkedHashMap<>();
    detail.put("protectSeconds", protect.describe());
    detail.put("protectThreadsForMasks", Masks.threadsFor(update.length));
    if (flower != null) {
      report.figure(goal, new Samples(masked).over(protect));
      detail.put("flowerMaskedVectorSeconds", new Samples(masked).describe());
      detail.put("flowerWholeClientOverOurs", new Samples(whole).over(protect).describe());
    }
    report.detail("clientK" + neighbours, detail);
  }

  private void warmUp(SimMember member, Digest task) throws Exception {
    for (double spent = 0; spent < WARM_UP_SECONDS; ) {
      spent += protect(member, task);
    }
  }

  private double protect(SimMember member, Digest task) throws Exception {
    Member twin = member.twin();
    return Timing.seconds(() -> twin.protect(task, update, 30));
  }
}
