package org.concordat.store;

import java.util.List;
import org.jdbi.v3.core.Handle;

/**
 * Effects whose events are durable and that have not run yet. They run at least once, in order of
 * id.
 */
public final class Outbox {
  /**
   * One effect.
   *
   * @param id unique for the life of the store while entries are pending; part of what makes an
   *     effect idempotent
   */
  public record Entry(long id, String stream, String kind, String target, byte[] body) {}

  private final Database database;

  public Outbox(Database database) {
    this.database = database;
  }

  /** The oldest pending entries, at most {@code limit}. */
  public List<Entry> pending(int limit) {
    return database
        .jdbi()
        .withHandle(
            handle ->
                handle
                    .createQuery(
                        "SELECT id, stream, kind, target, body FROM outbox ORDER BY id LIMIT :n")
                    .bind("n", limit)
                    .map(
                        (rs, ctx) ->
                            new Entry(
                                rs.getLong(1),
                                rs.getString(2),
                                rs.getString(3),
                                rs.getString(4),
                                rs.getBytes(5)))
                    .list());
  }

  /** Forgets entries that have run. Durable when it returns. */
  public void done(List<Long> ids) {
    database.jdbi().useTransaction(handle -> delete(handle, ids));
  }

  static void delete(Handle handle, List<Long> ids) {
    if (!ids.isEmpty()) {
      handle.createUpdate("DELETE FROM outbox WHERE id IN (<ids>)").bindList("ids", ids).execute();
    }
  }
}
