package org.concordat.secureagg.member;

import static org.concordat.secureagg.Refusal.require;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.check.SurvivorCommitments;
import org.concordat.secureagg.envelope.Inbox;
import org.concordat.secureagg.message.Certificate;
import org.concordat.secureagg.message.Manifest;
import org.concordat.secureagg.message.PairReveal;
import org.concordat.secureagg.message.PairRevealRequest;
import org.concordat.secureagg.message.Reveal;
import org.concordat.secureagg.message.SurvivorSignature;
import org.concordat.secureagg.message.Survivors;
import org.concordat.secureagg.step.Participant;
import org.concordat.secureagg.step.Transaction;

/** The messages Survivors, Certificate and PairRevealRequest. */
final class Certifying {
  private Certifying() {}

  /** Itself in U3 with its own root, |U3| >= N_min; signs once per token, ever. */
  static void onSurvivors(Participant me, Transaction tx, String sender, Survivors survivors)
      throws Refusal {
    Manifest manifest = Voiding.manifest(tx, sender, survivors.ref().epoch());
    me.requireCoordinator(sender, manifest.cohort());
    Stores.requirePinned(me, tx, sender, manifest);
    Tokens token = uploadedToken(tx, sender, survivors);
    Optional<byte[]> before = tx.get(token.key(Tokens.SIGNED_SURVIVORS));
    if (before.isPresent()) {
      require(
          new Digest(before.get()).equals(survivors.digest()),
          Reason.SECOND_SURVIVOR_SET,
          sender,
          "a second survivor set for %s",
          survivors.ref().describe());
      tx.sendAgain(token.key(Tokens.SURVIVOR_SIGNATURE));
      return;
    }
    require(
        !token.has(Tokens.NON_REVEAL),
        Reason.NON_REVEAL_SIGNED,
        sender,
        "a NonReveal is signed for %s",
        survivors.ref().describe());
    token.needSecrets(sender);
    checkSet(sender, manifest, survivors);
    checkOwnRoot(me, tx, sender, manifest, token, survivors);
    tx.put(token.key(Tokens.SIGNED_SURVIVORS), survivors.digest().bytes());
    tx.sendOnce(
        me,
        token.key(Tokens.SURVIVOR_SIGNATURE),
        new SurvivorSignature(survivors.ref(), survivors.digest()));
  }

  private static Tokens uploadedToken(Transaction tx, String sender, Survivors survivors)
      throws Refusal {
    Optional<Tokens> token = Tokens.find(tx, survivors.ref().epoch(), survivors.ref().token());
    require(
        token.isPresent() && token.get().ref().equals(survivors.ref()),
        Reason.TASK_UNKNOWN,
        sender,
        "survivors of %s, which is not the task that I accepted",
        survivors.ref().describe());
    require(
        token.orElseThrow().uploaded(),
        Reason.NOT_IN_SURVIVORS,
        sender,
        "I have uploaded nothing for %s",
        survivors.ref().describe());
    return token.orElseThrow();
  }

  private static void checkSet(String sender, Manifest manifest, Survivors survivors)
      throws Refusal {
    require(
        manifest.indices().containsAll(survivors.indices()),
        Reason.NOT_A_PARTICIPANT,
        sender,
        "survivors %s are not all participants of epoch %d",
        survivors.indices(),
        manifest.epoch());
    require(
        survivors.uploads().size() >= manifest.cohort().minSurvivors(),
        Reason.TOO_FEW_SURVIVORS,
        sender,
        "%d survivors, at least %d agreed",
        survivors.uploads().size(),
        manifest.cohort().minSurvivors());
  }

  private static void checkOwnRoot(
      Participant me,
      Transaction tx,
      String sender,
      Manifest manifest,
      Tokens token,
      Survivors survivors)
      throws Refusal {
    int self = manifest.cohort().indexOf(me.self());
    Digest root = new Digest(tx.need(token.key(Tokens.ROOT)));
    Optional<Survivors.Upload> own =
        survivors.uploads().stream().filter(upload -> upload.index() == self).findFirst();
    require(own.isPresent(), Reason.NOT_IN_SURVIVORS, sender, "I am not among the survivors");
    require(
        own.orElseThrow().root().equals(root),
        Reason.WRONG_ROOT,
        sender,
        "my root is %s, the survivor set says %s",
        root.shortHex(),
        own.orElseThrow().root().shortHex());
  }

  /**
   * T signatures of members in U3; then, once, the share of b_j for j in U3, of K_j for the others.
   */
  static void onCertificate(Participant me, Transaction tx, String sender, Certificate certificate)
      throws Refusal {
    Manifest manifest = Voiding.manifest(tx, sender, certificate.ref().epoch());
    me.requireCoordinator(sender, manifest.cohort());
    Stores.requirePinned(me, tx, sender, manifest);
    Survivors survivors = survivors(sender, certificate);
    Tokens token = Tokens.burn(tx, sender, certificate.ref());
    Optional<byte[]> before = tx.get(token.key(Tokens.CERTIFIED_DIGEST));
    if (before.isPresent()) {
      require(
          new Digest(before.get()).equals(survivors.digest()),
          Reason.SECOND_SURVIVOR_SET,
          sender,
          "a certificate for a second survivor set of %s",
          certificate.ref().describe());
      tx.sendAgain(token.key(Tokens.REVEAL));
      return;
    }
    require(
        !token.has(Tokens.NON_REVEAL),
        Reason.NON_REVEAL_SIGNED,
        sender,
        "a NonReveal is signed for %s",
        certificate.ref().describe());
    TokenSecrets secrets = token.needSecrets(sender);
    checkSet(sender, manifest, survivors);
    Notary signers = me.notary().under(manifest.cohort().rosterDigest());
    Inbox.quorum(
        signers,
        sender,
        certificate.signatures(),
        SurvivorSignature.class,
        (member, store) ->
            manifest.pins(member, store)
                && survivors.indices().contains(manifest.cohort().indexOf(member)),
        signature -> signature.equals(new SurvivorSignature(certificate.ref(), survivors.digest())),
        manifest.cohort().threshold());
    SurvivorCommitments.check(signers, sender, manifest, survivors, certificate.commitments());
    if (survivors.indices().contains(manifest.cohort().indexOf(me.self()))) {
      require(
          token.uploaded(),
          Reason.NOT_IN_SURVIVORS,
          sender,
          "I am among the survivors of %s and have uploaded nothing",
          certificate.ref().describe());
      checkOwnRoot(me, tx, sender, manifest, token, survivors);
    }
    tx.put(token.key(Tokens.CERTIFIED), survivors.encode());
    tx.put(token.key(Tokens.CERTIFIED_DIGEST), survivors.digest().bytes());
    tx.sendOnce(me, token.key(Tokens.REVEAL), reveal(survivors, secrets));
  }

  private static Survivors survivors(String sender, Certificate certificate) throws Refusal {
    try {
      Survivors survivors = Survivors.decode(certificate.survivors().toArray());
      require(
          survivors.ref().equals(certificate.ref()),
          Reason.MISBOUND,
          sender,
          "a certificate for %s with survivors of %s",
          certificate.ref().describe(),
          survivors.ref().describe());
      return survivors;
    } catch (IllegalArgumentException e) {
      throw new Refusal(Reason.MALFORMED, sender, "survivors: " + e.getMessage());
    }
  }

  private static Reveal reveal(Survivors survivors, TokenSecrets secrets) {
    List<Bytes> shares = new ArrayList<>();
    for (Map.Entry<Integer, TokenSecrets.Peer> peer : secrets.peers().entrySet()) {
      boolean survived = survivors.indices().contains(peer.getKey());
      shares.add(survived ? peer.getValue().seedShare() : peer.getValue().recoveryShare());
    }
    return new Reveal(survivors.ref(), survivors.digest(), shares);
  }

  /**
   * Gives away u_ij only for j outside the certified U3, and only after revealing: the share of K_j
   * that this member revealed opens the same secret, so that a false claim of a bad recovery record
   * gains nothing.
   */
  static void onPairRequest(
      Participant me, Transaction tx, String sender, PairRevealRequest request) throws Refusal {
    Manifest manifest = Voiding.manifest(tx, sender, request.ref().epoch());
    me.requireCoordinator(sender, manifest.cohort());
    Stores.requirePinned(me, tx, sender, manifest);
    Optional<Tokens> found = Tokens.find(tx, request.ref().epoch(), request.ref().token());
    require(
        found.isPresent()
            && found.get().ref().equals(request.ref())
            && found.get().has(Tokens.REVEAL),
        Reason.CERTIFICATE_MISSING,
        sender,
        "nothing is revealed for %s",
        request.ref().describe());
    Tokens token = found.orElseThrow();
    String key = token.key(Tokens.PAIR_REVEAL + request.dropped());
    if (tx.has(key)) {
      tx.sendAgain(key);
      return;
    }
    TokenSecrets secrets = token.needSecrets(sender);
    Survivors survivors = Survivors.decode(tx.need(token.key(Tokens.CERTIFIED)));
    TokenSecrets.Peer peer = secrets.peers().get(request.dropped());
    require(
        peer != null
            && !survivors.indices().contains(request.dropped())
            && survivors.indices().contains(manifest.cohort().indexOf(me.self())),
        Reason.ALREADY_REVEALED,
        sender,
        "member %d is not a dropped participant, or I am no survivor",
        request.dropped());
    tx.sendOnce(
        me,
        key,
        new PairReveal(
            request.ref(), request.dropped(), Objects.requireNonNull(peer).pairSecret()));
  }
}
