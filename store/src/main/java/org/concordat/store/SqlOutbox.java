package org.concordat.store;

import java.util.List;
import org.jdbi.v3.core.Handle;

/** The outbox as a table. */
public final class SqlOutbox implements Outbox {
  private final Database database;

  public SqlOutbox(Database database) {
    this.database = database;
  }

  @Override
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

  @Override
  public void done(List<Long> ids) {
    database.jdbi().useTransaction(handle -> delete(handle, ids));
  }

  static void delete(Handle handle, List<Long> ids) {
    if (!ids.isEmpty()) {
      handle.createUpdate("DELETE FROM outbox WHERE id IN (<ids>)").bindList("ids", ids).execute();
    }
  }
}
