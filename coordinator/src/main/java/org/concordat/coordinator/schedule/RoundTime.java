package org.concordat.coordinator.schedule;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.concordat.certs.Sha256;
import org.concordat.coordinator.epoch.Epochs;
import org.concordat.coordinator.epoch.Pinned;
import org.concordat.coordinator.job.Job;
import org.concordat.coordinator.job.JobBook;
import org.concordat.coordinator.round.Round;
import org.concordat.coordinator.round.RoundEngine;
import org.concordat.coordinator.round.RoundMessage;
import org.concordat.coordinator.round.StreamId;
import org.concordat.coordinator.session.Sessions;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.server.RoundServer;

/** What time brings to open rounds: deadlines, who is gone, who has another store. */
public final class RoundTime {
  private final RoundEngine engine;
  private final JobBook book;
  private final Sessions sessions;
  private final Epochs epochs;
  private final BiFunction<String, Sha256, Optional<String>> noMember;
  private final Predicate<String> aggregatorGone;
  private final Clock clock;
  private final Duration dropGrace;
  private final Duration stallTimeout;
  private final Instant startedAt;

  /**
   * @param noMember why a participant that a roster listed is no member any more, or not with its
   *     keys there; empty if it is one
   * @param aggregatorGone whether a region's aggregator has been away for longer than the grace:
   *     its members cannot bring anything
   * @param dropGrace after which who is away counts as gone
   * @param stallTimeout after which signatures that do not come are not waited for
   */
  public RoundTime(
      RoundEngine engine,
      JobBook book,
      Sessions sessions,
      Epochs epochs,
      BiFunction<String, Sha256, Optional<String>> noMember,
      Predicate<String> aggregatorGone,
      Clock clock,
      Duration dropGrace,
      Duration stallTimeout) {
    this.engine = engine;
    this.book = book;
    this.sessions = sessions;
    this.epochs = epochs;
    this.noMember = noMember;
    this.aggregatorGone = aggregatorGone;
    this.clock = clock;
    this.dropGrace = dropGrace;
    this.stallTimeout = stallTimeout;
    this.startedAt = clock.instant();
  }

  /** On the mailbox thread. */
  public void tick() {
    Instant now = clock.instant();
    for (Round round : List.copyOf(engine.open().values())) {
      formerMembers(round);
      Job job = book.find(round.task().job()).orElseThrow();
      engine.happened(
          round.stream(),
          new RoundMessage.Tick(
              member -> !job.spec().getWaitForAll() && isGone(round, member, now),
              Duration.ofSeconds(job.spec().getDeadlineSeconds()),
              stallTimeout));
      lostStores(round.stream());
    }
  }

  private boolean isGone(Round round, String member, Instant now) {
    boolean uploads = round.server().phase() == RoundServer.Phase.COLLECTING;
    return isGone(member, now)
        || uploads && round.regions().aggregatorOf(member).filter(aggregatorGone).isPresent();
  }

  private boolean isGone(String member, Instant now) {
    return !sessions.connected(member)
        && RoundMessage.passed(sessions.awaySince(member, startedAt), dropGrace, now);
  }

  /** Nobody waits for one that is no member any more; where its part is needed, the step ends. */
  private void formerMembers(Round round) {
    Sha256 roster = new Sha256(round.server().cohort().rosterDigest().hex());
    for (String member : round.participants()) {
      noMember
          .apply(member, roster)
          .ifPresent(why -> engine.happened(round.stream(), new RoundMessage.Removed(member, why)));
    }
  }

  /** Who is here with another store than the round's epoch pins can do nothing in it. */
  private void lostStores(StreamId stream) {
    Round round = engine.open().get(stream);
    if (round == null || round.closed()) {
      return;
    }
    long epoch = round.task().epoch();
    for (String member : Pinned.of(epochs.find(epoch)).where(sessions::speaksFromAnother)) {
      engine.happened(
          stream,
          new RoundMessage.Refused(
              member,
              Reason.STORE_LOST + ": its store is not the one that epoch " + epoch + " pins"));
    }
  }
}
