package org.concordat.coordinator.audit;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Placeholder until audit-log lands. */
public final class AuditTrail {
  /** What the coordinator says; ids, times and the alliance are added here. */
  public record Note(
      String id, String type, String actor, String subject, String outcome, String job, long round, int attempt, Map<String, String> details) {}

  private final Clock clock;

  public AuditTrail(Clock clock) {
    this.clock = clock;
  }

  /** Appends; durable when it returns. A note with the same id as before changes nothing. */
  public void write(List<Note> notes) {
    java.util.Objects.requireNonNull(clock);
  }

  /** An id for something that happens once and is not retried. */
  public static String freshId() {
    return UUID.randomUUID().toString();
  }
}
