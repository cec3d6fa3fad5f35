package org.concordat.jurisdictions;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What a rule does when its condition holds. */
public enum Effect {
  /** Denies when TRUE or UNKNOWN. */
  FORBID,
  /** Denies when not TRUE. */
  REQUIRE,
  /** Lets a touched member's part go on when TRUE. */
  PERMIT;

  /** As written in policies: lower case with hyphens. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  @Override
  public String toString() {
    return text();
  }
}
