package org.concordat.secureagg.member;

import static org.concordat.secureagg.Refusal.require;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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
import org.concordat.secureagg.step.Draft;
import org.concordat.secureagg.step.Key;
import org.concordat.secureagg.step.Notice;
import org.concordat.secureagg.step.Participant;

/**
 * Epoch step 4, where a deposit does not fit: complaint, opening, verdict. Opening and signing the
 * manifest exclude each other for good: {@link Key#opened} is durable before an opening is sent,
 * and the private keys are gone before a signature is.
 */
final class Complaining {
  private Complaining() {}

  /** The rule "never both", for everything that would use an opened number. */
  static void requireNone(Draft draft, String sender, long epoch) throws Refusal {
    require(
        !draft.has(Key.opened(epoch)),
        Reason.COMPLAINED,
        sender,
        "I have opened my keys of epoch %d and take no part in it: open the next number",
        epoch);
  }

  /** Refuses a member that this member has judged to be a liar, under the same roster. */
  static void requireNotExcluded(Draft draft, String sender, Cohort cohort, String member)
      throws Refusal {
    require(
        !draft.has(Key.excluded(cohort.rosterDigest().hex(), member)),
        Reason.EXCLUDED_MEMBER,
        sender,
        "\"%s\" was shown to lie under this roster: leave it out",
        member);
  }

  /** Complaint and own opening, together: durable, then sent. */
  static void complain(Forming forming, int accused, Grievance grievance, SectionView deposit)
      throws Refusal {
    Draft draft = forming.draft();
    SectionView encapsulation = needEncapsulation(forming, accused, forming.me().self());
    Complaint complaint =
        new Complaint(
            forming.epoch(),
            accused,
            grievance,
            evidence(forming, accused, encapsulation, deposit));
    draft.mark(Key.opened(forming.epoch()));
    draft.sendOnce(forming.me(), Key.FORMING_COMPLAINT, complaint);
    draft.sendOnce(forming.me(), Key.FORMING_OPENING, opening(forming, complaint, encapsulation));
    draft.notice(new Notice.Complained(forming.epoch(), forming.name(accused), grievance.name()));
  }

  /** The accused's deposit is shown again: the same bytes once more. One complaint a number. */
  static void complainAgain(Forming forming, int dealer) throws Refusal {
    Draft draft = forming.draft();
    Complaint complaint =
        Inbox.open(
            forming.me().notary(),
            draft.needBytes(Key.FORMING_COMPLAINT),
            Complaint.class,
            forming.me().self());
    if (complaint.accused() == dealer) {
      draft.sendAgain(Key.FORMING_COMPLAINT);
      draft.sendAgain(Key.FORMING_OPENING);
    }
  }

  private static PairEvidence evidence(
      Forming forming, int accused, SectionView encapsulation, SectionView deposit) throws Refusal {
    SortedMap<Integer, EpochKeys> keys = forming.keys();
    List<PairEvidence.KeyDigest> digests = new ArrayList<>();
    keys.forEach((index, key) -> digests.add(new PairEvidence.KeyDigest(index, key.digest())));
    return new PairEvidence(
        Bytes.of(forming.start().encode()),
        digests,
        forming.present(),
        payload(keys, Math.min(accused, forming.self())),
        payload(keys, Math.max(accused, forming.self())),
        encapsulation.sealedHeader(),
        encapsulation.section(),
        deposit.sealedHeader(),
        deposit.section());
  }

  private static Bytes payload(SortedMap<Integer, EpochKeys> keys, int index) {
    return Bytes.of(java.util.Objects.requireNonNull(keys.get(index)).encode());
  }

  private static SectionView needEncapsulation(Forming forming, int peer, String culprit)
      throws Refusal {
    Optional<SectionView> encapsulation = forming.encapsulation(peer);
    require(
        encapsulation.isPresent(),
        Reason.WRONG_STEP,
        culprit,
        "nothing was encapsulated between me and \"%s\" in epoch %d",
        forming.name(peer),
        forming.epoch());
    return encapsulation.orElseThrow();
  }

  private static KeyOpening opening(
      Forming forming, Complaint complaint, SectionView encapsulation) {
    return new KeyOpening(
        forming.epoch(),
        complaint.digest(),
        forming.draft().needBytes(Key.FORMING_PRIVATE),
        encapsulation.sealedHeader());
  }

  /** The accused opens as well, unless it has signed: one answer for each complainer. */
  static void onOpeningRequest(Participant me, Draft draft, String sender, OpeningRequest request)
      throws Refusal {
    requireUnsigned(me, draft, sender, request.epoch());
    Forming forming = Forming.of(me, draft, sender, request.epoch());
    int complainer = complainer(forming, sender, request);
    Complaint complaint =
        Inbox.openPresented(
            me.notary(), sender, request.complaint(), Complaint.class, forming.name(complainer));
    require(
        complaint.epoch() == forming.epoch()
            && complaint.accused() == forming.self()
            && complainer != forming.self(),
        Reason.MISBOUND,
        sender,
        "a complaint of \"%s\" that is not about me in epoch %d",
        forming.name(complainer),
        forming.epoch());
    requireOwnDeposit(me, forming, complainer, request, complaint);
    KeyOpening answer =
        opening(
            forming, complaint, needEncapsulation(forming, complainer, forming.name(complainer)));
    String key = Key.answer(complainer);
    if (draft.has(key)) {
      KeyOpening before =
          Inbox.open(me.notary(), draft.needBytes(key), KeyOpening.class, me.self());
      require(
          before.complaint().equals(answer.complaint()),
          Reason.CONFLICTING_MESSAGE,
          forming.name(complainer),
          "two different complaints in epoch %d",
          forming.epoch());
      draft.sendAgain(key);
      return;
    }
    draft.mark(Key.opened(forming.epoch()));
    draft.sendOnce(me, key, answer);
  }

  /**
   * Keys are opened only for the one start that this member follows and the one deposit that it
   * sent, and only if the rest of the evidence hangs together. The complainer has seen this
   * member's header: other evidence is its lie, whatever the coordinator did.
   */
  private static void requireOwnDeposit(
      Participant me, Forming forming, int complainer, OpeningRequest request, Complaint complaint)
      throws Refusal {
    Verdict verdict =
        Blame.judge(
            me.notary(),
            new Dispute(forming.epoch(), request.complaint(), List.of()),
            forming.start());
    require(
        verdict.reason() != Reason.FALSE_COMPLAINT,
        Reason.FALSE_COMPLAINT,
        forming.name(complainer),
        "%s; my keys stay closed",
        verdict.explanation());
    SectionHeader shown =
        Inbox.openPresented(
            me.notary(),
            forming.name(complainer),
            complaint.evidence().deposit(),
            SectionHeader.class,
            me.self());
    byte[] own = forming.draft().get(Key.FORMING_OWN_HEADER).orElse(new byte[0]);
    require(
        Arrays.equals(own, shown.digest().bytes()),
        Reason.FALSE_COMPLAINT,
        forming.name(complainer),
        "a complaint about a deposit of epoch %d that I have not sent; my keys stay closed",
        forming.epoch());
  }

  private static int complainer(Forming forming, String sender, OpeningRequest request)
      throws Refusal {
    String name = Inbox.openPresented(forming.me().notary(), sender, request.complaint()).sender();
    int index = forming.cohort().indexOf(name);
    require(index >= 0, Reason.NOT_A_MEMBER, sender, "a complaint of a stranger");
    return index;
  }

  private static void requireUnsigned(Participant me, Draft draft, String sender, long epoch)
      throws Refusal {
    Optional<byte[]> manifest =
        draft.get(Key.signedManifest(epoch)).or(() -> draft.get(Key.manifest(epoch)));
    if (manifest.isPresent()) {
      me.requireCoordinator(sender, Manifest.decode(manifest.get()).cohort());
      throw new Refusal(
          Reason.COMPLAINT_AFTER_MANIFEST,
          sender,
          "the manifest of epoch %d is signed or certified: my keys are erased".formatted(epoch));
    }
  }

  /** Judges for itself; a liar is remembered as long as the roster stays the same. */
  static void onDispute(Participant me, Draft draft, String sender, Dispute dispute)
      throws Refusal {
    Forming forming = Forming.of(me, draft, sender, dispute.epoch());
    Verdict verdict;
    try {
      verdict = Blame.judge(me.notary(), dispute);
      // Either the pair made its start up, or the coordinator gave out two: no proof against one.
      require(
          verdict.equals(Blame.judge(me.notary(), dispute, forming.start())),
          Reason.MISBOUND,
          sender,
          "it is about another start of epoch %d than mine",
          forming.epoch());
    } catch (Refusal madeUp) {
      throw new Refusal(madeUp.reason(), sender, "a dispute: " + madeUp.getMessage());
    }
    require(
        forming.cohort().indexOf(verdict.liar()) >= 0,
        Reason.NOT_A_MEMBER,
        sender,
        "a dispute of strangers");
    if (verdict.proven() && !verdict.liar().equals(me.self())) {
      draft.mark(Key.excluded(forming.cohort().rosterDigest().hex(), verdict.liar()));
    }
    draft.notice(new Notice.Judged(verdict));
  }
}
