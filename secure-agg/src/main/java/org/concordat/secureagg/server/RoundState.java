package org.concordat.secureagg.server;

import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.message.Certificate;
import org.concordat.secureagg.message.Decline;
import org.concordat.secureagg.message.Manifest;
import org.concordat.secureagg.message.Result;
import org.concordat.secureagg.message.Reveal;
import org.concordat.secureagg.message.Survivors;
import org.concordat.secureagg.message.Task;
import org.concordat.secureagg.message.TokenRef;
import org.concordat.secureagg.server.RoundServer.Phase;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a round's messages have led to. Mutable only while a fresh {@link #copy} is being
 * changed.
 */
final class RoundState {
  final Manifest manifest;
  final TokenDeposits deposits;
  final Task task;
  final TokenRef ref;
  final Notary notary;
  Phase phase = Phase.COLLECTING;
  SortedMap<Integer, Digest> roots = new TreeMap<>();

  /** Sealed upload commitments. */
  SortedMap<Integer, Bytes> commitments = new TreeMap<>();

  SortedMap<Integer, Decline> declines = new TreeMap<>();
  SortedMap<Integer, Bytes> survivorSignatures = new TreeMap<>();
  SortedMap<Integer, Reveal> reveals = new TreeMap<>();

  /** The same, as they were signed: evidence. */
  SortedMap<Integer, Bytes> sealedReveals = new TreeMap<>();

  SortedMap<Integer, SortedMap<Integer, Bytes>> pairReveals = new TreeMap<>();
  SortedMap<Integer, Bytes> nonReveals = new TreeMap<>();
  SortedMap<Integer, Bytes> stateSignatures = new TreeMap<>();
  @Nullable Survivors survivors;
  @Nullable Certificate certificate;
  @Nullable Opening opening;
  @Nullable Result result;

  RoundState(Manifest manifest, TokenDeposits deposits, Task task, Notary notary) {
    this.manifest = manifest;
    this.deposits = deposits;
    this.task = task;
    this.ref = task.ref();
    this.notary = notary;
  }

  /** A copy to change; nothing changes a published instance. */
  RoundState copy() {
    RoundState next = new RoundState(manifest, deposits, task, notary);
    next.phase = phase;
    next.roots = new TreeMap<>(roots);
    next.commitments = new TreeMap<>(commitments);
    next.declines = new TreeMap<>(declines);
    next.survivorSignatures = new TreeMap<>(survivorSignatures);
    next.reveals = new TreeMap<>(reveals);
    next.sealedReveals = new TreeMap<>(sealedReveals);
    next.pairReveals = new TreeMap<>();
    pairReveals.forEach((dropped, all) -> next.pairReveals.put(dropped, new TreeMap<>(all)));
    next.nonReveals = new TreeMap<>(nonReveals);
    next.stateSignatures = new TreeMap<>(stateSignatures);
    next.survivors = survivors;
    next.certificate = certificate;
    next.opening = opening;
    next.result = result;
    return next;
  }

  void advanceIfOpen() {
    Opening open = opening;
    if (phase == Phase.UNMASKING
        && open != null
        && open.badRecovery().stream()
            .allMatch(dropped -> pairsOf(dropped).size() == survivorSet().uploads().size())) {
      phase = Phase.APPLYING;
    }
  }

  /** The result lists other cohorts' sums: this cohort's signatures alone certify nothing. */
  boolean inSeveralCohorts() {
    Result published = result;
    return published != null && !published.sums().isEmpty();
  }

  SortedMap<Integer, Bytes> pairsOf(int dropped) {
    return pairReveals.getOrDefault(dropped, new TreeMap<>());
  }

  /** What a member has signed in this attempt so far, sealed. */
  List<Bytes> statementsOf(int index) {
    return Stream.of(commitments, survivorSignatures, sealedReveals, nonReveals, stateSignatures)
        .flatMap(statements -> Stream.ofNullable(statements.get(index)))
        .toList();
  }

  Survivors survivorSet() {
    return Objects.requireNonNull(survivors);
  }

  Cohort cohort() {
    return manifest.cohort();
  }

  String name(int index) {
    return cohort().members().get(index);
  }
}
