package org.concordat.secureagg.cohorts.member;

import static org.concordat.secureagg.Refusal.require;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Supplier;
import org.concordat.secureagg.Alliance;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.InfeasibleCohortException;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.cohorts.DrawCheck;
import org.concordat.secureagg.cohorts.Drawn;
import org.concordat.secureagg.cohorts.message.CommitmentList;
import org.concordat.secureagg.cohorts.message.DrawCertificate;
import org.concordat.secureagg.cohorts.message.DrawCommitment;
import org.concordat.secureagg.cohorts.message.DrawList;
import org.concordat.secureagg.cohorts.message.DrawMessage;
import org.concordat.secureagg.cohorts.message.DrawPlan;
import org.concordat.secureagg.cohorts.message.DrawReveal;
import org.concordat.secureagg.cohorts.message.DrawStart;
import org.concordat.secureagg.cohorts.message.ListCertificate;
import org.concordat.secureagg.cohorts.message.ListSignature;
import org.concordat.secureagg.message.Message;
import org.concordat.secureagg.step.Key;
import org.concordat.secureagg.step.Notice;
import org.concordat.secureagg.step.Participant;
import org.concordat.secureagg.step.Pinned;
import org.concordat.secureagg.step.Transaction;

/**
 * A member's part in the draw of its roster's cohorts: one value, one signed list and one reveal
 * for each number, ever; numbers only rise, and end with a certificate.
 */
public final class Drawing {
  private static final String PLAN = "plan";
  private static final String VALUE = "value";
  private static final String COMMITMENT = "sent-commitment";

  /** Digest of the one list of the number that is signed or acted upon. */
  private static final String LIST = "list";

  private static final String SIGNATURE = "sent-signature";
  private static final String REVEAL = "sent-reveal";

  private Drawing() {}

  public static void pin(Participant me, Transaction tx, Alliance alliance) throws Refusal {
    tx.put(Key.ALLIANCE, alliance.encode());
    Optional<Drawn> drawn = drawn(tx, alliance.rosterDigest());
    pinCohort(
        tx,
        drawn.isPresent() ? own(alliance, drawn.get(), me.self(), me.self()) : alliance.whole());
  }

  /** How many numbers of a roster's draw this member has begun, or knows to have been begun. */
  public static int begun(Transaction tx, Digest roster) {
    return (int) number(tx, roster.hex()) + 1;
  }

  /** Numbers that a lost store of this member may have taken part in are not this one's. */
  public static void beginAbove(Transaction tx, Digest roster, int begun) {
    if (begun > begun(tx, roster) && drawn(tx, roster).isEmpty()) {
      tx.put(Key.drawNumber(roster.hex()), Participant.number(begun - 1L));
    }
  }

  /** The outcome of the pinned roster's draw, if there is one. */
  public static Optional<Drawn> drawn(Transaction tx) {
    return tx.get(Key.ALLIANCE)
        .map(Alliance::decode)
        .flatMap(alliance -> drawn(tx, alliance.rosterDigest()));
  }

  public static Optional<Drawn> drawn(Transaction tx, Digest roster) {
    return tx.get(Key.drawn(roster.hex())).map(Drawn::decode);
  }

  private static Optional<Cohort> own(Alliance alliance, Drawn drawn, String self, String culprit)
      throws Refusal {
    int position = drawn.assignment().cohortOf(self);
    try {
      List<Cohort> cohorts = drawn.cohorts(alliance);
      return position < 0 ? Optional.empty() : Optional.of(cohorts.get(position));
    } catch (InfeasibleCohortException e) {
      throw new Refusal(Reason.COHORT_MISMATCH, culprit, String.valueOf(e.getMessage()));
    }
  }

  private static void pinCohort(Transaction tx, Optional<Cohort> cohort) {
    if (cohort.isEmpty()) {
      tx.erase(Key.PIN);
      return;
    }
    Pinned.put(tx, cohort.get());
  }

  public static void handle(Participant me, Transaction tx, String sender, DrawMessage message)
      throws Refusal {
    Optional<byte[]> pinned = tx.get(Key.ALLIANCE);
    require(pinned.isPresent(), Reason.COHORT_MISMATCH, me.self(), "no roster's agents pinned yet");
    Alliance alliance = Alliance.decode(pinned.orElseThrow());
    me.requireCoordinator(sender, alliance.coordinator());
    DrawCheck check = new DrawCheck(me.notary(), alliance, sender);
    if (message instanceof DrawStart start) {
      onStart(me, tx, check, start);
    } else if (message instanceof CommitmentList list) {
      onList(me, tx, check, list);
    } else if (message instanceof ListCertificate certificate) {
      onListCertificate(me, tx, check, certificate);
    } else if (message instanceof DrawCertificate certificate) {
      onCertificate(me, tx, check, certificate);
    } else {
      throw new Refusal(Reason.UNEXPECTED_MESSAGE, sender, "members receive no " + message.type());
    }
  }

  private static void onStart(Participant me, Transaction tx, DrawCheck check, DrawStart start)
      throws Refusal {
    DrawPlan plan = start.plan();
    String roster = check.alliance().rosterDigest().hex();
    requireOpen(tx, check);
    check.plan(plan);
    long before = number(tx, roster);
    if (plan.number() == before && tx.has(key(roster, plan, PLAN))) { // none of a lost store
      require(
          Arrays.equals(tx.need(key(roster, plan, PLAN)), plan.encode()),
          Reason.CONFLICTING_MESSAGE,
          check.presenter(),
          "two different starts of number %d of the draw",
          plan.number());
      tx.sendAgain(key(roster, plan, COMMITMENT));
      return;
    }
    require(
        plan.number() > before,
        Reason.DRAW_MISMATCH,
        check.presenter(),
        "number %d of the draw, but %d was begun already",
        plan.number(),
        before);
    checkPrevious(tx, check, start, before);
    require(
        plan.participants().contains(check.alliance().indexOf(me.self())),
        Reason.NOT_A_MEMBER,
        check.presenter(),
        "\"%s\" has no part in number %d of the draw",
        me.self(),
        plan.number());
    byte[] value = new byte[DrawCommitment.VALUE_BYTES];
    me.random().nextBytes(value);
    tx.put(Key.drawNumber(roster), Participant.number(plan.number()));
    tx.put(key(roster, plan, PLAN), plan.encode());
    tx.put(key(roster, plan, VALUE), value);
    Digest commitment = DrawCommitment.of(plan.digest(), me.self(), Bytes.of(value));
    tx.sendOnce(
        me,
        key(roster, plan, COMMITMENT),
        new DrawCommitment(plan.number(), plan.digest(), commitment));
  }

  /**
   * A later number follows from the latest one with a certified list, as the coordinator shows it:
   * the same parameters, and without exactly those who withheld their values. Where none was
   * certified, it is for all again. Whoever has revealed in a number knows better than a start that
   * says nothing of that number's list.
   */
  private static void checkPrevious(Transaction tx, DrawCheck check, DrawStart start, long before)
      throws Refusal {
    DrawPlan plan = start.plan();
    String roster = plan.rosterDigest().hex();
    Optional<byte[]> own = tx.get(Key.draw(roster, (int) before, PLAN)); // none of a lost store
    if (own.isPresent()) {
      requireSame(check, DrawPlan.decode(own.get()), plan);
    }
    int certified = start.previous().size() == 0 ? -1 : checkCertified(check, start);
    require(
        certified >= 0 || plan.participants().size() == check.alliance().size(),
        Reason.DRAW_MISMATCH,
        check.presenter(),
        "number %d of the draw is not for all agents, and no number before shows why",
        plan.number());
    for (int number = certified + 1; number < plan.number(); number++) {
      require(
          !tx.has(Key.draw(roster, number, REVEAL)),
          Reason.DRAW_MISMATCH,
          check.presenter(),
          "number %d of the draw comes without number %d, whose list was certified: I have revealed in it",
          plan.number(),
          number);
    }
  }

  private static void requireSame(DrawCheck check, DrawPlan before, DrawPlan plan) throws Refusal {
    require(
        before.cohortSize() == plan.cohortSize() && before.colluders() == plan.colluders(),
        Reason.DRAW_MISMATCH,
        check.presenter(),
        "number %d of the draw has other parameters than number %d",
        plan.number(),
        before.number());
  }

  /** The number that a start shows. */
  private static int checkCertified(DrawCheck check, DrawStart start) throws Refusal {
    DrawPlan plan = start.plan();
    DrawCertificate previous;
    try {
      previous = DrawCertificate.decode(start.previous().toArray());
    } catch (IllegalArgumentException e) {
      throw new Refusal(
          Reason.MALFORMED, check.presenter(), "the number before: " + e.getMessage());
    }
    SortedMap<Integer, Bytes> revealed = check.revealed(previous);
    DrawList list = previous.certificate().parsedList();
    requireSame(check, previous.plan(), plan);
    require(
        previous.number() < plan.number()
            && DrawCheck.remaining(previous.plan(), list, revealed.keySet())
                .equals(plan.participants())
            && revealed.size() < list.commitments().size(),
        Reason.DRAW_MISMATCH,
        check.presenter(),
        "number %d of the draw does not follow from number %d: other members than those who did not"
            + " withhold their values",
        plan.number(),
        previous.number());
    return previous.number();
  }

  private static void onList(Participant me, Transaction tx, DrawCheck check, CommitmentList sealed)
      throws Refusal {
    DrawPlan plan = current(tx, check, sealed.number());
    DrawList list = check.list(plan, sealed);
    requireOwn(me, tx, check, plan, list);
    requireOneList(tx, check, plan, list);
    answer(me, tx, plan, list, SIGNATURE, () -> new ListSignature(plan.number(), list.digest()));
  }

  private static void onListCertificate(
      Participant me, Transaction tx, DrawCheck check, ListCertificate certificate) throws Refusal {
    DrawPlan plan = current(tx, check, certificate.number());
    DrawList list = check.certified(plan, certificate);
    requireOwn(me, tx, check, plan, list);
    requireOneList(tx, check, plan, list);
    String roster = plan.rosterDigest().hex();
    answer(
        me,
        tx,
        plan,
        list,
        REVEAL,
        () -> new DrawReveal(plan.number(), list.digest(), tx.needBytes(key(roster, plan, VALUE))));
  }

  /** What was sent before, again; else the list is this number's from now on. */
  private static void answer(
      Participant me,
      Transaction tx,
      DrawPlan plan,
      DrawList list,
      String part,
      Supplier<Message> message)
      throws Refusal {
    String roster = plan.rosterDigest().hex();
    if (tx.has(key(roster, plan, part))) {
      tx.sendAgain(key(roster, plan, part));
      return;
    }
    tx.put(key(roster, plan, LIST), list.digest().bytes());
    tx.sendOnce(me, key(roster, plan, part), message.get());
  }

  private static void onCertificate(
      Participant me, Transaction tx, DrawCheck check, DrawCertificate certificate) throws Refusal {
    Alliance alliance = check.alliance();
    String roster = alliance.rosterDigest().hex();
    Optional<Drawn> before = drawn(tx, alliance.rosterDigest());
    if (before.isPresent()) {
      require(
          before.get().listDigest().equals(certificate.certificate().parsedList().digest()),
          Reason.SECOND_LIST,
          check.presenter(),
          "a second draw of roster %s",
          alliance.rosterDigest().shortHex());
      return;
    }
    Drawn drawn = check.drawn(certificate);
    pinCohort(tx, own(alliance, drawn, me.self(), check.presenter()));
    tx.eraseAll(Key.drawing(roster));
    tx.put(Key.drawn(roster), drawn.encode());
    tx.notice(new Notice.CohortDrawn(drawn, drawn.assignment().cohortOf(me.self())));
  }

  /** The plan of the number under way, which the message must be about. */
  private static DrawPlan current(Transaction tx, DrawCheck check, int number) throws Refusal {
    requireOpen(tx, check);
    String roster = check.alliance().rosterDigest().hex();
    long current = number(tx, roster);
    require(
        number == current && tx.has(Key.draw(roster, number, PLAN)),
        Reason.DRAW_MISMATCH,
        check.presenter(),
        "a message about number %d of the draw, %s",
        number,
        current < 0 ? "none is begun" : "number " + current + " is under way");
    return DrawPlan.decode(tx.need(Key.draw(roster, number, PLAN)));
  }

  private static void requireOpen(Transaction tx, DrawCheck check) throws Refusal {
    require(
        !tx.has(Key.drawn(check.alliance().rosterDigest().hex())),
        Reason.DRAW_MISMATCH,
        check.presenter(),
        "roster %s is drawn",
        check.alliance().rosterDigest().shortHex());
  }

  private static void requireOwn(
      Participant me, Transaction tx, DrawCheck check, DrawPlan plan, DrawList list)
      throws Refusal {
    Bytes value = tx.needBytes(key(plan.rosterDigest().hex(), plan, VALUE));
    Digest own = DrawCommitment.of(plan.digest(), me.self(), value);
    require(
        own.equals(list.commitments().get(check.alliance().indexOf(me.self()))),
        Reason.NOT_IN_LIST,
        check.presenter(),
        "the list of number %d has not the commitment that I sent",
        plan.number());
  }

  private static void requireOneList(Transaction tx, DrawCheck check, DrawPlan plan, DrawList list)
      throws Refusal {
    Optional<byte[]> before = tx.get(key(plan.rosterDigest().hex(), plan, LIST));
    require(
        before.isEmpty() || new Digest(before.get()).equals(list.digest()),
        Reason.SECOND_LIST,
        check.presenter(),
        "a second list of commitments for number %d of the draw",
        plan.number());
  }

  private static long number(Transaction tx, String roster) {
    return tx.get(Key.drawNumber(roster)).map(Participant::number).orElse(-1L);
  }

  private static String key(String roster, DrawPlan plan, String part) {
    return Key.draw(roster, plan.number(), part);
  }
}
