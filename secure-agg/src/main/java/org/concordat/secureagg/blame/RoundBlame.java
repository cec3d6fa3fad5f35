package org.concordat.secureagg.blame;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.codec.MalformedMessageException;
import org.concordat.secureagg.crypto.Aead;
import org.concordat.secureagg.crypto.BadCiphertextException;
import org.concordat.secureagg.crypto.Commitments;
import org.concordat.secureagg.crypto.Commitments.Secret;
import org.concordat.secureagg.crypto.DepositLayout;
import org.concordat.secureagg.crypto.Derivation;
import org.concordat.secureagg.envelope.Inbox;
import org.concordat.secureagg.envelope.Received;
import org.concordat.secureagg.kernel.Shamir;
import org.concordat.secureagg.message.Limits;
import org.concordat.secureagg.message.Manifest;
import org.concordat.secureagg.message.ManifestCertificate;
import org.concordat.secureagg.message.ManifestSignature;
import org.concordat.secureagg.message.Message;
import org.concordat.secureagg.message.PairReveal;
import org.concordat.secureagg.message.Reveal;
import org.concordat.secureagg.message.RoundEvidence;
import org.concordat.secureagg.message.SectionHeader;
import org.concordat.secureagg.message.Survivors;
import org.concordat.secureagg.message.TokenRef;

/**
 * Judges what a round's reveals show ("A round", bad share, bad dealer, forged W).
 *
 * <ol>
 *   <li>The deposit is the one in the manifest that T participants signed.
 *   <li>A revealed share that contradicts its hash is the revealer's lie: it has checked that hash
 *       before it signed the manifest. So is a pair secret that contradicts C_ij.
 *   <li>T shares that all fit, and a secret that does not, are the dealer's lie; so is a W that
 *       does not open under K, or holds a pair secret that contradicts C_ij.
 * </ol>
 */
public final class RoundBlame {
  private final Notary notary;
  private final RoundEvidence evidence;
  private final Manifest manifest;
  private final Survivors survivors;
  private final SectionHeader header;

  private RoundBlame(Notary notary, RoundEvidence evidence) throws Refusal {
    this.notary = notary;
    this.evidence = evidence;
    try {
      this.manifest = certified(notary, evidence);
      this.survivors = Survivors.decode(evidence.survivors().toArray());
    } catch (IllegalArgumentException malformed) {
      throw madeUp(malformed.getMessage() + "");
    }
    require(manifest.epoch() == evidence.epoch(), "a manifest of another epoch");
    require(manifest.indices().contains(evidence.dealer()), "the dealer has no part in the epoch");
    require(survivors.ref().epoch() == manifest.epoch(), "survivors of another epoch");
    this.header =
        Inbox.openPresented(
            notary, "unknown", evidence.deposit(), SectionHeader.class, name(evidence.dealer()));
    Digest named =
        manifest.participants().get(manifest.indices().indexOf(evidence.dealer())).depositDigest();
    require(header.digest().equals(named), "the deposit is not the one in the manifest");
    require(
        header.epoch() == manifest.epoch() && header.kind() == SectionHeader.Kind.DEPOSIT,
        "a header of another epoch or kind");
  }

  /**
   * @return the verdict; empty if the evidence shows no lie
   * @throws Refusal blaming nobody in the round: the evidence is made up or does not belong
   *     together
   */
  public static Optional<Verdict> judge(Notary notary, RoundEvidence evidence) throws Refusal {
    return new RoundBlame(notary, evidence).judge();
  }

  private static Manifest certified(Notary notary, RoundEvidence evidence) throws Refusal {
    ManifestCertificate certificate =
        ManifestCertificate.decode(evidence.manifestCertificate().toArray());
    Manifest manifest = Manifest.decode(certificate.manifest().toArray());
    Inbox.quorum(
        notary,
        "unknown",
        certificate.signatures(),
        ManifestSignature.class,
        manifest::pins,
        signature -> signature.manifestDigest().equals(manifest.digest()),
        manifest.cohort().threshold());
    return manifest;
  }

  private Optional<Verdict> judge() throws Refusal {
    TreeMap<Integer, byte[]> shares = new TreeMap<>();
    for (Bytes sealed : evidence.reveals()) {
      Received received = Inbox.openPresented(notary, "unknown", sealed);
      int revealer = manifest.cohort().indexOf(received.sender());
      require(manifest.indices().contains(revealer), "a reveal of no participant");
      Optional<Verdict> lie = reveal(revealer, received.message(), shares);
      if (lie.isPresent()) {
        return lie;
      }
    }
    if (shares.size() < manifest.cohort().threshold()) {
      return Optional.empty();
    }
    while (shares.size() > manifest.cohort().threshold()) {
      shares.pollLastEntry();
    }
    return dealer(shares);
  }

  private Optional<Verdict> reveal(int revealer, Message message, TreeMap<Integer, byte[]> shares)
      throws Refusal {
    if (message instanceof PairReveal pair) {
      requireRef(pair.ref());
      require(
          pair.dropped() == evidence.dealer() && revealer != evidence.dealer(),
          "a pair secret with somebody else");
      return fitsCommitment(revealer, pair.pairSecret())
          ? Optional.empty()
          : verdict(revealer, Reason.COMMITMENT_MISMATCH, "its pair secret contradicts C");
    }
    if (!(message instanceof Reveal reveal)) {
      throw madeUp("a " + message.type() + " among the reveals");
    }
    requireRef(reveal.ref());
    require(
        reveal.survivorsDigest().equals(survivors.digest())
            && reveal.shares().size() == manifest.participants().size(),
        "a reveal for other survivors");
    byte[] share = reveal.shares().get(manifest.indices().indexOf(evidence.dealer())).toArray();
    Digest hash =
        Commitments.ofShare(manifest.epoch(), evidence.dealer(), revealer, token(), kind(), share);
    if (!hash.equals(DepositLayout.shareHash(section(revealer), token(), kind()))) {
      return verdict(
          revealer,
          Reason.BAD_SHARE,
          "its share of \"%s\" contradicts the hash".formatted(name(evidence.dealer())));
    }
    shares.put(revealer, share);
    return Optional.empty();
  }

  /** T shares that fit: what they combine to is what was dealt. */
  private Optional<Verdict> dealer(TreeMap<Integer, byte[]> shares) throws Refusal {
    Reason reason = kind() == Secret.SEED ? Reason.BAD_DEALER : Reason.BAD_RECOVERY;
    require(
        header.commonDigest().equals(evidence.common().sha256())
            && evidence.common().size() == DepositLayout.COMMON_BYTES,
        "the common section is not the one that was signed");
    byte[] secret;
    try {
      secret = Shamir.combiner(List.copyOf(shares.keySet())).combine(List.copyOf(shares.values()));
    } catch (MalformedMessageException e) {
      return verdict(evidence.dealer(), reason, "its shares combine to nothing");
    }
    Digest hash =
        Commitments.ofSecret(manifest.epoch(), evidence.dealer(), token(), kind(), secret);
    if (!hash.equals(DepositLayout.secretHash(evidence.common(), token(), kind()))) {
      return verdict(evidence.dealer(), reason, "its " + kind() + " contradicts the hash");
    }
    return kind() == Secret.SEED ? Optional.empty() : recovery(secret);
  }

  private Optional<Verdict> recovery(byte[] key) throws Refusal {
    require(
        header.recoveryDigest().equals(evidence.recovery().sha256()),
        "the recovery section is not the one that was signed");
    List<Integer> dealt = new ArrayList<>();
    for (int index = 0; index < header.sections().size(); index++) {
      if (index != evidence.dealer()
          && !header.sections().get(index).equals(Bytes.EMPTY.sha256())) {
        dealt.add(index);
      }
    }
    int present = dealt.size() + 1;
    require(
        evidence.recovery().size() == Limits.TOKENS * DepositLayout.recordBytes(present),
        "a recovery section of %d bytes for %d present members"
            .formatted(evidence.recovery().size(), present));
    byte[] place = Commitments.recoveryPlace(manifest.epoch(), evidence.dealer(), token());
    Bytes opened;
    try {
      byte[] sealed = DepositLayout.record(evidence.recovery(), token(), present);
      opened = Bytes.of(Aead.open(key, sealed, place));
    } catch (BadCiphertextException e) {
      return verdict(evidence.dealer(), Reason.BAD_RECOVERY, "its W does not open");
    }
    for (int position = 0; position < dealt.size(); position++) {
      int peer = dealt.get(position);
      Bytes secret = Bytes.of(opened.slice(32 * position, 32));
      if (survivors.indices().contains(peer) && !fitsCommitment(peer, secret)) {
        return verdict(
            evidence.dealer(), Reason.BAD_RECOVERY, "its W holds another pair secret than C says");
      }
    }
    return Optional.empty();
  }

  private boolean fitsCommitment(int peer, Bytes pairSecret) throws Refusal {
    Digest commitment = new Digest(Derivation.commitment(pairSecret.toArray()));
    return commitment.equals(DepositLayout.commitment(section(peer), token()));
  }

  private Bytes section(int recipient) throws Refusal {
    Bytes section = evidence.sections().get(recipient);
    if (section == null
        || !section.sha256().equals(header.sections().get(recipient))
        || section.size() != DepositLayout.sectionBytes(recipient == evidence.dealer())) {
      throw madeUp("the section for member " + recipient + " is not the one that was signed");
    }
    return section;
  }

  private Secret kind() {
    return survivors.indices().contains(evidence.dealer()) ? Secret.SEED : Secret.RECOVERY_KEY;
  }

  private int token() {
    return survivors.ref().token();
  }

  private String name(int index) {
    return manifest.cohort().members().get(index);
  }

  private void requireRef(TokenRef ref) throws Refusal {
    require(ref.equals(survivors.ref()), "a reveal for another task");
  }

  private static void require(boolean condition, String otherwise) throws Refusal {
    if (!condition) {
      throw madeUp(otherwise);
    }
  }

  private static Refusal madeUp(String why) {
    return new Refusal(Reason.MISBOUND, "unknown", "no evidence: " + why);
  }

  private Optional<Verdict> verdict(int liar, Reason reason, String explanation) {
    List<Digest> digests = new ArrayList<>();
    digests.add(evidence.deposit().sha256());
    evidence.reveals().forEach(reveal -> digests.add(reveal.sha256()));
    return Optional.of(new Verdict(manifest.epoch(), name(liar), reason, explanation, digests));
  }
}
