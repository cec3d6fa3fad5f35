package org.concordat.auditlog;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Entries on their way into a log. */
public final class Appending {
  private final AuditLog log;
  private final List<AppendPlan.Encoded> entries;
  private List<Long> indexes = List.of();
  private @Nullable RuntimeException refused;
  private boolean done;

  Appending(AuditLog log, List<AppendPlan.Encoded> entries) {
    this.log = log;
    this.entries = entries;
  }

  /**
   * Waits until the entries are durable, hashed and under a signed checkpoint; on any exception
   * none is. Throws what {@link AuditLog#append} does.
   *
   * @return the index of each entry
   */
  public List<Long> durable() {
    log.write(this);
    RuntimeException failure = refused;
    if (failure != null) {
      throw failure;
    }
    return indexes;
  }

  boolean isDone() {
    return done;
  }

  /** Whether its entries could be placed; the refusal is its own then, not that of others. */
  boolean place(AppendPlan plan) {
    try {
      indexes = plan.add(entries);
      return true;
    } catch (RuntimeException conflict) {
      refuse(conflict);
      return false;
    }
  }

  void done() {
    done = true;
  }

  void refuse(RuntimeException why) {
    if (!done) {
      refused = why;
      done = true;
    }
  }
}
