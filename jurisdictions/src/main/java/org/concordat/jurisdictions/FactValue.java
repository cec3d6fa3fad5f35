package org.concordat.jurisdictions;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/** A typed value, in the one spelling that {@link FactType} gives it. */
public sealed interface FactValue {
  /** Country, jurisdiction, code or reference. */
  record Text(String text) implements FactValue {
    @Override
    public String toString() {
      return text;
    }
  }

  /** A finite number. */
  record Number(double value) implements FactValue {
    public Number {
      value = value == 0 ? 0.0 : value; // one zero
    }

    @Override
    public String toString() {
      return value == Math.rint(value) && Math.abs(value) < 1e15
          ? Long.toString((long) value)
          : Double.toString(value);
    }
  }

  /** True or false. */
  record Flag(boolean value) implements FactValue {
    @Override
    public String toString() {
      return Boolean.toString(value);
    }
  }

  /** A set that is not empty. */
  record TextSet(SortedSet<String> texts) implements FactValue {
    public TextSet {
      texts = Collections.unmodifiableSortedSet(new TreeSet<>(texts));
    }

    @Override
    public String toString() {
      return texts.toString();
    }
  }
}
