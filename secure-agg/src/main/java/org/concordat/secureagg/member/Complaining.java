package org.concordat.secureagg.member;

import static org.concordat.secureagg.Refusal.require;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.blame.Blame;
import org.concordat.secureagg.blame.Verdict;
import org.concordat.secureagg.envelope.Inbox;
import org.concordat.secureagg.message.Complaint;
import org.concordat.secureagg.message.Complaint.Grievance;
import org.concordat.secureagg.message.Dispute;
import org.concordat.secureagg.message.EpochKeys;
import org.concordat.secureagg.message.KeyOpening;
import org.concordat.secureagg.message.Manifest;
import org.concordat.secureagg.message.OpeningRequest;
import org.concordat.secureagg.message.PairEvidence;
import org.concordat.secureagg.message.SectionHeader;
import org.concordat.secureagg.message.SectionView;
import org.concordat.secureagg.step.Key;
import org.concordat.secureagg.step.Notice;
import org.concordat.secureagg.step.Participant;
import org.concordat.secureagg.step.Transaction;

/**
 * Epoch step 4, where a deposit does not fit: complaint, opening, verdict. Opening and signing the
 * manifest exclude each other for good: {@link Key#opened} is durable before an opening is sent,
 * and the private keys are gone before a signature is.
 */
final class Complaining {
  private Complaining() {}

  /** The rule "never both", for everything that would use an opened number. */
  static void requireNone(Transaction tx, String sender, long epoch) throws Refusal {
    require(
        !tx.has(Key.opened(epoch)),
        Reason.COMPLAINED,
        sender,
        "I have opened my keys of epoch %d and take no part in it: open the next number",
        epoch);
  }

  /** Refuses a member that this member has judged to be a liar, under the same roster. */
  static void requireNotExcluded(Transaction tx, String sender, Cohort cohort, String member)
      throws Refusal {
    require(
        !tx.has(Key.excluded(cohort.rosterDigest().hex(), member)),
        Reason.EXCLUDED_MEMBER,
        sender,
        "\"%s\" was shown to lie under this roster: leave it out",
        member);
  }

  /** Complaint and own opening, together: durable, then sent. */
  static void complain(EpochSetup setup, int accused, Grievance grievance, SectionView deposit)
      throws Refusal {
    Transaction tx = setup.tx();
    SectionView encapsulation = needEncapsulation(setup, accused, setup.me().self());
    Complaint complaint =
        new Complaint(
            setup.epoch(), accused, grievance, evidence(setup, accused, encapsulation, deposit));
    tx.mark(Key.opened(setup.epoch()));
    tx.sendOnce(setup.me(), Key.SETUP_COMPLAINT, complaint);
    tx.sendOnce(setup.me(), Key.SETUP_OPENING, opening(setup, complaint, encapsulation));
    tx.notice(new Notice.Complained(setup.epoch(), setup.name(accused), grievance.name()));
  }

  /** The accused's deposit is shown again: the same bytes once more. One complaint a number. */
  static void complainAgain(EpochSetup setup, int dealer) throws Refusal {
    Transaction tx = setup.tx();
    Complaint complaint =
        Inbox.open(
            setup.me().notary(),
            tx.needBytes(Key.SETUP_COMPLAINT),
            Complaint.class,
            setup.me().self());
    if (complaint.accused() == dealer) {
      tx.sendAgain(Key.SETUP_COMPLAINT);
      tx.sendAgain(Key.SETUP_OPENING);
    }
  }

  private static PairEvidence evidence(
      EpochSetup setup, int accused, SectionView encapsulation, SectionView deposit)
      throws Refusal {
    SortedMap<Integer, EpochKeys> keys = setup.keys();
    List<PairEvidence.KeyDigest> digests = new ArrayList<>();
    keys.forEach((index, key) -> digests.add(new PairEvidence.KeyDigest(index, key.digest())));
    return new PairEvidence(
        Bytes.of(setup.start().encode()),
        digests,
        setup.present(),
        payload(keys, Math.min(accused, setup.self())),
        payload(keys, Math.max(accused, setup.self())),
        encapsulation.sealedHeader(),
        encapsulation.section(),
        deposit.sealedHeader(),
        deposit.section());
  }

  private static Bytes payload(SortedMap<Integer, EpochKeys> keys, int index) {
    return Bytes.of(Objects.requireNonNull(keys.get(index)).encode());
  }

  private static SectionView needEncapsulation(EpochSetup setup, int peer, String culprit)
      throws Refusal {
    Optional<SectionView> encapsulation = setup.encapsulation(peer);
    require(
        encapsulation.isPresent(),
        Reason.WRONG_STEP,
        culprit,
        "nothing was encapsulated between me and \"%s\" in epoch %d",
        setup.name(peer),
        setup.epoch());
    return encapsulation.orElseThrow();
  }

  private static KeyOpening opening(
      EpochSetup setup, Complaint complaint, SectionView encapsulation) {
    return new KeyOpening(
        setup.epoch(),
        complaint.digest(),
        setup.tx().needBytes(Key.SETUP_PRIVATE),
        encapsulation.sealedHeader());
  }

  /** The accused opens as well, unless it has signed: one answer for each complainer. */
  static void onOpeningRequest(
      Participant me, Transaction tx, String sender, OpeningRequest request) throws Refusal {
    requireUnsigned(me, tx, sender, request.epoch());
    EpochSetup setup = EpochSetup.of(me, tx, sender, request.epoch());
    int complainer = complainer(setup, sender, request);
    Complaint complaint =
        Inbox.openPresented(
            me.notary(), sender, request.complaint(), Complaint.class, setup.name(complainer));
    require(
        complaint.epoch() == setup.epoch()
            && complaint.accused() == setup.self()
            && complainer != setup.self(),
        Reason.MISBOUND,
        sender,
        "a complaint of \"%s\" that is not about me in epoch %d",
        setup.name(complainer),
        setup.epoch());
    requireOwnDeposit(me, setup, complainer, request, complaint);
    KeyOpening answer =
        opening(setup, complaint, needEncapsulation(setup, complainer, setup.name(complainer)));
    String key = Key.answer(complainer);
    if (tx.has(key)) {
      KeyOpening before = Inbox.open(me.notary(), tx.needBytes(key), KeyOpening.class, me.self());
      require(
          before.complaint().equals(answer.complaint()),
          Reason.CONFLICTING_MESSAGE,
          setup.name(complainer),
          "two different complaints in epoch %d",
          setup.epoch());
      tx.sendAgain(key);
      return;
    }
    tx.mark(Key.opened(setup.epoch()));
    tx.sendOnce(me, key, answer);
  }

  /**
   * Keys are opened only for the one start that this member follows and the one deposit that it
   * sent, and only if the rest of the evidence hangs together. The complainer has seen this
   * member's header: other evidence is its lie, whatever the coordinator did.
   */
  private static void requireOwnDeposit(
      Participant me, EpochSetup setup, int complainer, OpeningRequest request, Complaint complaint)
      throws Refusal {
    Verdict verdict =
        Blame.judge(
            me.notary(), new Dispute(setup.epoch(), request.complaint(), List.of()), setup.start());
    require(
        verdict.reason() != Reason.FALSE_COMPLAINT,
        Reason.FALSE_COMPLAINT,
        setup.name(complainer),
        "%s; my keys stay closed",
        verdict.explanation());
    SectionHeader shown =
        Inbox.openPresented(
            me.notary(),
            setup.name(complainer),
            complaint.evidence().deposit(),
            SectionHeader.class,
            me.self());
    byte[] own = setup.tx().get(Key.SETUP_OWN_HEADER).orElse(new byte[0]);
    require(
        Arrays.equals(own, shown.digest().bytes()),
        Reason.FALSE_COMPLAINT,
        setup.name(complainer),
        "a complaint about a deposit of epoch %d that I have not sent; my keys stay closed",
        setup.epoch());
  }

  private static int complainer(EpochSetup setup, String sender, OpeningRequest request)
      throws Refusal {
    String name = Inbox.openPresented(setup.me().notary(), sender, request.complaint()).sender();
    int index = setup.cohort().indexOf(name);
    require(index >= 0, Reason.NOT_A_MEMBER, sender, "a complaint of a stranger");
    return index;
  }

  private static void requireUnsigned(Participant me, Transaction tx, String sender, long epoch)
      throws Refusal {
    Optional<byte[]> manifest =
        tx.get(Key.signedManifest(epoch)).or(() -> tx.get(Key.manifest(epoch)));
    if (manifest.isPresent()) {
      me.requireCoordinator(sender, Manifest.decode(manifest.get()).cohort());
      throw new Refusal(
          Reason.COMPLAINT_AFTER_MANIFEST,
          sender,
          "the manifest of epoch %d is signed or certified: my keys are erased".formatted(epoch));
    }
  }

  /** Judges for itself; a liar is remembered as long as the roster stays the same. */
  static void onDispute(Participant me, Transaction tx, String sender, Dispute dispute)
      throws Refusal {
    EpochSetup setup = EpochSetup.of(me, tx, sender, dispute.epoch());
    Verdict verdict;
    try {
      verdict = Blame.judge(me.notary(), dispute);
      // Either the pair made its start up, or the coordinator gave out two: no proof against one.
      require(
          verdict.equals(Blame.judge(me.notary(), dispute, setup.start())),
          Reason.MISBOUND,
          sender,
          "it is about another start of epoch %d than mine",
          setup.epoch());
    } catch (Refusal madeUp) {
      throw new Refusal(madeUp.reason(), sender, "a dispute: " + madeUp.getMessage());
    }
    require(
        setup.cohort().indexOf(verdict.liar()) >= 0,
        Reason.NOT_A_MEMBER,
        sender,
        "a dispute of strangers");
    if (verdict.proven() && !verdict.liar().equals(me.self())) {
      tx.mark(Key.excluded(setup.cohort().rosterDigest().hex(), verdict.liar()));
    }
    tx.notice(new Notice.Judged(verdict));
  }
}
