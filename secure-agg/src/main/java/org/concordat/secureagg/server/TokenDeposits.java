package org.concordat.secureagg.server;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntFunction;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.check.RoundRecord;
import org.concordat.secureagg.crypto.Aead;
import org.concordat.secureagg.crypto.BadCiphertextException;
import org.concordat.secureagg.crypto.Commitments;
import org.concordat.secureagg.crypto.Commitments.Secret;
import org.concordat.secureagg.crypto.DepositLayout;
import org.concordat.secureagg.crypto.Derivation;
import org.concordat.secureagg.message.Manifest;
import org.concordat.secureagg.message.Parcel;
import org.concordat.secureagg.message.RoundEvidence;
import org.concordat.secureagg.message.Survivors;

/**
 * The deposits as one token's round reads them.
 *
 * @param manifestCertificate payload of what T members signed of the epoch
 * @param heads of the deposits, by dealer
 * @param parcels a whole deposit, by dealer: where it is needed it may have to be fetched
 * @param page what reveals are checked with
 * @param dealt indices that were present when the deposits were made: W lists pair secrets with all
 *     of them
 */
record TokenDeposits(
    Manifest manifest,
    Bytes manifestCertificate,
    SortedMap<Integer, DepositHead> heads,
    IntFunction<Parcel> parcels,
    TokenPage page,
    List<Integer> dealt,
    int token) {
  /** Whether a revealed share is the one that its dealer dealt to the revealer. */
  boolean shareFits(int dealer, int revealer, Secret kind, Bytes share) {
    Digest hash =
        Commitments.ofShare(manifest.epoch(), dealer, revealer, token, kind, share.toArray());
    return hash.equals(page.shareHash(dealer, revealer, kind));
  }

  /** Whether a reconstructed b or K is the one that its dealer committed to. */
  boolean secretFits(int dealer, Secret kind, byte[] secret) {
    Digest hash = Commitments.ofSecret(manifest.epoch(), dealer, token, kind, secret);
    return hash.equals(DepositLayout.secretHash(head(dealer).common(), token, kind));
  }

  /** Whether a pair secret is the one that the two committed to. */
  boolean pairFits(int dealer, int peer, Bytes pairSecret) {
    Digest commitment = new Digest(Derivation.commitment(pairSecret.toArray()));
    return commitment.equals(page.commitment(dealer, peer));
  }

  /**
   * Opens W of a dropped member: its pair secrets with the given survivors; empty if W or any of
   * them is bad.
   */
  Optional<SortedMap<Integer, Bytes>> openRecovery(
      int dropped, byte[] recoveryKey, List<Integer> survivors) {
    byte[] sealed = page.recovery(dropped);
    byte[] place = Commitments.recoveryPlace(manifest.epoch(), dropped, token);
    Bytes opened;
    try {
      opened = Bytes.of(Aead.open(recoveryKey, sealed, place));
    } catch (BadCiphertextException e) {
      return Optional.empty();
    }
    SortedMap<Integer, Bytes> secrets = new TreeMap<>();
    int position = 0;
    for (int peer : dealt) {
      if (peer == dropped) {
        continue;
      }
      Bytes secret = Bytes.of(opened.slice(32 * position, 32));
      position++;
      if (survivors.contains(peer)) {
        if (!pairFits(dropped, peer, secret)) {
          return Optional.empty();
        }
        secrets.put(peer, secret);
      }
    }
    return Optional.of(secrets);
  }

  RoundRecord.Survivor survivorRecord(int survivor) {
    return new RoundRecord.Survivor(head(survivor).sealedHeader(), head(survivor).common());
  }

  RoundRecord.Dropped droppedRecord(int dropped, SortedMap<Integer, Bytes> opened) {
    Parcel parcel = parcels.apply(dropped);
    List<RoundRecord.Pair> pairs = new ArrayList<>();
    opened.forEach(
        (survivor, secret) ->
            pairs.add(new RoundRecord.Pair(secret, parcel.sections().get(survivor))));
    return new RoundRecord.Dropped(dropped, parcel.sealedHeader(), pairs);
  }

  /**
   * What shows a lie about a dealer's deposit.
   *
   * @param recipients whose sections it needs
   * @param common whether its common section is needed
   * @param recovery whether its recovery section is needed
   */
  RoundEvidence evidence(
      Survivors survivors,
      int dealer,
      Collection<Integer> recipients,
      boolean common,
      boolean recovery,
      List<Bytes> reveals) {
    Parcel parcel = parcels.apply(dealer);
    SortedMap<Integer, Bytes> sections = new TreeMap<>();
    recipients.forEach(index -> sections.put(index, parcel.sections().get(index)));
    return new RoundEvidence(
        manifest.epoch(),
        manifestCertificate,
        Bytes.of(survivors.encode()),
        dealer,
        parcel.sealedHeader(),
        common ? parcel.common() : Bytes.EMPTY,
        recovery ? parcel.recovery() : Bytes.EMPTY,
        sections,
        reveals);
  }

  private DepositHead head(int dealer) {
    return Objects.requireNonNull(heads.get(dealer));
  }
}
