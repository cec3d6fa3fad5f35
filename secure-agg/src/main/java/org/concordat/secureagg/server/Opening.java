package org.concordat.secureagg.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.codec.MalformedMessageException;
import org.concordat.secureagg.crypto.Commitments.Secret;
import org.concordat.secureagg.crypto.OpenedMasks;
import org.concordat.secureagg.kernel.MaskTerm;
import org.concordat.secureagg.kernel.Shamir;
import org.concordat.secureagg.message.Reveal;
import org.concordat.secureagg.message.Task;

/**
 * What T reveals open: the survivors' seeds and the dropped members' pair secrets.
 *
 * @param usedShares indices of the T members whose shares were used
 * @param seeds b_j by survivor
 * @param pairs by dropped member, its pair secrets by survivor
 * @param badRecovery dropped members whose K or W is bad: their pairs come from the survivors
 *     instead
 * @param badDealer first survivor whose b contradicts its hash, if any: then nothing can be opened
 */
record Opening(
    List<Integer> usedShares,
    SortedMap<Integer, Bytes> seeds,
    SortedMap<Integer, SortedMap<Integer, Bytes>> pairs,
    List<Integer> badRecovery,
    Optional<Integer> badDealer) {

  /** Every share was checked against its hash before; T reveals, by index of the revealer. */
  static Opening of(
      TokenDeposits deposits, List<Integer> survivors, SortedMap<Integer, Reveal> reveals) {
    List<Integer> used = List.copyOf(reveals.keySet());
    Shamir.Combiner combiner = Shamir.combiner(used);
    List<Integer> participants = deposits.manifest().indices();
    SortedMap<Integer, Bytes> seeds = new TreeMap<>();
    SortedMap<Integer, SortedMap<Integer, Bytes>> pairs = new TreeMap<>();
    List<Integer> badRecovery = new ArrayList<>();
    Optional<Integer> badDealer = Optional.empty();
    for (int position = 0; position < participants.size(); position++) {
      int dealer = participants.get(position);
      boolean survived = survivors.contains(dealer);
      Secret kind = survived ? Secret.SEED : Secret.RECOVERY_KEY;
      Optional<byte[]> secret = combine(deposits, combiner, reveals, position, dealer, kind);
      if (survived) {
        secret.ifPresent(seed -> seeds.put(dealer, Bytes.of(seed)));
        badDealer = badDealer.or(() -> secret.isPresent() ? Optional.empty() : Optional.of(dealer));
      } else {
        Optional<SortedMap<Integer, Bytes>> opened =
            secret.flatMap(key -> deposits.openRecovery(dealer, key, survivors));
        opened.ifPresentOrElse(all -> pairs.put(dealer, all), () -> badRecovery.add(dealer));
      }
    }
    return new Opening(used, seeds, pairs, List.copyOf(badRecovery), badDealer);
  }

  private static Optional<byte[]> combine(
      TokenDeposits deposits,
      Shamir.Combiner combiner,
      SortedMap<Integer, Reveal> reveals,
      int position,
      int dealer,
      Secret kind) {
    List<byte[]> shares =
        reveals.values().stream().map(reveal -> reveal.shares().get(position).toArray()).toList();
    try {
      byte[] secret = combiner.combine(shares);
      return deposits.secretFits(dealer, kind, secret) ? Optional.of(secret) : Optional.empty();
    } catch (MalformedMessageException e) {
      return Optional.empty();
    }
  }

  /** Every dropped member's pair secrets, the survivors' own reveals where its W was bad. */
  SortedMap<Integer, SortedMap<Integer, Bytes>> allPairs(
      Map<Integer, SortedMap<Integer, Bytes>> fallback) {
    SortedMap<Integer, SortedMap<Integer, Bytes>> all = new TreeMap<>(pairs);
    badRecovery.forEach(dropped -> all.put(dropped, Objects.requireNonNull(fallback.get(dropped))));
    return all;
  }

  /** The masks in the sum of the survivors' uploads. */
  List<MaskTerm> terms(Cohort cohort, Task task, Map<Integer, SortedMap<Integer, Bytes>> fallback) {
    return OpenedMasks.terms(cohort, task, seeds, allPairs(fallback));
  }
}
