package org.concordat.jurisdictions;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One statement.
 *
 * @param expires the first instant at which it no longer counts; null for never
 */
public record Fact(FactName name, FactValue value, FactSource source, @Nullable Instant expires) {
  /** Whether it counts at this instant. */
  public boolean isInForce(Instant now) {
    return expires == null || now.isBefore(expires);
  }
}
