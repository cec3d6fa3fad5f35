package org.concordat.secureagg.member;

import static org.concordat.secureagg.Refusal.require;
import static org.concordat.secureagg.step.Participant.number;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Collectors;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.envelope.Inbox;
import org.concordat.secureagg.message.EpochKeys;
import org.concordat.secureagg.message.EpochStart;
import org.concordat.secureagg.message.Limits;
import org.concordat.secureagg.message.Manifest;
import org.concordat.secureagg.message.ManifestCertificate;
import org.concordat.secureagg.message.ManifestSignature;
import org.concordat.secureagg.step.Key;
import org.concordat.secureagg.step.Notice;
import org.concordat.secureagg.step.Participant;
import org.concordat.secureagg.step.Pinned;
import org.concordat.secureagg.step.Transaction;

/**
 * Epoch step 4, once every deposit is checked ({@link DepositChecking}): manifest checked, secrets
 * of the set-up erased, manifest signed; certificate.
 */
final class EpochClosing {
  private EpochClosing() {}

  static void onManifest(Participant me, Transaction tx, String sender, Manifest manifest)
      throws Refusal {
    Optional<byte[]> signed = tx.get(Key.signedManifest(manifest.epoch()));
    if (signed.isPresent()) {
      Manifest before = Manifest.decode(signed.get());
      me.requireCoordinator(sender, before.cohort());
      require(
          before.equals(manifest),
          Reason.TWO_MANIFESTS,
          sender,
          "two different manifests for epoch %d",
          manifest.epoch());
      tx.sendAgain(Key.manifestSignature(manifest.epoch()));
      return;
    }
    EpochSetup setup = EpochSetup.of(me, tx, sender, manifest.epoch());
    Complaining.requireNone(tx, sender, manifest.epoch());
    require(
        tx.has(Key.SETUP_CHECKED),
        Reason.WRONG_STEP,
        sender,
        "a manifest of epoch %d before I have checked the deposits",
        manifest.epoch());
    checkManifest(setup, sender, manifest);
    sign(setup, manifest);
  }

  private static void checkManifest(EpochSetup setup, String sender, Manifest manifest)
      throws Refusal {
    long signedBefore = setup.tx().get(Key.SIGNED).map(Participant::number).orElse(0L);
    require(
        manifest.epoch() > signedBefore,
        Reason.EPOCH_OLD,
        sender,
        "manifest %d, but %d is signed",
        manifest.epoch(),
        signedBefore);
    require(
        manifest.cohort().equals(setup.cohort())
            && manifest.previousEpoch() == setup.start().previousEpoch()
            && manifest.previousManifest().equals(setup.start().previousManifest()),
        Reason.MANIFEST_MISMATCH,
        sender,
        "cohort or previous manifest of epoch %d are not those that it was opened with",
        manifest.epoch());
    require(
        manifest.indices().contains(setup.self()),
        Reason.NOT_A_PARTICIPANT,
        sender,
        "the manifest of epoch %d leaves me out",
        manifest.epoch());
    SortedMap<Integer, EpochKeys> keys = setup.keys();
    for (Manifest.Participant participant : manifest.participants()) {
      checkParticipant(setup, sender, keys, participant);
    }
  }

  private static void checkParticipant(
      EpochSetup setup,
      String sender,
      SortedMap<Integer, EpochKeys> keys,
      Manifest.Participant participant)
      throws Refusal {
    int index = participant.index();
    Complaining.requireNotExcluded(setup.tx(), sender, setup.cohort(), setup.name(index));
    EpochKeys key = keys.get(index);
    require(
        key != null
            && key.digest().equals(participant.keysDigest())
            && key.incarnation().equals(participant.incarnation()),
        Reason.MANIFEST_MISMATCH,
        sender,
        "the manifest's keys of \"%s\" are not those that I used",
        setup.name(index));
    Optional<Digest> seen = DepositChecking.seen(setup, index);
    require(
        seen.isPresent(),
        Reason.WRONG_STEP,
        sender,
        "I have not seen a good deposit of \"%s\"",
        setup.name(index));
    require(
        seen.orElseThrow().equals(participant.depositDigest()),
        Reason.MANIFEST_MISMATCH,
        sender,
        "the manifest's deposit of \"%s\" is not the one that I checked",
        setup.name(index));
  }

  /**
   * Token secrets are taken out, everything else of the set-up is erased, in the transaction that
   * stores the signature.
   */
  private static void sign(EpochSetup setup, Manifest manifest) throws Refusal {
    Transaction tx = setup.tx();
    EpochSecrets secrets = EpochSecrets.load(setup, manifest);
    for (int token = 0; token < Limits.TOKENS; token++) {
      tx.put(Key.secret(manifest.epoch(), token), secrets.secrets(token).encode());
    }
    tx.eraseAll(Key.SETUP);
    tx.put(Key.SIGNED, number(manifest.epoch()));
    tx.put(Key.signedManifest(manifest.epoch()), manifest.encode());
    tx.sendOnce(
        setup.me(),
        Key.manifestSignature(manifest.epoch()),
        new ManifestSignature(manifest.epoch(), manifest.digest()));
  }

  static void onCertificate(
      Participant me, Transaction tx, String sender, ManifestCertificate certificate)
      throws Refusal {
    Manifest manifest = decode(sender, certificate);
    Cohort cohort = manifest.cohort();
    me.requireCoordinator(sender, cohort);
    Pruning.requireAboveFloor(tx, sender, manifest.epoch());
    Optional<byte[]> known =
        tx.get(Key.manifest(manifest.epoch()))
            .or(() -> tx.get(Key.signedManifest(manifest.epoch())));
    require(
        known.isEmpty() || Manifest.decode(known.get()).equals(manifest),
        Reason.TWO_MANIFESTS,
        sender,
        "epoch %d was certified with another manifest than the one I signed",
        manifest.epoch());
    if (tx.has(Key.manifest(manifest.epoch()))) {
      return;
    }
    Inbox.quorum(
        me.notary().under(cohort.rosterDigest()),
        sender,
        certificate.signatures(),
        ManifestSignature.class,
        manifest::pins,
        signature -> signature.equals(new ManifestSignature(manifest.epoch(), manifest.digest())),
        cohort.threshold());
    requirePinned(me, tx, sender, manifest);
    tx.put(Key.manifest(manifest.epoch()), manifest.encode());
    tx.erase(Key.restarts(cohort.rosterDigest().hex()));
    long current = tx.get(Key.CURRENT).map(Participant::number).orElse(0L);
    // of another chain, it is only for quorums to be counted with
    if (manifest.epoch() > current && cohort.indexOf(me.self()) >= 0) {
      enterEpoch(me, tx, manifest);
      Pruning.forgetBefore(tx, current);
    }
  }

  private static Manifest decode(String sender, ManifestCertificate certificate) throws Refusal {
    try {
      Manifest manifest = Manifest.decode(certificate.manifest().toArray());
      require(
          manifest.epoch() == certificate.epoch(),
          Reason.MISBOUND,
          sender,
          "the manifest of epoch %d in the certificate of %d",
          manifest.epoch(),
          certificate.epoch());
      return manifest;
    } catch (IllegalArgumentException e) {
      throw new Refusal(Reason.MALFORMED, sender, "manifest: " + e.getMessage());
    }
  }

  /**
   * Its cohort must fit a roster and policy that were pinned at some time: an epoch missed may be
   * older than the pin.
   */
  private static void requirePinned(
      Participant me, Transaction tx, String sender, Manifest manifest) throws Refusal {
    if (!tx.has(Key.signedManifest(manifest.epoch()))) {
      Pinned.cohort(me, tx);
      require(
          tx.keys(Key.PINNED).stream()
              .anyMatch(key -> Cohort.decode(tx.need(key)).admits(manifest.cohort())),
          Reason.COHORT_MISMATCH,
          sender,
          "the cohort of epoch %d does not fit my roster and policy",
          manifest.epoch());
    }
  }

  private static void enterEpoch(Participant me, Transaction tx, Manifest manifest) {
    for (long old : epochsWithSecrets(tx)) {
      if (old < manifest.epoch()) {
        Tokens.retire(tx, old);
      }
    }
    Optional<byte[]> setup = tx.get(Key.SETUP_START);
    if (setup.isPresent() && EpochStart.decode(setup.get()).number() <= manifest.epoch()) {
      tx.eraseAll(Key.SETUP);
    }
    tx.put(Key.CURRENT, number(manifest.epoch()));
    boolean participant = tx.has(Key.signedManifest(manifest.epoch()));
    tx.notice(
        new Notice.EpochReady(manifest.epoch(), participant && manifest.hasParticipant(me.self())));
  }

  private static List<Long> epochsWithSecrets(Transaction tx) {
    return tx.keys(Key.SECRET).stream()
        .map(key -> Long.valueOf(key.split("/", -1)[1]))
        .distinct()
        .collect(Collectors.toCollection(ArrayList::new));
  }
}
