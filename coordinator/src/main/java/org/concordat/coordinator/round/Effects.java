package org.concordat.coordinator.round;

import java.util.ArrayList;
import java.util.List;
import org.concordat.coordinator.round.event.RoundEvent;
import org.concordat.store.EventStore.Effect;

/**
 * What an event makes happen outside the round. Each effect may run more than once and must then do
 * no more than once: TELL sends whatever the member must know at that moment, LOG and NOTE are one
 * audit entry with an id of its own, COMBINE computes and comes back as a message, PUBLISH and
 * RELEASE set and remove.
 */
public final class Effects {
  /** Send a member what it must be sent now. */
  public static final String TELL = "tell";

  /** Append an audit entry, and every note before it, before anything that comes after it runs. */
  public static final String LOG = "log";

  /**
   * Append an audit entry soon: it is durable here and certain to be written, in order, with the
   * next LOG or within a second. Every phase is noted before the round's model is released.
   */
  public static final String NOTE = "note";

  /** Fold, unmask, compute the next state. */
  public static final String COMBINE = "combine";

  /** Hand a message back to the round: everything before it in the outbox has run. */
  public static final String TASKS_SENT = "tasks-sent";

  /** As above, once the release is durable in the log. */
  public static final String LOGGED = "logged";

  /** Keep what shows that a dealer lied, before anything else comes of it. */
  public static final String BLAME = "blame";

  /** Publish the model of a committed round. */
  public static final String PUBLISH = "publish";

  /** Keep what the sum can be checked with, before anyone is told the result. */
  public static final String EVIDENCE = "evidence";

  /** Remove what was kept of a round that did not commit. */
  public static final String FORGET = "forget";

  /** Erase uploads. */
  public static final String RELEASE = "release";

  /** Tell the job that its round has ended, or needs another attempt. */
  public static final String ADVANCE = "advance";

  private Effects() {}

  /** The effects of one event, in the order in which they run. */
  public static List<Effect> of(Round before, RoundEvent event, Round after) {
    List<Effect> effects = new ArrayList<>();
    boolean newPhase = !after.phase().equals(before.phase()) || event.hasAttemptOpened();
    if (newPhase && !event.hasDispatched()) {
      effects.add(log(after, event));
    }
    if (after.server().shows() && !before.server().shows()) {
      effects.add(plain(BLAME));
      if (after.phase() instanceof Unmasking) {
        tellAll(after, effects); // survivors are asked for their pair secrets
      }
    }
    switch (event.getKindCase()) {
      case ATTEMPT_OPENED:
        tellAll(after, effects);
        effects.add(plain(TASKS_SENT));
        break;
      case COHORT_SUMMED:
        effects.add(plain(COMBINE)); // the last one's leads to the next state
        break;
      case SUM_APPLIED:
        effects.add(plain(EVIDENCE));
        tellAll(after, effects);
        break;
      case RECORDED:
        effects.add(plain(PUBLISH));
        tellAll(after, effects);
        effects.add(plain(ADVANCE));
        break;
      case ABORTED:
        effects.add(new Effect(RELEASE, after.task().digest().hex(), new byte[0]));
        effects.add(plain(FORGET));
        effects.add(plain(ADVANCE));
        break;
      case UPLOAD_ACCEPTED:
      case DISPATCHED:
      case MEMBER_REFUSED:
        break;
      default:
        if (newPhase) {
          entered(after, effects);
        } else if (after.phase() instanceof Unmasking || after.phase() instanceof Voiding) {
          quorumReached(before, after, effects);
        }
    }
    return effects;
  }

  private static void entered(Round after, List<Effect> effects) {
    if (after.phase() instanceof Applying) {
      effects.add(plain(COMBINE));
    } else if (after.phase() instanceof Recording) {
      effects.add(plain(LOGGED));
    } else {
      tellAll(after, effects);
    }
  }

  private static void quorumReached(Round before, Round after, List<Effect> effects) {
    boolean voided =
        after.server().nonRevealQuorum().isPresent() && before.server().nonRevealQuorum().isEmpty();
    if (voided) {
      effects.add(new Effect(RELEASE, after.task().digest().hex(), new byte[0]));
      tellAll(after, effects);
      effects.add(plain(ADVANCE));
    }
  }

  private static void tellAll(Round round, List<Effect> effects) {
    round.participants().forEach(member -> effects.add(new Effect(TELL, member, new byte[0])));
  }

  private static Effect log(Round after, RoundEvent event) {
    boolean before = event.hasAttemptOpened() || after.phase() instanceof Recording;
    return new Effect(before ? LOG : NOTE, "", RoundEntries.of(event, after).canonicalBytes());
  }

  private static Effect plain(String kind) {
    return new Effect(kind, "", new byte[0]);
  }
}
