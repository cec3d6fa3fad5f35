package org.concordat.store;

import java.util.List;

/**
 * Effects whose events are durable and that have not run yet. They run at least once, in order of
 * id.
 */
public interface Outbox {
  /**
   * One effect.
   *
   * @param id unique for the life of the store while entries are pending; part of what makes an
   *     effect idempotent
   */
  record Entry(long id, String stream, String kind, String target, byte[] body) {}

  /** The oldest pending entries, at most {@code limit}. */
  List<Entry> pending(int limit);

  /** Forgets entries that have run. Durable when it returns. */
  void done(List<Long> ids);
}
