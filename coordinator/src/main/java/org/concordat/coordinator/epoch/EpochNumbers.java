package org.concordat.coordinator.epoch;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.concordat.coordinator.stored.Kinds;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.message.Manifest;
import org.concordat.store.Entries;

/**
 * The numbers of all cohorts' epochs, one sequence: a member that moves to another cohort with a
 * new roster goes on with greater ones. Each number belongs to one chain, and names as its
 * predecessor the newest epoch of any chain that was certified when it was opened.
 */
final class EpochNumbers {
  /** The chain of an alliance in one cohort. */
  static final String WHOLE = "";

  /** Numbers that a lost store may have begun after the last one that was certified. */
  private static final long LEAP = 10_000;

  private final Entries entries;
  private final TreeMap<Long, String> chains = new TreeMap<>();

  EpochNumbers(Entries entries) {
    this.entries = entries;
    entries.all(Kinds.EPOCHS).keySet().forEach(id -> chains.put(Long.parseLong(id), WHOLE));
    entries
        .all(Kinds.EPOCH_CHAINS)
        .forEach(
            (id, chain) ->
                chains.put(Long.parseLong(id), new String(chain, StandardCharsets.UTF_8)));
  }

  /** A chain's numbers, rising. */
  List<Long> of(String chain) {
    List<Long> numbers = new ArrayList<>();
    for (Map.Entry<Long, String> number : chains.entrySet()) {
      if (number.getValue().equals(chain)) {
        numbers.add(number.getKey());
      }
    }
    return numbers;
  }

  /** The chain of a number; of an unknown one, the whole alliance's. */
  String chainOf(long number) {
    return chains.getOrDefault(number, WHOLE);
  }

  /** The greatest number that was ever opened, 0 if none; of a lost store, one beyond. */
  long highest() {
    return chains.isEmpty()
        ? latest().map(epoch -> epoch.number() + LEAP).orElse(0L)
        : chains.lastKey();
  }

  /** Goes on after an epoch of a store that was lost. Durable when it returns. */
  void takeUp(CertifiedEpoch before) {
    entries.put(Kinds.EPOCH_LATEST, "", before.encode());
  }

  /** The next number, for this chain and cohort. Durable when it returns. */
  long next(String chain, Cohort cohort) {
    long number = highest() + 1;
    List<Entries.Change> changes = new ArrayList<>();
    latest()
        .ifPresent(
            before ->
                changes.add(
                    new Entries.Put(Kinds.EPOCH_PREVIOUS, Kinds.number(number), before.encode())));
    if (!chain.equals(WHOLE)) {
      changes.add(
          new Entries.Put(
              Kinds.EPOCH_CHAINS, Kinds.number(number), chain.getBytes(StandardCharsets.UTF_8)));
    }
    changes.add(new Entries.Put(Kinds.EPOCHS, Kinds.number(number), cohort.encode()));
    entries.apply(changes);
    chains.put(number, chain);
    return number;
  }

  /** What a number was opened with as its predecessor, if that was kept. */
  Optional<CertifiedEpoch> previous(long number) {
    return entries.get(Kinds.EPOCH_PREVIOUS, Kinds.number(number)).map(CertifiedEpoch::decode);
  }

  /** The greatest number that is certified. */
  Optional<CertifiedEpoch> latest() {
    return entries.get(Kinds.EPOCH_LATEST, "").map(CertifiedEpoch::decode);
  }

  /** A number is certified. Durable when it returns. */
  void certified(Manifest manifest) {
    CertifiedEpoch epoch = CertifiedEpoch.of(manifest);
    if (latest().map(before -> before.number() < epoch.number()).orElse(true)) {
      entries.put(Kinds.EPOCH_LATEST, "", epoch.encode());
    }
  }
}
