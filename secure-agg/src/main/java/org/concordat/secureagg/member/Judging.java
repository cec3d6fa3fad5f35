package org.concordat.secureagg.member;

import static org.concordat.secureagg.Refusal.require;

import java.util.Optional;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.blame.Judge;
import org.concordat.secureagg.blame.Verdict;
import org.concordat.secureagg.message.EpochMessage;
import org.concordat.secureagg.message.EpochStart;
import org.concordat.secureagg.message.Manifest;
import org.concordat.secureagg.message.ManifestCertificate;
import org.concordat.secureagg.message.RoundEvidence;
import org.concordat.secureagg.message.TwoStatements;
import org.concordat.secureagg.step.Key;
import org.concordat.secureagg.step.Notice;
import org.concordat.secureagg.step.Participant;
import org.concordat.secureagg.step.Pinned;
import org.concordat.secureagg.step.Transaction;

/**
 * The messages RoundEvidence and TwoStatements: judged here, never believed; a liar is remembered
 * as long as the roster stays the same, and refused in starts and manifests.
 */
final class Judging {
  private Judging() {}

  static void onEvidence(Participant me, Transaction tx, String sender, RoundEvidence evidence)
      throws Refusal {
    Manifest shown = shown(sender, evidence);
    Optional<byte[]> known = tx.get(Key.manifest(evidence.epoch()));
    require(
        known.map(bytes -> Manifest.decode(bytes).equals(shown)).orElse(true),
        Reason.TWO_MANIFESTS,
        sender,
        "evidence under another manifest of epoch %d than the certified one",
        evidence.epoch());
    require(
        known.isPresent() || Pinned.cohort(me, tx).admits(shown.cohort()),
        Reason.COHORT_MISMATCH,
        sender,
        "evidence under a manifest of epoch %d that is not of my roster and policy",
        evidence.epoch());
    me.requireCoordinator(sender, shown.cohort());
    judge(me, tx, sender, shown.cohort(), evidence);
  }

  /** Its T signatures are checked by whoever judges the evidence. */
  private static Manifest shown(String sender, RoundEvidence evidence) throws Refusal {
    try {
      Bytes payload =
          ManifestCertificate.decode(evidence.manifestCertificate().toArray()).manifest();
      return Manifest.decode(payload.toArray());
    } catch (IllegalArgumentException malformed) {
      throw new Refusal(Reason.MALFORMED, sender, "evidence: " + malformed.getMessage());
    }
  }

  static void onTwoStatements(Participant me, Transaction tx, String sender, TwoStatements two)
      throws Refusal {
    Optional<Cohort> cohort = cohort(tx, two.epoch());
    if (cohort.isEmpty()) {
      return; // a number that passed by: which roster its liar is under cannot be told
    }
    me.requireCoordinator(sender, cohort.get());
    judge(me, tx, sender, cohort.get(), two);
  }

  /** The cohort of a number that this member knows of: certified, signed or being set up. */
  private static Optional<Cohort> cohort(Transaction tx, long epoch) {
    Optional<byte[]> manifest =
        tx.get(Key.manifest(epoch)).or(() -> tx.get(Key.signedManifest(epoch)));
    if (manifest.isPresent()) {
      return manifest.map(bytes -> Manifest.decode(bytes).cohort());
    }
    return tx.get(Key.SETUP_START)
        .map(EpochStart::decode)
        .filter(start -> start.number() == epoch)
        .map(EpochStart::cohort);
  }

  private static void judge(
      Participant me, Transaction tx, String sender, Cohort cohort, EpochMessage evidence)
      throws Refusal {
    Optional<Verdict> verdict;
    try {
      verdict = Judge.judge(me.notary(), evidence);
    } catch (Refusal madeUp) {
      throw new Refusal(madeUp.reason(), sender, "evidence: " + madeUp.getMessage());
    }
    require(verdict.isPresent(), Reason.MISBOUND, sender, "evidence that shows no lie");
    String liar = verdict.orElseThrow().liar();
    require(
        cohort.indexOf(liar) >= 0, Reason.NOT_A_MEMBER, sender, "evidence against \"%s\"", liar);
    String key = Key.excluded(cohort.rosterDigest().hex(), liar);
    if (tx.has(key)) {
      return; // known: no second alarm
    }
    if (!liar.equals(me.self())) {
      tx.mark(key);
    }
    tx.notice(new Notice.Judged(verdict.orElseThrow()));
  }
}
