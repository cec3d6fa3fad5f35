package org.concordat.secureagg.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.message.DepositSet;
import org.concordat.secureagg.message.EpochKeys;
import org.concordat.secureagg.message.EpochStart;
import org.concordat.secureagg.message.Manifest;
import org.concordat.secureagg.message.ManifestCertificate;
import org.concordat.secureagg.message.Parcel;
import org.concordat.secureagg.server.EpochServer.Phase;
import org.jspecify.annotations.Nullable;

/**
 * Everything that an epoch number's messages have led to. Mutable only while a fresh {@link #copy}
 * is being changed.
 */
final class EpochState {
  final EpochStart start;
  final Notary notary;
  Phase phase = Phase.KEYS;
  SortedMap<Integer, Bytes> sealedKeys = new TreeMap<>();
  SortedMap<Integer, EpochKeys> keys = new TreeMap<>();
  SortedMap<Integer, Parcel> encapsulations = new TreeMap<>();
  SortedMap<Integer, Parcel> deposits = new TreeMap<>();

  /** Of the deposits that {@link #pagedOut} has. */
  SortedMap<Integer, DepositHead> heads = new TreeMap<>();

  /** Once certified, where the deposits are, unless they are in {@link #deposits}. */
  @Nullable Deposits pagedOut;

  /** Sealed DepositsChecked. */
  SortedMap<Integer, Bytes> checked = new TreeMap<>();

  /** By complainer. */
  SortedMap<Integer, OpenDispute> disputes = new TreeMap<>();

  SortedMap<Integer, Bytes> signatures = new TreeMap<>();
  List<Integer> present = List.of();
  @Nullable Digest context;
  @Nullable DepositSet depositSet;
  @Nullable Manifest manifest;
  @Nullable ManifestCertificate certificate;

  EpochState(EpochStart start, Notary notary) {
    this.start = start;
    this.notary = notary;
  }

  /** A copy to change; nothing changes a published instance. */
  EpochState copy() {
    EpochState next = new EpochState(start, notary);
    next.phase = phase;
    next.sealedKeys = new TreeMap<>(sealedKeys);
    next.keys = new TreeMap<>(keys);
    next.encapsulations = new TreeMap<>(encapsulations);
    next.deposits = new TreeMap<>(deposits);
    next.heads = new TreeMap<>(heads);
    next.pagedOut = pagedOut;
    next.checked = new TreeMap<>(checked);
    next.disputes = new TreeMap<>(disputes);
    next.signatures = new TreeMap<>(signatures);
    next.present = present;
    next.context = context;
    next.depositSet = depositSet;
    next.manifest = manifest;
    next.certificate = certificate;
    return next;
  }

  List<Integer> manifestIndices() {
    return manifest == null ? List.of() : manifest.indices();
  }

  Cohort cohort() {
    return start.cohort();
  }

  long number() {
    return start.number();
  }

  String name(int index) {
    return cohort().members().get(index);
  }

  /** What a member has signed in this number so far, sealed. */
  List<Bytes> statementsOf(int index) {
    List<Bytes> all = new ArrayList<>();
    Stream.of(sealedKeys, checked, signatures)
        .forEach(statements -> Optional.ofNullable(statements.get(index)).ifPresent(all::add));
    Stream.of(encapsulations, deposits)
        .flatMap(parcels -> Stream.ofNullable(parcels.get(index)))
        .forEach(parcel -> all.add(parcel.sealedHeader()));
    Optional.ofNullable(heads.get(index)).ifPresent(head -> all.add(head.sealedHeader()));
    disputes.values().stream()
        .flatMap(dispute -> Stream.ofNullable(dispute.openings().get(index)))
        .forEach(all::add);
    return all;
  }

  /** Dealers that have said what they think of the deposits, or have opened their keys. */
  List<Integer> answeredChecks() {
    return deposits.keySet().stream()
        .filter(
            index ->
                checked.containsKey(index)
                    || disputes.values().stream().anyMatch(dispute -> dispute.hasOpening(index)))
        .toList();
  }
}
