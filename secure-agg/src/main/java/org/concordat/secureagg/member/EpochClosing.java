package org.concordat.secureagg.member;

import static org.concordat.secureagg.member.Participant.number;
import static org.concordat.secureagg.member.Participant.require;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;
import org.concordat.secureagg.codec.MalformedMessageException;
import org.concordat.secureagg.crypto.Aead;
import org.concordat.secureagg.crypto.BadCiphertextException;
import org.concordat.secureagg.crypto.Commitments;
import org.concordat.secureagg.crypto.Commitments.Secret;
import org.concordat.secureagg.crypto.DepositLayout;
import org.concordat.secureagg.crypto.Derivation;
import org.concordat.secureagg.message.DepositView;
import org.concordat.secureagg.message.EpochKeys;
import org.concordat.secureagg.message.EpochStart;
import org.concordat.secureagg.message.Inbox;
import org.concordat.secureagg.message.Limits;
import org.concordat.secureagg.message.Manifest;
import org.concordat.secureagg.message.ManifestCertificate;
import org.concordat.secureagg.message.ManifestSignature;
import org.concordat.secureagg.message.SectionHeader;

/**
 * Epoch step 4: every deposit checked, manifest checked, secrets of the set-up erased, manifest
 * signed; certificate.
 */
final class EpochClosing {
  private EpochClosing() {}

  static void onDepositView(Participant me, Draft draft, String sender, DepositView message)
      throws Refusal {
    Forming forming = Forming.of(me, draft, sender, message.epoch());
    List<Integer> present = forming.present();
    int dealer = authorOf(forming, message);
    require(
        present.contains(dealer) && dealer != forming.self(),
        Reason.NOT_A_PARTICIPANT,
        sender,
        "a deposit of \"%s\", who is not present",
        forming.name(dealer));
    Digest context = new Digest(draft.need(Key.FORMING_DEPOSIT_CONTEXT));
    SectionHeader header =
        forming.checkView(message.view(), dealer, SectionHeader.Kind.DEPOSIT, context);
    Optional<byte[]> before = draft.get(Key.view(dealer));
    if (before.isPresent()) {
      require(
          new Digest(new ByteReader(before.get()).raw(Digest.SIZE_BYTES)).equals(header.digest()),
          Reason.CONFLICTING_MESSAGE,
          forming.name(dealer),
          "two different deposits for epoch %d",
          forming.epoch());
      return;
    }
    Bytes common = message.view().common();
    Bytes section = message.view().section();
    checkSizes(forming, dealer, common, section);
    checkCommitments(forming, dealer, section);
    Bytes opened = openBox(forming, dealer, section);
    checkShares(forming, dealer, section, opened);
    ByteWriter view = new ByteWriter().raw(header.digest().bytes());
    for (int token = 0; token < Limits.TOKENS; token++) {
      view.raw(DepositLayout.secretHash(common, token, Secret.SEED).bytes());
    }
    draft.put(Key.view(dealer), view.raw(opened.toArray()).toBytes());
  }

  private static int authorOf(Forming forming, DepositView message) throws Refusal {
    String author =
        Inbox.open(forming.me().notary(), message.view().sealedHeader().toArray()).sender();
    int index = forming.cohort().indexOf(author);
    require(index >= 0, Reason.NOT_A_MEMBER, author, "a deposit of a stranger");
    return index;
  }

  private static void checkSizes(Forming forming, int dealer, Bytes common, Bytes section)
      throws Refusal {
    try {
      DepositLayout.checkSizes(common, section, false);
    } catch (MalformedMessageException e) {
      throw new Refusal(Reason.BAD_SECTION, forming.name(dealer), e.getMessage() + "");
    }
  }

  /**
   * C_ij = C_ji; if not, one of the two derived or committed wrongly, and a complaint (later) will
   * tell which.
   */
  private static void checkCommitments(Forming forming, int dealer, Bytes section) throws Refusal {
    byte[] pairKey = forming.pairKey(dealer);
    for (int token = 0; token < Limits.TOKENS; token++) {
      byte[] mine = Derivation.commitment(Derivation.pairSecret(pairKey, token));
      require(
          DepositLayout.commitment(section, token).equals(new Digest(mine)),
          Reason.COMMITMENT_MISMATCH,
          forming.pair(dealer),
          "our pair secrets for token %d of epoch %d differ",
          token,
          forming.epoch());
    }
  }

  private static Bytes openBox(Forming forming, int dealer, Bytes section) throws Refusal {
    byte[] boxKey = Derivation.boxKey(forming.pairKey(dealer), dealer, forming.self());
    byte[] place = Commitments.boxPlace(forming.epoch(), dealer, forming.self());
    try {
      return Bytes.of(Aead.open(boxKey, DepositLayout.box(section), place));
    } catch (BadCiphertextException e) {
      throw new Refusal(Reason.BAD_BOX, forming.pair(dealer), e.getMessage() + "");
    }
  }

  private static void checkShares(Forming forming, int dealer, Bytes section, Bytes opened)
      throws Refusal {
    for (int token = 0; token < Limits.TOKENS; token++) {
      for (Secret kind : Secret.values()) {
        byte[] share = DepositLayout.share(opened, token, kind);
        Digest hash =
            Commitments.ofShare(forming.epoch(), dealer, forming.self(), token, kind, share);
        require(
            hash.equals(DepositLayout.shareHash(section, token, kind)),
            Reason.BAD_SHARE,
            forming.pair(dealer),
            "my share of %s for token %d does not fit its hash",
            kind,
            token);
      }
    }
  }

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
    EpochKeys key = keys.get(index);
    require(
        key != null && key.digest().equals(participant.keysDigest()),
        Reason.MANIFEST_MISMATCH,
        sender,
        "the manifest's keys of \"%s\" are not those that I used",
        forming.name(index));
    String seen = index == forming.self() ? Key.FORMING_OWN_HEADER : Key.view(index);
    Optional<byte[]> view = forming.draft().get(seen);
    require(
        view.isPresent(),
        Reason.WRONG_STEP,
        sender,
        "I have not seen a good deposit of \"%s\"",
        forming.name(index));
    Digest digest = new Digest(new ByteReader(view.orElseThrow()).raw(Digest.SIZE_BYTES));
    require(
        digest.equals(participant.depositDigest()),
        Reason.MANIFEST_MISMATCH,
        sender,
        "the manifest's deposit of \"%s\" is not the one that I checked",
        forming.name(index));
  }

  /**
   * Token secrets are taken out, everything else of the set-up is erased, in the transaction that
   * stores the signature.
   */
  private static void sign(Forming forming, Manifest manifest) {
    Draft draft = forming.draft();
    SetUp setUp = SetUp.load(forming, manifest);
    for (int token = 0; token < Limits.TOKENS; token++) {
      draft.put(Key.secret(manifest.epoch(), token), setUp.secrets(token).encode());
    }
    draft.eraseAll(Key.FORMING);
    draft.put(Key.SIGNED, number(manifest.epoch()));
    draft.put(Key.signedManifest(manifest.epoch()), manifest.encode());
    draft.sendOnce(
        forming.me().notary(),
        Key.manifestSignature(manifest.epoch()),
        new ManifestSignature(manifest.epoch(), manifest.digest()));
  }

  static void onCertificate(
      Participant me, Draft draft, String sender, ManifestCertificate certificate) throws Refusal {
    Manifest manifest = decode(sender, certificate);
    Cohort cohort = manifest.cohort();
    me.requireCoordinator(sender, cohort);
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
        manifest::hasParticipant,
        signature -> signature.equals(new ManifestSignature(manifest.epoch(), manifest.digest())),
        cohort.threshold());
    requirePinned(me, draft, sender, manifest);
    draft.put(Key.manifest(manifest.epoch()), manifest.encode());
    draft.erase(Key.restarts(cohort.rosterDigest().hex()));
    long current = draft.get(Key.CURRENT).map(Participant::number).orElse(0L);
    if (manifest.epoch() > current) {
      enterEpoch(me, draft, manifest);
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
      EpochOpening.pinned(me, draft);
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
