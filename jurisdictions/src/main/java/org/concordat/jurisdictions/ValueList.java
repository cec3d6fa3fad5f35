package org.concordat.jurisdictions;

import java.time.Instant;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * A named list of a policy, such as the countries with an adequacy decision: dated data with its
 * source. From {@code expires} on, every comparison with it is UNKNOWN.
 */
public record ValueList(
    String name, String source, String asOf, @Nullable Instant expires, SortedSet<String> values) {
  /** Whether rules that use it can be decided at this instant. */
  public boolean isInForce(Instant now) {
    return expires == null || now.isBefore(expires);
  }
}
