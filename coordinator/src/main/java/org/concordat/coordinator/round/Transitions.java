package org.concordat.coordinator.round;

import static org.concordat.coordinator.round.RoundEffect.ADVANCE;
import static org.concordat.coordinator.round.RoundEffect.COMBINE;
import static org.concordat.coordinator.round.RoundEffect.ERASE_UPLOADS;
import static org.concordat.coordinator.round.RoundEffect.FORGET;
import static org.concordat.coordinator.round.RoundEffect.KEEP_EVIDENCE;
import static org.concordat.coordinator.round.RoundEffect.LOG;
import static org.concordat.coordinator.round.RoundEffect.LOGGED;
import static org.concordat.coordinator.round.RoundEffect.NOTE;
import static org.concordat.coordinator.round.RoundEffect.PUBLISH;
import static org.concordat.coordinator.round.RoundEffect.TASKS_SENT;
import static org.concordat.coordinator.round.RoundEffect.TELL;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.concordat.coordinator.round.event.RoundEvent;
import org.concordat.secureagg.server.RoundServer;

/**
 * Who follows whom among the phases, and what entering one does; nothing else decides it. Events
 * that are no {@link Turn} leave a round in its phase.
 *
 * <p>What has no row cannot be:
 *
 * <ul>
 *   <li>nothing follows COMMITTED or ABORTED;
 *   <li>RECORDING is not given up or aborted: T members have signed the next state;
 *   <li>from UNMASKING on a token is not given up: the certificate, which is durable then, and the
 *       promise never to reveal exclude each other;
 *   <li>another attempt is opened only in VOIDED, since its task names T promises for this one.
 * </ul>
 */
final class Transitions {
  /** What takes a round from one phase to another. */
  enum Turn {
    ATTEMPT_OPENED("an attempt is opened"),
    DISPATCHED("everybody who is here was told"),
    SURVIVORS_FROZEN("the uploads are frozen"),
    CERTIFICATE_CHOSEN("T signatures choose the certificate"),
    UNMASKED("T members have revealed"),
    SUM_APPLIED("the next state is computed"),
    AGREED("T members have signed the next state"),
    RECORDED("the release is in the log"),
    NON_REVEAL_CHOSEN("the token is given up"),
    VOIDED("T members have promised never to reveal"),
    ABORTED("the round is aborted");

    final String words;

    Turn(String words) {
      this.words = words;
    }
  }

  /**
   * A row.
   *
   * @param from empty for a round's first attempt
   * @param entering in the order in which they run; TELL is for each participant
   */
  record Row(Optional<RoundPhase> from, Turn turn, RoundPhase to, List<RoundEffect> entering) {}

  private static final RoundPhase DISPATCHING = new Dispatching();
  private static final RoundPhase COLLECTING = new Collecting();
  private static final RoundPhase CERTIFYING = new Certifying();
  private static final RoundPhase UNMASKING = new Unmasking();
  private static final RoundPhase APPLYING = new Applying();
  private static final RoundPhase AGREEING = new Agreeing();
  private static final RoundPhase RECORDING = new Recording();
  private static final RoundPhase COMMITTED = new Closed(true);
  private static final RoundPhase VOIDING = new Voiding();
  private static final RoundPhase VOIDED = new Voided();
  private static final RoundPhase ABORTED = new Closed(false);

  static final List<Row> TABLE =
      Stream.of(
              List.of(
                  new Row(
                      Optional.empty(),
                      Turn.ATTEMPT_OPENED,
                      DISPATCHING,
                      List.of(LOG, TELL, TASKS_SENT)),
                  row(DISPATCHING, Turn.DISPATCHED, COLLECTING),
                  row(DISPATCHING, Turn.SURVIVORS_FROZEN, CERTIFYING, NOTE, TELL),
                  row(COLLECTING, Turn.SURVIVORS_FROZEN, CERTIFYING, NOTE, TELL),
                  row(CERTIFYING, Turn.CERTIFICATE_CHOSEN, UNMASKING, NOTE, TELL),
                  row(UNMASKING, Turn.UNMASKED, APPLYING, NOTE, COMBINE),
                  row(APPLYING, Turn.SUM_APPLIED, AGREEING, NOTE, KEEP_EVIDENCE, TELL),
                  row(AGREEING, Turn.AGREED, RECORDING, LOG, LOGGED),
                  row(RECORDING, Turn.RECORDED, COMMITTED, NOTE, PUBLISH, TELL, ADVANCE)),
              each(
                  List.of(DISPATCHING, COLLECTING, CERTIFYING),
                  Turn.NON_REVEAL_CHOSEN,
                  VOIDING,
                  NOTE,
                  TELL),
              List.of(
                  row(VOIDING, Turn.VOIDED, VOIDED, NOTE, ERASE_UPLOADS, TELL, ADVANCE),
                  row(VOIDED, Turn.ATTEMPT_OPENED, DISPATCHING, LOG, TELL, TASKS_SENT)),
              each(
                  List.of(
                      DISPATCHING,
                      COLLECTING,
                      CERTIFYING,
                      UNMASKING,
                      APPLYING,
                      AGREEING,
                      VOIDING,
                      VOIDED),
                  Turn.ABORTED,
                  ABORTED,
                  NOTE,
                  ERASE_UPLOADS,
                  FORGET,
                  ADVANCE))
          .flatMap(List::stream)
          .toList();

  private Transitions() {}

  private static Row row(RoundPhase from, Turn turn, RoundPhase to, RoundEffect... entering) {
    return new Row(Optional.of(from), turn, to, List.of(entering));
  }

  private static List<Row> each(
      List<RoundPhase> from, Turn turn, RoundPhase to, RoundEffect... entering) {
    return from.stream().map(one -> row(one, turn, to, entering)).toList();
  }

  /**
   * Which row an event is; empty where it leaves the round in its phase.
   *
   * @param from empty for a round's first attempt
   * @param before secure aggregation's fold before the event
   * @param after the same after it
   * @throws IllegalStateException if there is no such row: the store is damaged, or of another
   *     program
   */
  static Optional<Row> of(
      Optional<RoundPhase> from, RoundEvent event, RoundServer before, RoundServer after) {
    return turn(event, before, after)
        .map(
            turn ->
                TABLE.stream()
                    .filter(row -> row.from().equals(from) && row.turn() == turn)
                    .findFirst()
                    .orElseThrow(
                        () ->
                            new IllegalStateException(
                                turn
                                    + " does not follow "
                                    + from.map(RoundPhase::label).orElse("nothing"))));
  }

  private static Optional<Turn> turn(RoundEvent event, RoundServer before, RoundServer after) {
    switch (event.getKindCase()) {
      case MESSAGE_ACCEPTED:
        return before.phase() == after.phase() ? Optional.empty() : quorum(after.phase());
      case UPLOAD_ACCEPTED:
      case COHORT_SUMMED:
      case PARTIAL_SUM_ACCEPTED:
      case MEMBER_REFUSED:
        return Optional.empty();
      default:
        return Optional.of(Turn.valueOf(event.getKindCase().name()));
    }
  }

  /** With which a message is the last of as many as are needed. */
  private static Optional<Turn> quorum(RoundServer.Phase reached) {
    return switch (reached) {
      case APPLYING -> Optional.of(Turn.UNMASKED);
      case CHECKPOINTED -> Optional.of(Turn.AGREED);
      case VOIDED -> Optional.of(Turn.VOIDED);
      default -> Optional.empty();
    };
  }
}
