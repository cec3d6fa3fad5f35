package org.concordat.coordinator.epoch;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.concordat.coordinator.directory.Sessions;
import org.concordat.coordinator.round.Round;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.message.EpochMessage;
import org.concordat.secureagg.message.Inbox;
import org.concordat.secureagg.message.Limits;
import org.concordat.secureagg.server.EpochServer;
import org.concordat.store.Entries;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the epoch in force and sets up the next one. Every accepted message is durable before the
 * fold goes on, so that a restart replays the same epoch; every token is handed out once, durably.
 * Used on the mailbox thread only.
 */
public final class EpochKeeper implements Round.Epochs {
  private static final Logger LOG = LoggerFactory.getLogger(EpochKeeper.class);

  private static final byte[] CLOSE_STEP = new byte[0];

  /** Numbers under one roster since its last certified epoch: the first and 8 restarts. */
  private static final int MAX_STARTS = 9;

  /** What the keeper tells the rest. */
  public interface Listener {
    /** A valid epoch is there: T members signed its manifest. */
    void certified(EpochServer epoch);

    /** An epoch number has failed: its verdicts say who is left out from now on. */
    void failed(EpochServer epoch);

    /** A member was shown to lie and is left out from now on; told again after a restart. */
    void proven(Lie lie);

    /** A member's message was refused. */
    void refused(String member, Refusal refusal);
  }

  private final EpochNumbers numbers;
  private final String chain;
  private final EpochStore store;
  private final Sessions sessions;
  private final Notary notary;
  private final Clock clock;
  private final Duration wait;
  private final Listener listener;
  private final LeftOut leftOut = new LeftOut();
  private final Proofs proofs;

  private @Nullable EpochServer current;
  private @Nullable EpochServer certified;
  private Instant stepSince;

  /**
   * Takes up the newest number where its inputs left it; of the others it needs their ends only.
   */
  public EpochKeeper(
      Entries entries,
      Sessions sessions,
      Notary notary,
      Clock clock,
      Duration wait,
      Listener listener) {
    this(
        new EpochNumbers(entries),
        EpochNumbers.WHOLE,
        entries,
        sessions,
        notary,
        clock,
        wait,
        listener);
  }

  /**
   * The same for one cohort of several.
   *
   * @param numbers that all of them share
   * @param chain the cohort's name
   */
  EpochKeeper(
      EpochNumbers numbers,
      String chain,
      Entries entries,
      Sessions sessions,
      Notary notary,
      Clock clock,
      Duration wait,
      Listener listener) {
    this.numbers = numbers;
    this.chain = chain;
    this.store = new EpochStore(numbers, chain, entries, notary);
    this.sessions = sessions;
    this.notary = notary;
    this.clock = clock;
    this.wait = wait;
    this.listener = listener;
    this.proofs = new Proofs(entries, notary);
    this.stepSince = clock.instant();
    resume();
  }

  private void resume() {
    proofs.lies().forEach(lie -> leftOut.proven(lie.roster(), lie.liar()));
    long newest = 0;
    long inForce = 0;
    for (long number : store.numbers()) {
      if (newest > 0) {
        inForce = ended(newest, store.end(newest)) ? newest : inForce;
      }
      newest = number;
    }
    if (newest > 0) {
      EpochServer epoch = store.resume(newest);
      current = epoch;
      inForce = isOver(epoch) && ended(newest, store.end(newest)) ? newest : inForce;
    }
    if (inForce > 0) {
      EpochServer epoch = store.find(inForce);
      certified = epoch;
      numbers.certified(epoch.manifest().orElseThrow());
    }
  }

  /** Who is left out by it; whether it was certified. */
  private boolean ended(long number, EpochEnd end) {
    boolean isCertified = end.how() == EpochEnd.How.CERTIFIED;
    if (isCertified) {
      leftOut.certified(number);
    }
    end.blamed().forEach(one -> leftOut.blamed(end.roster(), one.member(), one.proven()));
    return isCertified;
  }

  private static boolean isOver(EpochServer epoch) {
    return epoch.phase() == EpochServer.Phase.CERTIFIED
        || epoch.phase() == EpochServer.Phase.FAILED;
  }

  /**
   * The cohort without those who were shown to lie under its roster, and for one epoch without
   * those who did not answer a complaint.
   *
   * @throws org.concordat.secureagg.InfeasibleCohortException if too few are left
   */
  public Cohort eligible(Cohort cohort) {
    EpochServer epoch = certified;
    return leftOut.without(cohort, epoch == null ? 0 : epoch.number(), tokensLeft());
  }

  /** The certified epoch in force, if there is one. */
  public Optional<EpochServer> certified() {
    return Optional.ofNullable(certified);
  }

  /** Tokens of the epoch in force that were not handed out. */
  public int tokensLeft() {
    return certified == null ? 0 : Limits.TOKENS - store.used(certified.number());
  }

  /** What the epoch in the making waits for, in words. */
  public String waiting() {
    EpochServer making = current;
    if (making == null || making.phase() == EpochServer.Phase.CERTIFIED) {
      return "";
    }
    return "epoch "
        + making.number()
        + ", step "
        + making.waiting().step()
        + ": waiting for "
        + String.join(", ", making.waiting().missing());
  }

  /** Whether a token for this cohort can be had now, without a new epoch. */
  public boolean serves(Cohort cohort) {
    EpochServer epoch = certified;
    return epoch != null && epoch.cohort().equals(cohort) && tokensLeft() > 0;
  }

  /**
   * A token for this cohort, handed out durably and never again; empty where an epoch must be set
   * up first, which this call begins.
   */
  public Optional<Integer> token(Cohort cohort) {
    EpochServer epoch = certified;
    if (epoch != null && epoch.cohort().equals(cohort)) {
      int token = store.used(epoch.number());
      if (token < Limits.TOKENS) {
        store.use(epoch.number(), token);
        return Optional.of(token);
      }
    }
    EpochServer making = current;
    boolean underWay = making != null && !isOver(making) && making.cohort().equals(cohort);
    if (!underWay && startsLeft(cohort)) {
      open(cohort);
    }
    return Optional.empty();
  }

  /** At most 8 restarts per roster version: then somebody must change the roster. */
  private boolean startsLeft(Cohort cohort) {
    EpochServer inForce = certified;
    EpochServer newest = current;
    long from = inForce == null ? 1 : inForce.number() + 1;
    long starts = 0;
    for (long number : store.numbers()) {
      if (newest == null || number < from || number > newest.number()) {
        continue;
      }
      Cohort before = store.cohort(number).orElseThrow();
      starts += before.rosterDigest().equals(cohort.rosterDigest()) ? 1 : 0;
    }
    if (starts >= MAX_STARTS) {
      LOG.error("{} epochs were begun and none certified: change the roster", starts);
    }
    return starts < MAX_STARTS;
  }

  private void open(Cohort cohort) {
    EpochServer opened = store.open(cohort);
    current = opened;
    stepSince = clock.instant();
    LOG.info("epoch {} opened for {} members", opened.number(), cohort.size());
    tellAll();
  }

  /** A sealed message about an epoch. */
  public void received(String member, byte[] sealed) {
    EpochServer making = current;
    if (making == null) {
      return;
    }
    try {
      EpochServer next = making.accept(sealed);
      if (next != making) {
        advance(making, next, sealed);
      }
    } catch (Refusal refusal) {
      making.proof(sealed).ifPresent(this::convict);
      listener.refused(member, refusal);
    }
  }

  /**
   * Keeps evidence of a lie, unless one of this liar's is kept under the same roster: it is durable
   * when this returns, everybody who is here is sent it, and the liar is left out of every epoch
   * that is opened from now on. Evidence that shows nothing does nothing.
   */
  public void convict(EpochMessage evidence) {
    Optional<Cohort> opened = store.cohort(evidence.epoch());
    if (opened.isEmpty()) {
      return;
    }
    Cohort cohort = opened.get();
    Optional<Lie> lie = proofs.keep(cohort, evidence);
    if (lie.isPresent()) {
      leftOut.proven(cohort.rosterDigest(), lie.get().liar());
      byte[] sealed = Inbox.seal(notary, evidence).toArray();
      cohort.members().stream()
          .filter(sessions::connected)
          .forEach(member -> sessions.send(member, sealed));
      listener.proven(lie.get());
    }
  }

  /** Who was shown to lie, under whatever roster. */
  public List<Lie> lies() {
    return proofs.lies();
  }

  /** The encoded evidence of a lie. */
  public byte[] evidence(Lie lie) {
    return proofs.evidence(lie);
  }

  /** Goes on without members that have been asked long enough, once enough are there. */
  public void tick() {
    EpochServer making = current;
    if (making == null || isOver(making)) {
      return;
    }
    boolean everybodyWhoIsHere = making.waiting().missing().stream().noneMatch(sessions::connected);
    boolean overdue = Duration.between(stepSince, clock.instant()).compareTo(wait) >= 0;
    if (making.waiting().enough() && overdue) {
      close(making);
    } else if (overdue && !everybodyWhoIsHere) {
      stepSince = clock.instant();
      tellAll();
    }
  }

  private void close(EpochServer making) {
    try {
      advance(making, making.closeStep(), CLOSE_STEP);
    } catch (Refusal notYet) {
      LOG.info("epoch {} cannot go on yet: {}", making.number(), notYet.getMessage());
      stepSince = clock.instant();
    }
  }

  private void advance(EpochServer before, EpochServer accepted, byte[] input) {
    EpochServer next = store.append(accepted, input);
    current = next;
    if (next.phase() == before.phase()) {
      askTheAccused(before, next);
      return;
    }
    stepSince = clock.instant();
    if (isOver(next)) {
      ended(next.number(), EpochEnd.of(next));
      LOG.info("epoch {} {}", next.number(), next.phase());
    }
    if (next.phase() == EpochServer.Phase.CERTIFIED) {
      takeIntoForce(next);
    }
    tellAll();
    if (next.phase() == EpochServer.Phase.CERTIFIED) {
      listener.certified(next);
    } else if (next.phase() == EpochServer.Phase.FAILED) {
      next.proofs().forEach(this::convict);
      listener.failed(next);
    }
  }

  /**
   * A complaint or an opening gives whom it concerns the whole wait, from now on; whoever it makes
   * due is asked at once, since no change of the phase does it.
   */
  private void askTheAccused(EpochServer before, EpochServer next) {
    if (next.disputeMessages() == before.disputeMessages()) {
      return;
    }
    stepSince = clock.instant();
    next.requestsSince(before)
        .forEach((member, requests) -> requests.forEach(request -> sessions.send(member, request)));
  }

  /** Sends a member whatever it must know of the epoch, again if need be. */
  public void tell(String member) {
    EpochServer making = current;
    EpochServer inForce = certified;
    if (inForce != null && inForce != making) {
      inForce.outgoing(member).forEach(message -> sessions.send(member, message));
    }
    boolean whole = chain.equals(EpochNumbers.WHOLE);
    if (making != null && (whole || making.cohort().indexOf(member) >= 0)) {
      proofs
          .under(making.cohort().rosterDigest())
          .forEach(proof -> sessions.send(member, Inbox.seal(notary, proof).toArray()));
      making.outgoing(member).forEach(message -> sessions.send(member, message));
    }
  }

  private void tellAll() {
    EpochServer making = current;
    if (making != null) {
      making.cohort().members().stream()
          .filter(sessions::connected)
          .forEach(
              member -> making.outgoing(member).forEach(message -> sessions.send(member, message)));
    }
  }

  /** Rounds of the epoch before may still be open; those of the one before that are not. */
  private void takeIntoForce(EpochServer next) {
    EpochServer before = certified;
    certified = next;
    numbers.certified(next.manifest().orElseThrow());
    if (before != null) {
      store.numbers().stream()
          .filter(number -> number < before.number())
          .filter(number -> store.end(number).how() == EpochEnd.How.CERTIFIED)
          .reduce((older, newer) -> newer)
          .ifPresent(store::forgetPages);
    }
  }

  @Override
  public EpochServer find(long number) {
    EpochServer inForce = certified;
    return inForce != null && inForce.number() == number ? inForce : store.find(number);
  }
}
