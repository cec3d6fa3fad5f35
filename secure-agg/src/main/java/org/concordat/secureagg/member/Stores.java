package org.concordat.secureagg.member;

import static org.concordat.secureagg.Refusal.require;
import static org.concordat.secureagg.step.Participant.number;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.concordat.secureagg.Alliance;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Incarnation;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.cohorts.member.Drawing;
import org.concordat.secureagg.envelope.Inbox;
import org.concordat.secureagg.envelope.Received;
import org.concordat.secureagg.message.Manifest;
import org.concordat.secureagg.message.StoreAnswer;
import org.concordat.secureagg.message.StoreAnswers;
import org.concordat.secureagg.message.StoreQuery;
import org.concordat.secureagg.step.Key;
import org.concordat.secureagg.step.Notice;
import org.concordat.secureagg.step.Participant;
import org.concordat.secureagg.step.Pinned;
import org.concordat.secureagg.step.Store;
import org.concordat.secureagg.step.Transaction;

/**
 * Incarnations: what a new store of this member may do, and what this member says of others' lost
 * ones ("Incarnations"). That a store is lost shows {@link LastStatement}.
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
  static void begin(Participant me, Transaction tx, Optional<Incarnation> first) {
    if (tx.has(Key.STORE)) {
      return;
    }
    Incarnation incarnation = first.orElseGet(() -> Incarnation.draw(me.random()));
    tx.put(Key.STORE, incarnation.bytes());
    if (first.isPresent()) {
      tx.mark(Key.STORE_CONFIRMED);
    }
  }

  /**
   * Only the store that the manifest pins speaks in its epoch: a lost one can have signed the
   * opposite.
   */
  static void requirePinned(Participant me, Transaction tx, String culprit, Manifest manifest)
      throws Refusal {
    Optional<Incarnation> pinned = manifest.pinned(me.self());
    require(
        pinned.isPresent(),
        Reason.NOT_A_PARTICIPANT,
        culprit,
        "I hold no shares in epoch %d",
        manifest.epoch());
    require(
        pinned.orElseThrow().equals(Store.own(tx)),
        Reason.STORE_LOST,
        culprit,
        "epoch %d is about my store %s, which is lost; this is %s: I sign nothing of that number",
        manifest.epoch(),
        pinned.orElseThrow().shortHex(),
        Store.own(tx).shortHex());
  }

  /** Asks all others, again with the same nonce, until all have answered; nothing if first. */
  static void query(Participant me, Transaction tx) throws Refusal {
    Alliance alliance = Pinned.alliance(me, tx);
    boolean asked = tx.has(Key.STORE_NONCE);
    boolean everybody = tx.keys(Key.STORE_ANSWERED).size() >= alliance.size() - 1;
    if (Store.confirmed(tx) && (!asked || everybody)) {
      return;
    }
    byte[] nonce = tx.get(Key.STORE_NONCE).orElseGet(() -> freshNonce(me));
    tx.put(Key.STORE_NONCE, nonce);
    tx.sendUnconfirmed(me, new StoreQuery(alliance.rosterDigest(), Bytes.of(nonce)));
  }

  private static byte[] freshNonce(Participant me) {
    byte[] nonce = new byte[StoreQuery.NONCE_BYTES];
    me.random().nextBytes(nonce);
    return nonce;
  }

  /** Says what this member knows that the asker's lost store may have taken part in. */
  static void onQuery(Participant me, Transaction tx, Received received, StoreQuery query)
      throws Refusal {
    String asker = received.sender();
    Alliance alliance = Pinned.alliance(me, tx);
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
    countLoss(tx, alliance, asker, received.incarnation());
    tx.sendOnly(
        me,
        new StoreAnswer(
            asker,
            received.incarnation(),
            query.rosterDigest(),
            query.nonce(),
            highestEpoch(tx),
            Drawing.begun(tx, alliance.rosterDigest()),
            lastRounds(tx)));
  }

  private static void countLoss(
      Transaction tx, Alliance alliance, String asker, Incarnation incarnation) throws Refusal {
    String prefix = Key.losses(alliance.rosterDigest().hex(), asker);
    String key = prefix + HexFormat.of().formatHex(incarnation.bytes().toArray());
    require(
        tx.has(key) || tx.keys(prefix).size() < MAX_LOSSES,
        Reason.TOO_MANY_LOSSES,
        asker,
        "it has lost %d stores under this roster: it needs a new entry in the roster",
        MAX_LOSSES + 1);
    tx.mark(key);
  }

  private static long highestEpoch(Transaction tx) {
    long started = tx.get(Key.STARTED).map(Participant::number).orElse(0L);
    long current = tx.get(Key.CURRENT).map(Participant::number).orElse(0L);
    return Math.max(started, current);
  }

  /** Tasks count, states do: the asker may have uploaded for the first. */
  private static List<StoreAnswer.JobRound> lastRounds(Transaction tx) {
    Map<String, Long> last = new TreeMap<>();
    for (String key : tx.keys(Key.JOB_TERMS)) {
      String job = key.substring(Key.JOB_TERMS.length());
      if (!tx.has(Key.jobEnded(job))) {
        last.put(job, JobState.stored(tx, job).round());
      }
    }
    for (Tokens token : Tokens.all(tx)) {
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
  static void onAnswers(Participant me, Transaction tx, String sender, StoreAnswers answers)
      throws Refusal {
    Alliance alliance = Pinned.alliance(me, tx);
    me.requireCoordinator(sender, alliance.coordinator());
    Optional<byte[]> nonce = tx.get(Key.STORE_NONCE);
    require(nonce.isPresent(), Reason.WRONG_STEP, sender, "I have asked nothing yet");
    Bytes asked = Bytes.of(nonce.orElseThrow());
    Incarnation own = Store.own(tx);
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
    said.keySet().removeIf(member -> tx.has(Key.STORE_ANSWERED + member));
    said.values().forEach(answer -> learn(tx, alliance, answer));
    said.keySet().forEach(member -> tx.mark(Key.STORE_ANSWERED + member));
    if (!Store.confirmed(tx)) {
      tx.mark(Key.STORE_CONFIRMED);
      tx.notice(new Notice.StoreConfirmed(own, highestEpoch(tx)));
    }
  }

  private static void learn(Transaction tx, Alliance alliance, StoreAnswer answer) {
    long epoch = Math.max(highestEpoch(tx), answer.epoch());
    tx.put(Key.STARTED, number(epoch));
    tx.put(Key.STORE_ABOVE, number(epoch));
    Drawing.beginAbove(tx, alliance.rosterDigest(), answer.draws());
    for (StoreAnswer.JobRound one : answer.rounds()) {
      long floor = tx.get(Key.jobFloor(one.job())).map(Participant::number).orElse(-1L);
      tx.put(Key.jobFloor(one.job()), number(Math.max(floor, one.round())));
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
      Participant me, Transaction tx, String culprit, List<String> among, int colluders)
      throws Refusal {
    if (!tx.has(Key.STORE_NONCE)) {
      return; // a first store
    }
    long answered = among.stream().filter(member -> tx.has(Key.STORE_ANSWERED + member)).count();
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
  static void requireAboveFloor(Transaction tx, String culprit, String job, long round)
      throws Refusal {
    long floor = tx.get(Key.jobFloor(job)).map(Participant::number).orElse(-1L);
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
}
