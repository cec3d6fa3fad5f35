package org.concordat.jurisdictions;

import java.util.Optional;
import java.util.stream.Stream;

/** The comparisons a policy may use; a closed list. */
public enum Operator {
  EQUALS("equals"),
  NOT_EQUALS("notEquals"),
  IN("in"),
  NOT_IN("notIn"),
  SUBSET_OF("subsetOf"),
  AT_LEAST("atLeast"),
  AT_MOST("atMost"),
  PRESENT("present");

  private final String text;

  Operator(String text) {
    this.text = text;
  }

  /** As written in policies. */
  public String text() {
    return text;
  }

  static Optional<Operator> of(String text) {
    return Stream.of(values()).filter(operator -> operator.text.equals(text)).findFirst();
  }

  /** Whether it compares facts of this type. */
  public boolean fits(FactType type) {
    return switch (this) {
      case EQUALS, NOT_EQUALS -> type != FactType.JURISDICTIONS;
      case IN, NOT_IN -> type.isText();
      case SUBSET_OF -> type == FactType.JURISDICTIONS;
      case AT_LEAST, AT_MOST -> type == FactType.NUMBER;
      case PRESENT -> true;
    };
  }

  /** Whether it takes a list of words. */
  boolean takesList() {
    return this == IN || this == NOT_IN || this == SUBSET_OF;
  }
}
