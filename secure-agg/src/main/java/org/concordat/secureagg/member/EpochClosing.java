package org.concordat.secureagg.member;

import static org.concordat.secureagg.Refusal.require;
import static org.concordat.secureagg.step.Participant.number;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
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
import org.concordat.secureagg.step.Draft;
import org.concordat.secureagg.step.Key;
import org.concordat.secureagg.step.Notice;
import org.concordat.secureagg.step.Participant;
import org.concordat.secureagg.step.Pinned;

/**
 * Epoch step 4, once every deposit is checked ({@link DepositChecking}): manifest checked, secrets
 * of the set-up erased, manifest signed; certificate.
 */
final class EpochClosing {
  private EpochClosing() {}

  static void onManifest(Participant me, Draft draft, String sender, Manifest manifest)
      throws Refusal {
    Optional<byte[]> signed = draft.get(Key.signedManifest(manifest.epoch()));
    if (signed.isPresent()) {
      Manifest before = Manifest.decode(signed.get());
      me.requireCoordinator(sender, before.cohort());
      require(
          before.equals(manifest),
          Reason.TWO_MANIFESTS,
          sender,
          "two different manifests for epoch %d",
          manifest.epoch());
      draft.sendAgain(Key.manifestSignature(manifest.epoch()));
      return;
    }
    Forming forming = Forming.of(me, draft, sender, manifest.epoch());
    Complaining.requireNone(draft, sender, manifest.epoch());
    require(
        draft.has(Key.FORMING_CHECKED),
        Reason.WRONG_STEP,
        sender,
        "a manifest of epoch %d before I have checked the deposits",
        manifest.epoch());
    checkManifest(forming, sender, manifest);
    sign(forming, manifest);
  }

  private static void checkManifest(Forming forming, String sender, Manifest manifest)
      throws Refusal {
    long signedBefore = forming.draft().get(Key.SIGNED).map(Participant::number).orElse(0L);
    require(
        manifest.epoch() > signedBefore,
        Reason.EPOCH_OLD,
        sender,
        "manifest %d, but %d is signed",
        manifest.epoch(),
        signedBefore);
    require(
        manifest.cohort().equals(forming.cohort())
            && manifest.previousEpoch() == forming.start().previousEpoch()
            && manifest.previousManifest().equals(forming.start().previousManifest()),
        Reason.MANIFEST_MISMATCH,
        sender,
        "cohort or previous manifest of epoch %d are not those that it was opened with",
        manifest.epoch());
    require(
        manifest.indices().contains(forming.self()),
        Reason.NOT_A_PARTICIPANT,
        sender,
        "the manifest of epoch %d leaves me out",
        manifest.epoch());
    SortedMap<Integer, EpochKeys> keys = forming.keys();
    for (Manifest.Participant participant : manifest.participants()) {
      checkParticipant(forming, sender, keys, participant);
    }
  }

  private static void checkParticipant(
      Forming forming,
      String sender,
      SortedMap<Integer, EpochKeys> keys,
      Manifest.Participant participant)
      throws Refusal {
    int index = participant.index();
    Complaining.requireNotExcluded(forming.draft(), sender, forming.cohort(), forming.name(index));
    EpochKeys key = keys.get(index);
    require(
        key != null
            && key.digest().equals(participant.keysDigest())
            && key.incarnation().equals(participant.incarnation()),
        Reason.MANIFEST_MISMATCH,
        sender,
        "the manifest's keys of \"%s\" are not those that I used",
        forming.name(index));
    Optional<Digest> seen = DepositChecking.seen(forming, index);
    require(
        seen.isPresent(),
        Reason.WRONG_STEP,
        sender,
        "I have not seen a good deposit of \"%s\"",
        forming.name(index));
    require(
        seen.orElseThrow().equals(participant.depositDigest()),
        Reason.MANIFEST_MISMATCH,
        sender,
        "the manifest's deposit of \"%s\" is not the one that I checked",
        forming.name(index));
  }

  /**
   * Token secrets are taken out, everything else of the set-up is erased, in the transaction that
   * stores the signature.
   */
  private static void sign(Forming forming, Manifest manifest) throws Refusal {
    Draft draft = forming.draft();
    SetUp setUp = SetUp.load(forming, manifest);
    for (int token = 0; token < Limits.TOKENS; token++) {
      draft.put(Key.secret(manifest.epoch(), token), setUp.secrets(token).encode());
    }
    draft.eraseAll(Key.FORMING);
    draft.put(Key.SIGNED, number(manifest.epoch()));
    draft.put(Key.signedManifest(manifest.epoch()), manifest.encode());
    draft.sendOnce(
        forming.me(),
        Key.manifestSignature(manifest.epoch()),
        new ManifestSignature(manifest.epoch(), manifest.digest()));
  }

  static void onCertificate(
      Participant me, Draft draft, String sender, ManifestCertificate certificate) throws Refusal {
    Manifest manifest = decode(sender, certificate);
    Cohort cohort = manifest.cohort();
    me.requireCoordinator(sender, cohort);
    Pruning.requireAboveFloor(draft, sender, manifest.epoch());
    Optional<byte[]> known =
        draft
            .get(Key.manifest(manifest.epoch()))
            .or(() -> draft.get(Key.signedManifest(manifest.epoch())));
    require(
        known.isEmpty() || Manifest.decode(known.get()).equals(manifest),
        Reason.TWO_MANIFESTS,
        sender,
        "epoch %d was certified with another manifest than the one I signed",
        manifest.epoch());
    if (draft.has(Key.manifest(manifest.epoch()))) {
      return;
    }
    Inbox.quorum(
        me.notary(),
        sender,
        certificate.signatures(),
        ManifestSignature.class,
        manifest::pins,
        signature -> signature.equals(new ManifestSignature(manifest.epoch(), manifest.digest())),
        cohort.threshold());
    requirePinned(me, draft, sender, manifest);
    draft.put(Key.manifest(manifest.epoch()), manifest.encode());
    draft.erase(Key.restarts(cohort.rosterDigest().hex()));
    long current = draft.get(Key.CURRENT).map(Participant::number).orElse(0L);
    // of another chain, it is only for quorums to be counted with
    if (manifest.epoch() > current && cohort.indexOf(me.self()) >= 0) {
      enterEpoch(me, draft, manifest);
      Pruning.forgetBefore(draft, current);
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
  private static void requirePinned(Participant me, Draft draft, String sender, Manifest manifest)
      throws Refusal {
    if (!draft.has(Key.signedManifest(manifest.epoch()))) {
      Pinned.cohort(me, draft);
      require(
          draft.keys(Key.PINNED).stream()
              .anyMatch(key -> Cohort.decode(draft.need(key)).admits(manifest.cohort())),
          Reason.COHORT_MISMATCH,
          sender,
          "the cohort of epoch %d does not fit my roster and policy",
          manifest.epoch());
    }
  }

  private static void enterEpoch(Participant me, Draft draft, Manifest manifest) {
    for (long old : epochsWithSecrets(draft)) {
      if (old < manifest.epoch()) {
        Tokens.retire(draft, old);
      }
    }
    Optional<byte[]> forming = draft.get(Key.FORMING_START);
    if (forming.isPresent() && EpochStart.decode(forming.get()).number() <= manifest.epoch()) {
      draft.eraseAll(Key.FORMING);
    }
    draft.put(Key.CURRENT, number(manifest.epoch()));
    boolean participant = draft.has(Key.signedManifest(manifest.epoch()));
    draft.notice(
        new Notice.EpochReady(manifest.epoch(), participant && manifest.hasParticipant(me.self())));
  }

  private static List<Long> epochsWithSecrets(Draft draft) {
    return draft.keys(Key.SECRET).stream()
        .map(key -> Long.valueOf(key.split("/", -1)[1]))
        .distinct()
        .collect(java.util.stream.Collectors.toCollection(ArrayList::new));
  }
}
