package org.concordat.jurisdictions;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What a rule does when its condition holds, or does not. */
public enum Effect {
  /** Denies when its condition is TRUE or UNKNOWN. */
  FORBID,
  /** Denies when its condition is not TRUE. */
  REQUIRE,
  /** Allows when its condition is TRUE; each member needs at least one. */
  PERMIT;

  /** As written in policies: lower case. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The effect written so, or nothing. */
  static Optional<Effect> of(String text) {
    return Stream.of(values()).filter(effect -> effect.text().equals(text)).findFirst();
  }

  /** Whether a rule of this effect denies by itself at this value; a permit never does. */
  public boolean denies(Ternary value) {
    return switch (this) {
      case FORBID -> value != Ternary.FALSE;
      case REQUIRE -> value != Ternary.TRUE;
      case PERMIT -> false;
    };
  }

  @Override
  public String toString() {
    return text();
  }
}
