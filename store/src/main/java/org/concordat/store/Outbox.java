package org.concordat.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

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
    return database.read(
        connection -> {
          List<Entry> pending = new ArrayList<>();
          try (PreparedStatement query =
              connection.prepareStatement(
                  "SELECT id, stream, kind, target, body FROM outbox ORDER BY id LIMIT ?")) {
            query.setInt(1, limit);
            try (ResultSet rows = query.executeQuery()) {
              while (rows.next()) {
                pending.add(
                    new Entry(
                        rows.getLong(1),
                        rows.getString(2),
                        rows.getString(3),
                        rows.getString(4),
                        rows.getBytes(5)));
              }
            }
          }
          return pending;
        });
  }

  /** Forgets entries that have run. Durable when it returns. */
  public void done(List<Long> ids) {
    database.transaction(
        connection -> {
          delete(connection, ids);
          return true;
        });
  }

  static void delete(Connection connection, List<Long> ids) throws SQLException {
    if (ids.isEmpty()) {
      return;
    }
    try (PreparedStatement statement =
        connection.prepareStatement("DELETE FROM outbox WHERE id = ?")) {
      for (long id : ids) {
        statement.setLong(1, id);
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }
}
