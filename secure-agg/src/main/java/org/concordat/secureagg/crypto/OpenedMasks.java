package org.concordat.secureagg.crypto;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.kernel.MaskTerm;
import org.concordat.secureagg.message.Task;

/**
 * The masks that are left in the sum of the survivors' uploads: each survivor's own, and its pair
 * masks with each dropped member.
 */
public final class OpenedMasks {
  private OpenedMasks() {}

  /**
   * @param seeds b_i by survivor's index
   * @param pairs by dropped member's index, u_ij by survivor's index
   */
  public static List<MaskTerm> terms(
      Cohort cohort,
      Task task,
      SortedMap<Integer, Bytes> seeds,
      SortedMap<Integer, SortedMap<Integer, Bytes>> pairs) {
    List<MaskTerm> terms = new ArrayList<>();
    seeds.forEach((survivor, seed) -> terms.add(self(cohort, task, survivor, seed)));
    pairs.forEach(
        (dropped, all) ->
            all.forEach(
                (survivor, secret) -> terms.add(pair(cohort, task, survivor, dropped, secret))));
    return List.copyOf(terms);
  }

  private static MaskTerm self(Cohort cohort, Task task, int survivor, Bytes seed) {
    String member = cohort.members().get(survivor);
    byte[] key = Derivation.selfMask(seed.toArray(), cohort.alliance(), task, member);
    return new MaskTerm(Bytes.of(key), true);
  }

  /** The lower id added its pair mask, the higher subtracted it. */
  private static MaskTerm pair(Cohort cohort, Task task, int survivor, int dropped, Bytes secret) {
    String low = cohort.members().get(Math.min(survivor, dropped));
    String high = cohort.members().get(Math.max(survivor, dropped));
    byte[] key = Derivation.pairMask(secret.toArray(), cohort.alliance(), task, low, high);
    return new MaskTerm(Bytes.of(key), survivor < dropped);
  }
}
