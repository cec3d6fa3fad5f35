package org.concordat.jurisdictions.agreement;

import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Who answers for damage.
 *
 * @param shares percent of each party, whole, 100 in all; empty unless BY_SHARE
 * @param cap at most so much for one event; null for no limit
 * @param law country whose law decides
 */
public record Liability(
    Kind kind, SortedMap<String, Integer> shares, @Nullable Cap cap, String law) {
  /** In whole units of a currency (ISO 4217). */
  public record Cap(long amount, String currency) {}

  /** A closed list. */
  public enum Kind {
    /** Each for what it caused. */
    OWN_FAULT,
    /** Each for the whole towards others. */
    JOINT_AND_SEVERAL,
    /** Each for its share. */
    BY_SHARE;

    /** As written in agreements: lower case with hyphens. */
    public String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Optional<Kind> of(String text) {
      return Stream.of(values()).filter(one -> one.text().equals(text)).findFirst();
    }

    @Override
    public String toString() {
      return text();
    }
  }
}
