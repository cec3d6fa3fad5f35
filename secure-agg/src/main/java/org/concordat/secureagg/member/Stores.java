package org.concordat.secureagg.member;

import static org.concordat.secureagg.Refusal.require;
import static org.concordat.secureagg.step.Participant.number;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.concordat.secureagg.Alliance;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Incarnation;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.cohorts.member.Drawing;
import org.concordat.secureagg.envelope.Inbox;
import org.concordat.secureagg.envelope.Received;
import org.concordat.secureagg.message.EpochMessage;
import org.concordat.secureagg.message.Manifest;
import org.concordat.secureagg.message.Message;
import org.concordat.secureagg.message.SetupMessage;
import org.concordat.secureagg.message.StoreAnswer;
import org.concordat.secureagg.message.StoreAnswers;
import org.concordat.secureagg.message.StoreQuery;
import org.concordat.secureagg.message.TokenMessage;
import org.concordat.secureagg.step.Draft;
import org.concordat.secureagg.step.Key;
import org.concordat.secureagg.step.Notice;
import org.concordat.secureagg.step.Participant;
import org.concordat.secureagg.step.Pinned;
import org.concordat.secureagg.step.Store;

/**
 * Incarnations: which store this member speaks from, how it notices that the store is not the one
 * it spoke from before, and what a new one may do ("Incarnations", "Rolled back or cloned").
 *
 * <pre>
 * new store ── StoreQuery ──▶ all others ── StoreAnswer each ──▶ T of them: StoreAnswers
 *     signs nothing else                                            │
 *                                                 confirmed: takes part strictly above what they know
 * </pre>
 */
final class Stores {
  /** Stores of one member that may be lost under one roster; then it needs a new entry. */
  static final int MAX_LOSSES = 2;

  private Stores() {}

  /**
   * Gives a store without an incarnation one.
   *
   * @param first drawn when this member was founded, before it ever spoke: it needs no answers
   */
  static void begin(Participant me, Draft draft, Optional<Incarnation> first) {
    if (draft.has(Key.STORE)) {
      return;
    }
    Incarnation incarnation = first.orElseGet(() -> Incarnation.draw(me.random()));
    draft.put(Key.STORE, incarnation.bytes());
    if (first.isPresent()) {
      draft.mark(Key.STORE_CONFIRMED);
    }
  }

  /**
   * Only the store that the manifest pins speaks in its epoch: a lost one can have signed the
   * opposite.
   */
  static void requirePinned(Participant me, Draft draft, String culprit, Manifest manifest)
      throws Refusal {
    Optional<Incarnation> pinned = manifest.pinned(me.self());
    require(
        pinned.isPresent(),
        Reason.NOT_A_PARTICIPANT,
        culprit,
        "I hold no shares in epoch %d",
        manifest.epoch());
    require(
        pinned.orElseThrow().equals(Store.own(draft)),
        Reason.STORE_LOST,
        culprit,
        "epoch %d is about my store %s, which is lost; this is %s: I sign nothing of that number",
        manifest.epoch(),
        pinned.orElseThrow().shortHex(),
        Store.own(draft).shortHex());
  }

  // --- a store that is new

  /** Asks all others, again with the same nonce, until all have answered; nothing if first. */
  static void query(Participant me, Draft draft) throws Refusal {
    Alliance alliance = Pinned.alliance(me, draft);
    boolean asked = draft.has(Key.STORE_NONCE);
    boolean everybody = draft.keys(Key.STORE_ANSWERED).size() >= alliance.size() - 1;
    if (Store.confirmed(draft) && (!asked || everybody)) {
      return;
    }
    byte[] nonce = draft.get(Key.STORE_NONCE).orElseGet(() -> freshNonce(me));
    draft.put(Key.STORE_NONCE, nonce);
    draft.sendUnconfirmed(me, new StoreQuery(alliance.rosterDigest(), Bytes.of(nonce)));
  }

  private static byte[] freshNonce(Participant me) {
    byte[] nonce = new byte[StoreQuery.NONCE_BYTES];
    me.random().nextBytes(nonce);
    return nonce;
  }

  /** Says what this member knows that the asker's lost store may have taken part in. */
  static void onQuery(Participant me, Draft draft, Received received, StoreQuery query)
      throws Refusal {
    String asker = received.sender();
    Alliance alliance = Pinned.alliance(me, draft);
    require(
        alliance.indexOf(asker) >= 0 && !asker.equals(me.self()),
        Reason.NOT_A_MEMBER,
        asker,
        "a store query of no other member");
    require(
        query.rosterDigest().equals(alliance.rosterDigest()),
        Reason.COHORT_MISMATCH,
        asker,
        "a store query under roster %s, mine is %s",
        query.rosterDigest().shortHex(),
        alliance.rosterDigest().shortHex());
    countLoss(draft, alliance, asker, received.incarnation());
    draft.sendOnly(
        me,
        new StoreAnswer(
            asker,
            received.incarnation(),
            query.rosterDigest(),
            query.nonce(),
            highestEpoch(draft),
            Drawing.begun(draft, alliance.rosterDigest()),
            lastRounds(draft)));
  }

  private static void countLoss(
      Draft draft, Alliance alliance, String asker, Incarnation incarnation) throws Refusal {
    String prefix = Key.losses(alliance.rosterDigest().hex(), asker);
    String key = prefix + java.util.HexFormat.of().formatHex(incarnation.bytes().toArray());
    require(
        draft.has(key) || draft.keys(prefix).size() < MAX_LOSSES,
        Reason.TOO_MANY_LOSSES,
        asker,
        "it has lost %d stores under this roster: it needs a new entry in the roster",
        MAX_LOSSES + 1);
    draft.mark(key);
  }

  private static long highestEpoch(Draft draft) {
    long started = draft.get(Key.STARTED).map(Participant::number).orElse(0L);
    long current = draft.get(Key.CURRENT).map(Participant::number).orElse(0L);
    return Math.max(started, current);
  }

  /** Tasks count, states do: the asker may have uploaded for the first. */
  private static List<StoreAnswer.JobRound> lastRounds(Draft draft) {
    Map<String, Long> last = new TreeMap<>();
    for (String key : draft.keys(Key.JOB_TERMS)) {
      String job = key.substring(Key.JOB_TERMS.length());
      if (!draft.has(Key.jobEnded(job))) {
        last.put(job, JobState.stored(draft, job).round());
      }
    }
    for (Tokens token : Tokens.all(draft)) {
      last.computeIfPresent(
          token.ref().job(), (job, round) -> Math.max(round, token.ref().round()));
    }
    List<StoreAnswer.JobRound> rounds = new ArrayList<>();
    last.forEach((job, round) -> rounds.add(new StoreAnswer.JobRound(job, round)));
    return rounds;
  }

  /**
   * T other members' answers: from now on this store takes part, strictly above what they know.
   * More of them raise what it knows further, each member's first answer counts.
   */
  static void onAnswers(Participant me, Draft draft, String sender, StoreAnswers answers)
      throws Refusal {
    Alliance alliance = Pinned.alliance(me, draft);
    me.requireCoordinator(sender, alliance.coordinator());
    Optional<byte[]> nonce = draft.get(Key.STORE_NONCE);
    require(nonce.isPresent(), Reason.WRONG_STEP, sender, "I have asked nothing yet");
    Bytes asked = Bytes.of(nonce.orElseThrow());
    Incarnation own = Store.own(draft);
    Map<String, StoreAnswer> said =
        Inbox.quorum(
            me.notary(),
            sender,
            answers.answers(),
            StoreAnswer.class,
            (member, any) -> alliance.indexOf(member) >= 0 && !member.equals(me.self()),
            answer ->
                answer.asker().equals(me.self())
                    && answer.incarnation().equals(own)
                    && answer.rosterDigest().equals(alliance.rosterDigest())
                    && answer.nonce().equals(asked),
            alliance.quorum());
    said.keySet().removeIf(member -> draft.has(Key.STORE_ANSWERED + member));
    said.values().forEach(answer -> learn(draft, alliance, answer));
    said.keySet().forEach(member -> draft.mark(Key.STORE_ANSWERED + member));
    if (!Store.confirmed(draft)) {
      draft.mark(Key.STORE_CONFIRMED);
      draft.notice(new Notice.StoreConfirmed(own, highestEpoch(draft)));
    }
  }

  private static void learn(Draft draft, Alliance alliance, StoreAnswer answer) {
    long epoch = Math.max(highestEpoch(draft), answer.epoch());
    draft.put(Key.STARTED, number(epoch));
    draft.put(Key.STORE_ABOVE, number(epoch));
    Drawing.beginAbove(draft, alliance.rosterDigest(), answer.draws());
    for (StoreAnswer.JobRound one : answer.rounds()) {
      long floor = draft.get(Key.jobFloor(one.job())).map(Participant::number).orElse(-1L);
      draft.put(Key.jobFloor(one.job()), number(Math.max(floor, one.round())));
    }
  }

  /**
   * A quorum of those whose updates could be in a sum with this member's must have answered: any
   * sum that the lost store was in has a quorum of them, so that one who does not collude knows of
   * it.
   *
   * @param among the job's members, or the drawn cohort's
   * @param colluders c of the job or the cohort
   */
  static void requireAnswered(
      Participant me, Draft draft, String culprit, List<String> among, int colluders)
      throws Refusal {
    if (!draft.has(Key.STORE_NONCE)) {
      return; // a first store
    }
    long answered = among.stream().filter(member -> draft.has(Key.STORE_ANSWERED + member)).count();
    int needed = Cohort.threshold(among.size(), colluders);
    require(
        answered >= needed,
        Reason.STORE_UNCONFIRMED,
        culprit,
        "this site's store is new: of %d members %d have said what the lost one may have done, %d"
            + " must with %d colluders",
        among.size(),
        answered,
        needed,
        colluders);
  }

  /** Rounds that a lost store may have uploaded for are not this one's. */
  static void requireAboveFloor(Draft draft, String culprit, String job, long round)
      throws Refusal {
    long floor = draft.get(Key.jobFloor(job)).map(Participant::number).orElse(-1L);
    require(
        round > floor,
        Reason.STORE_LOST,
        culprit,
        "round %d of job %s may have this site's update already, from its lost store; it takes part"
            + " from round %d on",
        round + 1,
        job,
        floor + 2);
  }

  // --- a store that is old, or has a twin

  /**
   * Compares the newest statement of this member that the coordinator has with this store's own: a
   * higher count, or another statement of the same count, means that this store is an old copy or
   * has a clone; so does a newer statement of a store that this one does not know to be lost. Then
   * it becomes a new store: its secrets are erased, and it signs nothing before others have
   * answered.
   *
   * @param sealed as the coordinator returned it
   */
  static void onLastStatement(Participant me, Draft draft, byte[] sealed) throws Refusal {
    var opened = Inbox.openEnvelope(me.notary(), sealed);
    require(
        opened.sender().equals(me.self()) && opened.stamp().counter() > 0,
        Reason.MISBOUND,
        "unknown",
        "the last statement that the coordinator returns is of \"%s\", count %d",
        opened.sender(),
        opened.stamp().counter());
    Incarnation theirs = opened.stamp().incarnation();
    if (!theirs.equals(Store.own(draft))) {
      boolean lostBefore = !Store.confirmed(draft) || epochOf(me, sealed) <= above(draft);
      if (lostBefore) {
        draft.mark(Key.storeBefore(theirs));
      } else if (!draft.has(Key.storeBefore(theirs))) {
        lose(me, draft, "store " + theirs.shortHex() + " speaks with this member's key");
      }
      return;
    }
    Store.Last last = Store.Last.of(draft);
    long counter = opened.stamp().counter();
    if (counter > last.counter()
        || (counter == last.counter() && !last.digest().equals(Digest.sha256(sealed)))) {
      lose(
          me,
          draft,
          "the coordinator has statement %d of this store, which has made %d"
              .formatted(counter, last.counter()));
    }
  }

  /** What was said about epochs up to here, the lost store can have said; -1 of a first store. */
  private static long above(Draft draft) {
    return draft.get(Key.STORE_ABOVE).map(Participant::number).orElse(-1L);
  }

  /** The epoch that a member's statement is about, 0 if none. */
  private static long epochOf(Participant me, byte[] sealed) throws Refusal {
    Message message = Inbox.open(me.notary(), sealed).message();
    if (message instanceof TokenMessage about) {
      return about.ref().epoch();
    }
    return message instanceof SetupMessage || message instanceof EpochMessage
        ? message.envelopeRound()
        : 0;
  }

  private static void lose(Participant me, Draft draft, String why) {
    Incarnation old = Store.own(draft);
    for (Tokens token : Tokens.all(draft)) {
      token.close();
    }
    draft.eraseAll(Key.FORMING);
    draft.eraseAll(Key.SECRET);
    draft.mark(Key.storeBefore(old));
    draft.erase(Key.STORE);
    draft.erase(Key.STORE_CONFIRMED);
    draft.erase(Key.STORE_LAST);
    draft.erase(Key.STORE_NONCE);
    draft.eraseAll(Key.STORE_ANSWERED);
    begin(me, draft, Optional.empty());
    draft.notice(new Notice.StoreLost(old, Store.own(draft), why));
  }
}
