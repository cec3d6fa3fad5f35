package org.concordat.secureagg.step;

import java.util.Optional;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Incarnation;
import org.concordat.secureagg.blame.Verdict;
import org.concordat.secureagg.check.VerifiedRound;
import org.concordat.secureagg.cohorts.Drawn;
import org.concordat.secureagg.message.Result;
import org.concordat.secureagg.message.Task;
import org.concordat.secureagg.message.TokenRef;

/**
 * What the application should know about a {@link Step}; to be acted on after the step is durable.
 */
public sealed interface Notice {
  /**
   * The epoch's manifest is certified. {@code participant} is false for a member that sits this
   * epoch out.
   */
  record EpochReady(long epoch, boolean participant) implements Notice {}

  /** The epoch's tokens have closed and their secrets are erased. */
  record EpochRetired(long epoch) implements Notice {}

  /**
   * The token is burnt for this task: do the work, then {@code Member.protect} or {@code
   * Member.giveUp}. Repeated for repeated messages.
   */
  record TaskAccepted(Task task) implements Notice {}

  /**
   * Fetch the sum by its root, recompute the next state, then {@code Member.adopt}. Repeated for
   * repeated messages.
   *
   * @param checked what leaves of the sum can be checked with; empty where somebody dropped: then
   *     it is made from the round's record
   */
  record ResultReady(Task task, Result result, Optional<VerifiedRound> checked) implements Notice {}

  /** The token's secrets and y are erased. */
  record TokenClosed(long epoch, int token) implements Notice {}

  /** T NonReveals seen: this attempt will never be opened (refund its privacy budget). */
  record AttemptVoided(TokenRef ref) implements Notice {}

  /** The state after a round, from one's own computation or from a checkpoint certificate. */
  record StateAdopted(String job, long round, Digest state, boolean certified) implements Notice {}

  /**
   * ALARM: T members certified another state than this member computed; the certified one is taken.
   */
  record StateOverridden(String job, long round, Digest own, Digest certified) implements Notice {}

  /** This member found a deposit that does not fit, and opened its keys of this number. */
  record Complained(long epoch, String accused, String grievance) implements Notice {}

  /**
   * The roster's cohorts are drawn and this member's own is pinned.
   *
   * @param position of this member's cohort, from 0; -1 where the draw went on without it: it takes
   *     part in nothing until the roster changes
   */
  record CohortDrawn(Drawn drawn, int position) implements Notice {
    /** For people. */
    public String describe() {
      return position < 0
          ? "this roster's cohorts were drawn without this site: it takes part in no round until the"
              + " roster changes"
          : "cohort %d of %d, draw %s"
              .formatted(position + 1, drawn.count(), drawn.digest().shortHex());
    }
  }

  /**
   * Others have said what a lost store of this member may have done: it takes part from now on.
   *
   * @param aboveEpoch in epoch numbers greater than this
   */
  record StoreConfirmed(Incarnation store, long aboveEpoch) implements Notice {}

  /** ALARM: this store is an old copy or has a clone; its secrets are erased, it is a new store. */
  record StoreLost(Incarnation lost, Incarnation now, String why) implements Notice {}

  /** This member's own judgement of evidence; UNRESPONSIVE is only what the coordinator says. */
  record Judged(Verdict verdict) implements Notice {}
}
