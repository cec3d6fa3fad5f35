package org.concordat.secureagg.member;

import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.concordat.secureagg.Alliance;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Ids;
import org.concordat.secureagg.Incarnation;
import org.concordat.secureagg.JobTerms;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.cohorts.Drawn;
import org.concordat.secureagg.cohorts.member.Drawing;
import org.concordat.secureagg.cohorts.message.AllianceCheckpoint;
import org.concordat.secureagg.cohorts.message.DrawMessage;
import org.concordat.secureagg.envelope.Inbox;
import org.concordat.secureagg.envelope.Received;
import org.concordat.secureagg.message.Certificate;
import org.concordat.secureagg.message.Checkpoint;
import org.concordat.secureagg.message.DepositSet;
import org.concordat.secureagg.message.DepositView;
import org.concordat.secureagg.message.Dispute;
import org.concordat.secureagg.message.EncapsulationSet;
import org.concordat.secureagg.message.EpochStart;
import org.concordat.secureagg.message.KeySet;
import org.concordat.secureagg.message.Manifest;
import org.concordat.secureagg.message.ManifestCertificate;
import org.concordat.secureagg.message.Message;
import org.concordat.secureagg.message.NonRevealQuorum;
import org.concordat.secureagg.message.NonRevealRequest;
import org.concordat.secureagg.message.OpeningRequest;
import org.concordat.secureagg.message.PairRevealRequest;
import org.concordat.secureagg.message.Result;
import org.concordat.secureagg.message.RoundEvidence;
import org.concordat.secureagg.message.StoreAnswers;
import org.concordat.secureagg.message.StoreQuery;
import org.concordat.secureagg.message.Survivors;
import org.concordat.secureagg.message.Task;
import org.concordat.secureagg.message.TwoStatements;
import org.concordat.secureagg.step.Key;
import org.concordat.secureagg.step.Notice;
import org.concordat.secureagg.step.Participant;
import org.concordat.secureagg.step.Pinned;
import org.concordat.secureagg.step.Step;
import org.concordat.secureagg.step.Store;
import org.concordat.secureagg.step.Transaction;

/**
 * One member's side of the protocol: epochs, then rounds. Pure and not thread-safe: one call at a
 * time. Whatever the coordinator sends goes into {@link #handle}; what the application decides goes
 * into the other methods. Every call either returns a {@link Step} or throws a {@link Refusal} and
 * changes nothing. The state is exactly the map of the persisted keys: {@link #restore} from that
 * map continues as if nothing had happened.
 *
 * <p>Repeating a message gives the same sends again, byte for byte.
 */
public final class Member {
  private final Participant me;
  private final NavigableMap<String, byte[]> durable;

  private Member(Participant me, NavigableMap<String, byte[]> durable) {
    this.me = me;
    this.durable = durable;
  }

  @FunctionalInterface
  private interface Handler {
    void apply(Transaction tx) throws Refusal;
  }

  /** Nothing of a handler that throws reaches the map. */
  private Step step(Handler handler) throws Refusal {
    Transaction tx = new Transaction(durable);
    handler.apply(tx);
    return tx.commit();
  }

  /**
   * A member as its durable map describes it; an empty map is a new member.
   *
   * @param self this participant's id
   * @param durable every key that Persist set and Erase did not remove (blobs excepted); copied
   */
  public static Member restore(
      String self, Notary notary, SecureRandom random, Map<String, byte[]> durable) {
    NavigableMap<String, byte[]> copy = new TreeMap<>();
    durable.forEach((key, value) -> copy.put(key, value.clone()));
    return new Member(new Participant(Ids.check("member", self), notary, random), copy);
  }

  /**
   * Pins what this member's own copy of signed roster and policy say: members, coordinator, c,
   * N_min. An {@code EpochStart} with another roster or policy, with a member from outside or with
   * weaker parameters is refused. Call at start and whenever roster or policy change; pinning the
   * same again is free. A running epoch of an older roster or policy accepts no further tasks.
   */
  public Step pin(Cohort cohort) throws Refusal {
    return step(tx -> Pinned.put(tx, cohort));
  }

  /**
   * Pins all agents of this member's own roster. Until they are drawn into cohorts that is the same
   * as pinning all of them in one cohort, where they are not too many for one sum; from then on
   * this member pins exactly its own cohort, with the c that follows from K and from who was drawn.
   *
   * @param alliance with this member's own K: a draw that assumes fewer colluders is refused
   */
  public Step pin(Alliance alliance) throws Refusal {
    return step(tx -> Drawing.pin(me, tx, alliance));
  }

  /** The outcome of the draw of the pinned roster, once this member has checked its certificate. */
  public Optional<Drawn> drawn() {
    return Drawing.drawn(new Transaction(durable));
  }

  /** The cohort that this member pinned, if there is one. */
  public Optional<Cohort> pinned() {
    return Optional.ofNullable(durable.get(Key.PIN)).map(Cohort::decode);
  }

  /**
   * Gives a new store its incarnation; before anything else, and free to repeat. A store that was
   * made before the member ever spoke has one drawn then; any other is unconfirmed: it signs
   * nothing before T other members have answered {@link #query}.
   *
   * @param first drawn when this member was founded and its store made, and in no backup; empty
   *     where the store was found empty
   */
  public Step begin(Optional<Incarnation> first) throws Refusal {
    return step(tx -> Stores.begin(me, tx, first));
  }

  /** Which store this is. */
  public Incarnation incarnation() {
    return Store.own(new Transaction(durable));
  }

  /** Whether this store may take part. */
  public boolean confirmed() {
    return Store.confirmed(new Transaction(durable));
  }

  /** Asks all other members what a lost store of this one may have done; nothing if confirmed. */
  public Step query() throws Refusal {
    return step(tx -> Stores.query(me, tx));
  }

  /**
   * At the opening of every session, before anything else of it: the newest statement of this
   * member that the coordinator has. Where this store has not made it, it is an old copy or has a
   * clone ({@link Notice.StoreLost}).
   *
   * @param lastStatement sealed, empty if the coordinator says that there is none
   */
  public Step welcomed(Optional<byte[]> lastStatement) throws Refusal {
    return step(
        tx -> {
          if (lastStatement.isPresent()) {
            LastStatement.check(me, tx, lastStatement.get());
          }
        });
  }

  /**
   * After consent: tasks of this job are accepted from now on, within these terms only.
   *
   * @throws Refusal if the job was admitted with other terms
   */
  public Step admitJob(JobTerms terms) throws Refusal {
    return step(
        tx -> {
          String job = terms.job();
          Refusal.require(
              !tx.has(Key.jobEnded(job)),
              Refusal.Reason.JOB_UNKNOWN,
              me.self(),
              "job %s has ended here",
              job);
          Terms.requireSound(me, terms);
          Optional<byte[]> before = tx.get(Key.jobTerms(job));
          Refusal.require(
              before.isEmpty() || JobTerms.decode(before.get()).equals(terms),
              Refusal.Reason.TERMS_MISMATCH,
              me.self(),
              "job %s was admitted with other terms",
              job);
          if (before.isEmpty()) {
            tx.put(Key.jobTerms(job), terms.encode());
            new JobState(-1, terms.initialState()).put(tx, job);
          }
        });
  }

  /**
   * The job is over or was aborted: its tasks are refused from now on. What closes its tokens stays
   * the same.
   */
  public Step endJob(String job) throws Refusal {
    Ids.check("job", job);
    return step(
        tx -> {
          tx.mark(Key.jobEnded(job));
          Pruning.forgetJob(tx, job);
        });
  }

  /**
   * A person's approval to work for this job on a model that a sum may already have been released
   * for: the coordinator then learns the difference of the two sums. Say so before asking.
   */
  public Step approveSecondSum(String job, Digest modelDigest) throws Refusal {
    Ids.check("job", job);
    return step(tx -> tx.mark(Key.approval(job, modelDigest.hex())));
  }

  /**
   * Any sealed message that the coordinator delivered, its own or another member's.
   *
   * @throws Refusal naming the reason and the culprit; the state is unchanged
   */
  public Step handle(byte[] sealed) throws Refusal {
    Received received = Inbox.open(me.notary(), sealed);
    if (received.message() instanceof StoreQuery query) {
      return step(tx -> Stores.onQuery(me, tx, received, query));
    }
    return step(tx -> dispatch(tx, received.sender(), received.message()));
  }

  /**
   * Clips, quantises and masks the local update: PersistBlob(y), Persist, Upload. A second call for
   * the task returns the first call's Upload again and ignores its arguments: there is never a
   * second y under one token.
   *
   * @param update m values, finite; not changed
   * @param weight in [0, maxWeight]
   */
  public Step protect(Digest taskDigest, double[] update, double weight) throws Refusal {
    return step(tx -> Protecting.protect(me, tx, taskDigest, update, weight));
  }

  /**
   * The member cannot do this task: sends a {@code Decline}; {@link #protect} is refused from then
   * on.
   */
  public Step giveUp(Digest taskDigest, String reason) throws Refusal {
    return step(tx -> Protecting.giveUp(me, tx, taskDigest, reason));
  }

  /**
   * After {@link Notice.ResultReady}: checks the fetched sum against the result's root and the
   * recomputed state against the announced one, signs the state and closes the token.
   *
   * @param sum m + 1 words of this member's own cohort as published, weight last; that other
   *     cohorts' sums have the roots that the result lists is for the caller to check
   * @param nextStateRecomputed what this member's own computation from the sum gives
   * @throws Refusal SUM_MISMATCH or STATE_MISMATCH; nothing is signed
   */
  public Step adopt(Digest taskDigest, int[] sum, Digest nextStateRecomputed) throws Refusal {
    return step(tx -> Agreeing.adopt(me, tx, taskDigest, sum, nextStateRecomputed));
  }

  /** Tasks with a burnt, open token that this member has neither uploaded for nor given up. */
  public List<Task> openTasks() {
    Transaction tx = new Transaction(durable);
    return Tokens.all(tx).stream()
        .filter(
            token -> !token.uploaded() && !token.has(Tokens.DECLINE) && !token.has(Tokens.CLOSED))
        .filter(token -> !token.has(Tokens.NON_REVEAL) && !token.has(Tokens.REVEAL))
        .filter(token -> !tx.has(Key.jobEnded(token.ref().job())))
        .flatMap(token -> token.task().stream())
        .toList();
  }

  /** Number of the certified epoch in force, if any. */
  public OptionalLong epoch() {
    byte[] current = durable.get(Key.CURRENT);
    return current == null ? OptionalLong.empty() : OptionalLong.of(Participant.number(current));
  }

  /**
   * The cohort of a certified epoch, if this member has seen its manifest: a sum is read with its
   * size.
   */
  public Optional<Cohort> cohort(long epoch) {
    return Optional.ofNullable(durable.get(Key.manifest(epoch)))
        .map(bytes -> Manifest.decode(bytes).cohort());
  }

  private void dispatch(Transaction tx, String sender, Message message) throws Refusal {
    if (message instanceof EpochStart start) {
      EpochOpening.onStart(me, tx, sender, start);
    } else if (message instanceof KeySet set) {
      KeyExchange.onKeySet(me, tx, sender, set);
    } else if (message instanceof EncapsulationSet set) {
      KeyExchange.onEncapsulationSet(me, tx, sender, set);
    } else if (message instanceof DepositView view) {
      DepositChecking.onDepositView(me, tx, sender, view);
    } else if (message instanceof DepositSet set) {
      DepositChecking.onDepositSet(me, tx, sender, set);
    } else if (message instanceof OpeningRequest request) {
      Complaining.onOpeningRequest(me, tx, sender, request);
    } else if (message instanceof Dispute dispute) {
      Complaining.onDispute(me, tx, sender, dispute);
    } else if (message instanceof RoundEvidence evidence) {
      Judging.onEvidence(me, tx, sender, evidence);
    } else if (message instanceof TwoStatements two) {
      Judging.onTwoStatements(me, tx, sender, two);
    } else if (message instanceof Manifest manifest) {
      EpochClosing.onManifest(me, tx, sender, manifest);
    } else if (message instanceof ManifestCertificate certificate) {
      EpochClosing.onCertificate(me, tx, sender, certificate);
    } else if (message instanceof StoreAnswers answers) {
      Stores.onAnswers(me, tx, sender, answers);
    } else if (message instanceof DrawMessage draw) {
      Drawing.handle(me, tx, sender, draw);
    } else {
      dispatchRound(tx, sender, message);
    }
  }

  private void dispatchRound(Transaction tx, String sender, Message message) throws Refusal {
    if (message instanceof Task task) {
      Tasks.onTask(me, tx, sender, task);
    } else if (message instanceof Survivors survivors) {
      Certifying.onSurvivors(me, tx, sender, survivors);
    } else if (message instanceof Certificate certificate) {
      Certifying.onCertificate(me, tx, sender, certificate);
    } else if (message instanceof PairRevealRequest request) {
      Certifying.onPairRequest(me, tx, sender, request);
    } else if (message instanceof NonRevealRequest request) {
      Voiding.onRequest(me, tx, sender, request);
    } else if (message instanceof NonRevealQuorum quorum) {
      Voiding.onQuorum(me, tx, sender, quorum);
    } else if (message instanceof Result result) {
      Agreeing.onResult(me, tx, sender, result);
    } else if (message instanceof Checkpoint checkpoint) {
      Agreeing.onCheckpoint(me, tx, sender, checkpoint);
    } else if (message instanceof AllianceCheckpoint checkpoint) {
      Agreeing.onCheckpoint(me, tx, sender, checkpoint);
    } else {
      throw new Refusal(
          Refusal.Reason.UNEXPECTED_MESSAGE, sender, "members receive no " + message.type());
    }
  }
}
