package org.concordat.coordinator.epoch;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.concordat.coordinator.session.Sessions;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.InfeasibleCohortException;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.message.EpochMessage;
import org.concordat.secureagg.message.Limits;
import org.concordat.secureagg.server.EpochServer;
import org.concordat.secureagg.server.Waiting;
import org.concordat.store.Entries;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the epoch in force and sets up the next one. Every accepted message is durable before the
 * fold goes on, so that a restart replays the same epoch; every token is handed out once, durably.
 * Used on the mailbox thread only.
 */
public final class EpochKeeper {
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
  private final Clock clock;
  private final Duration wait;
  private final Listener listener;
  private final LeftOut leftOut = new LeftOut();
  private final Proofs proofs;
  private final EpochPost post;

  private @Nullable EpochServer current;
  private @Nullable EpochServer certified;
  private Instant stepSince;
  private Demand demand;

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
    this.clock = clock;
    this.wait = wait;
    this.listener = listener;
    this.proofs = new Proofs(entries, notary);
    this.post = new EpochPost(sessions, notary, proofs);
    this.stepSince = clock.instant();
    this.demand = new Demand(clock, wait);
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

  /** What the epoch in the making waits for, in words; empty if none is under way. */
  public String waiting() {
    EpochServer making = underWay();
    if (making == null) {
      return "";
    }
    return "epoch "
        + making.number()
        + ", step "
        + making.waiting().step()
        + ": waiting for "
        + String.join(", ", making.waiting().missing());
  }

  private @Nullable EpochServer underWay() {
    EpochServer newest = current;
    return newest == null || isOver(newest) ? null : newest;
  }

  /** Whether a token for this cohort can be had now, without a new epoch. */
  public boolean serves(Cohort cohort) {
    EpochServer epoch = certified;
    return underWay() == null
        && epoch != null
        && epoch.cohort().equals(cohort)
        && tokensLeft() > 0
        && renewed(epoch).isEmpty();
  }

  /** Members that are here with another store than the epoch pins: only a new number has them. */
  private List<String> renewed(EpochServer epoch) {
    return Pinned.of(epoch).where(sessions::isRenewed);
  }

  /**
   * A token for this cohort, handed out durably and never again; empty where an epoch must be set
   * up first, which this call begins. While a number is under way no token is handed out, since its
   * members retire the epoch in force once it is certified; and no other number is opened, unless
   * that one is given up: nobody has asked for it during the whole wait, its roster or one of its
   * members is out, too few of them answer while everybody of the other cohort is here, or too many
   * of them have lost the stores that they gave their keys from.
   */
  public Optional<Integer> token(Cohort cohort) {
    EpochServer making = underWay();
    if (making == null && serves(cohort)) {
      long number = Objects.requireNonNull(certified).number();
      int token = store.used(number);
      store.use(number, token);
      return Optional.of(token);
    }
    boolean lost = making != null && tooFewCanAnswer(making);
    if (making != null && making.cohort().equals(cohort) && !lost) {
      demand.asked();
    } else if ((making == null || lost || givenUp(making, cohort)) && startsLeft(cohort)) {
      open(cohort);
    }
    return Optional.empty();
  }

  /** Without those who are here with another store than the one that gave their keys. */
  private boolean tooFewCanAnswer(EpochServer making) {
    Waiting waiting = making.waiting();
    long can = waiting.missing().stream().filter(member -> !hasLost(making, member)).count();
    return waiting.answered() + can < waiting.needed();
  }

  private boolean hasLost(EpochServer making, String member) {
    return making.storeOf(member).filter(store -> sessions.isRenewed(member, store)).isPresent();
  }

  private boolean givenUp(EpochServer making, Cohort other) {
    return !isEligible(making.cohort()) || demand.givesWay(making, other, sessions::connected);
  }

  private boolean isEligible(Cohort cohort) {
    try {
      return eligible(cohort).equals(cohort);
    } catch (InfeasibleCohortException tooFew) {
      return false;
    }
  }

  /** At most 8 restarts per roster version: then somebody must change the roster. */
  private boolean startsLeft(Cohort cohort) {
    EpochServer inForce = certified;
    long starts = store.begunSince(inForce == null ? 0 : inForce.number(), cohort.rosterDigest());
    if (starts >= MAX_STARTS) {
      LOG.error("{} epochs were begun and none certified: change the roster", starts);
    }
    return starts < MAX_STARTS;
  }

  private void open(Cohort cohort) {
    EpochServer opened = store.open(cohort);
    current = opened;
    stepSince = clock.instant();
    demand = new Demand(clock, wait);
    LOG.info("epoch {} opened for {} members", opened.number(), cohort.size());
    post.tellAll(opened);
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
      against(making.cohort().rosterDigest(), member, () -> making.proof(sealed))
          .ifPresent(this::convict);
      listener.refused(member, refusal);
    }
  }

  /** See {@link Proofs#against}: the same of every cohort. */
  <M extends EpochMessage> Optional<M> against(
      Digest roster, String member, Supplier<Optional<M>> proof) {
    return proofs.against(roster, member, proof);
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
      post.tellAll(cohort, evidence);
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
    EpochServer making = underWay();
    if (making == null) {
      return;
    }
    demand.tick();
    boolean everybodyWhoIsHere = making.waiting().missing().stream().noneMatch(sessions::connected);
    boolean overdue = Duration.between(stepSince, clock.instant()).compareTo(wait) >= 0;
    if (making.waiting().enough() && overdue) {
      close(making);
    } else if (overdue && !everybodyWhoIsHere) {
      stepSince = clock.instant();
      post.tellAll(making);
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
    demand.heard();
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
    post.tellAll(next);
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
    post.ask(next.requestsSince(before));
  }

  /** Sends a member whatever it must know of the epoch, again if need be. */
  public void tell(String member) {
    EpochServer making = current;
    EpochServer inForce = certified;
    if (inForce != null && inForce != making) {
      post.tellAnew(inForce, member);
    }
    boolean whole = chain.equals(EpochNumbers.WHOLE);
    if (making != null && (whole || making.cohort().indexOf(member) >= 0)) {
      post.tellProofs(making.cohort().rosterDigest(), member);
      post.tellAnew(making, member);
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

  /**
   * Erases what is kept of numbers below the last but one that was certified, but their ends; up to
   * the first that an open round belongs to.
   */
  void forgetOld(Set<Long> inUse) {
    EpochServer inForce = certified;
    if (inForce == null) {
      return;
    }
    List<Long> below =
        store.numbers().stream().filter(number -> number < inForce.number()).toList();
    long before =
        below.stream()
            .filter(number -> store.end(number).how() == EpochEnd.How.CERTIFIED)
            .reduce((older, newer) -> newer)
            .orElse(0L);
    store.forget(
        below.stream()
            .filter(number -> number < before)
            .takeWhile(number -> !inUse.contains(number))
            .toList());
  }

  /** A number that was opened. */
  public EpochServer find(long number) {
    EpochServer inForce = certified;
    return inForce != null && inForce.number() == number ? inForce : store.find(number);
  }
}
