package org.concordat.jurisdictions;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the caller must also do when it acts on an allowing decision. A caller that does not know
 * how to meet one must refuse. The list is closed.
 */
public enum Obligation {
  /** Write an audit entry before acting. */
  LOG_BEFORE_ACTING,
  /** A person of the member must have approved. */
  APPROVAL_BY_PERSON,
  /** Delete masked updates when the round is over. */
  DELETE_UPDATES_AFTER_ROUND,
  /** Give the result to members only. */
  MEMBERS_ONLY,
  /** Do it only where the sum has as many members as the policy says, or more. */
  MIN_COHORT(2, 1024),
  /** Delete what is kept of a round once it is as many days old as the policy says. */
  RETAIN_DAYS(1, 3650),
  /** Tell a person of the member that it is done. */
  NOTIFY;

  private final int least;
  private final int most;

  Obligation() {
    this(0, 0);
  }

  Obligation(int least, int most) {
    this.least = least;
    this.most = most;
  }

  /** Whether the policy says a number with it, once for all of its rules. */
  public boolean hasBound() {
    return most > 0;
  }

  /** The smallest number that may be said. */
  int least() {
    return least;
  }

  /** The greatest. */
  int most() {
    return most;
  }

  /** As written in policies: lower case with hyphens. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The obligation written so, or nothing. */
  public static Optional<Obligation> of(String text) {
    return Stream.of(values()).filter(one -> one.text().equals(text)).findFirst();
  }

  @Override
  public String toString() {
    return text();
  }
}
