package org.concordat.jurisdictions;

/** Kleene's strong three-valued logic; UNKNOWN stands for a fact that is missing or expired. */
public enum Ternary {
  FALSE,
  UNKNOWN,
  TRUE;

  /** TRUE or FALSE, for something that is known. */
  public static Ternary known(boolean value) {
    return value ? TRUE : FALSE;
  }

  /** The lesser of both, in the order FALSE, UNKNOWN, TRUE. */
  public Ternary and(Ternary other) {
    return compareTo(other) <= 0 ? this : other;
  }

  /** The greater of both. */
  public Ternary or(Ternary other) {
    return compareTo(other) >= 0 ? this : other;
  }

  /** UNKNOWN stays UNKNOWN. */
  public Ternary not() {
    return switch (this) {
      case TRUE -> FALSE;
      case FALSE -> TRUE;
      case UNKNOWN -> UNKNOWN;
    };
  }
}
