package org.concordat.coordinator.round;

import java.util.Arrays;

/**
 * What a round makes happen outside itself. Each may run more than once, and must then do no more
 * than once.
 */
public enum RoundEffect {
  /** Send a member what it must be sent at that moment. */
  TELL("tell"),

  /** Append an audit entry, and every note before it, before anything that comes after it runs. */
  LOG("log"),

  /**
   * Append an audit entry soon: it is durable here and certain to be written, in order, with the
   * next LOG or within a second. Every phase is noted before the round's model is released.
   */
  NOTE("note"),

  /** Hand a message back to the round: everything before it in the outbox has run. */
  TASKS_SENT("tasks-sent"),

  /** Fold, unmask, compute the next state; the outcome comes back as a message. */
  COMBINE("combine"),

  /** Keep what shows that a dealer lied, before anything else comes of it. */
  BLAME("blame"),

  /** Keep what the sum can be checked with, before anyone is told the result. */
  KEEP_EVIDENCE("evidence"),

  /** Hand a message back to the round, once the release is durable in the log. */
  LOGGED("logged"),

  /** Publish the model of a committed round. */
  PUBLISH("publish"),

  /** Erase the attempt's uploads. */
  ERASE_UPLOADS("release"),

  /** Remove what was kept of a round that did not commit. */
  FORGET("forget"),

  /** Tell the job that its round has ended, or needs another attempt. */
  ADVANCE("advance");

  private final String stored;

  RoundEffect(String stored) {
    this.stored = stored;
  }

  /** As it stands in the outbox. */
  public String stored() {
    return stored;
  }

  /**
   * @throws IllegalStateException if this program knows no such effect
   */
  public static RoundEffect of(String stored) {
    return Arrays.stream(values())
        .filter(effect -> effect.stored.equals(stored))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "unknown effect '" + stored + "' in the outbox: upgrade the program"));
  }
}
