package org.concordat.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Plain tables: records of a kind under an id. Several changes are one transaction. */
public final class Entries {
  /** A change of one record. */
  public sealed interface Change permits Put, Delete {}

  /** Inserts or replaces. */
  public record Put(String kind, String id, byte[] body) implements Change {}

  /** Removes, if it is there. */
  public record Delete(String kind, String id) implements Change {}

  private static final String INSERT = "INSERT INTO entry (kind, id, body) VALUES (?, ?, ?) ";
  private static final String REPLACE = "ON CONFLICT (kind, id) DO UPDATE SET body = EXCLUDED.body";

  private final Database database;

  public Entries(Database database) {
    this.database = database;
  }

  /** Applies all changes or none. Durable when it returns. */
  public void apply(List<? extends Change> changes) {
    if (changes.isEmpty()) {
      return;
    }
    database.transaction(
        connection -> {
          for (Change change : changes) {
            applyOne(connection, change);
          }
          return true;
        });
  }

  /** Inserts or replaces one record. Durable when it returns. */
  public void put(String kind, String id, byte[] body) {
    apply(List.of(new Put(kind, id, body)));
  }

  /**
   * Inserts a record unless one is there.
   *
   * @return true if it was inserted; durable when it returns
   */
  public boolean putIfAbsent(String kind, String id, byte[] body) {
    return database.transaction(
        connection ->
            put(connection, INSERT + "ON CONFLICT (kind, id) DO NOTHING", kind, id, body) == 1);
  }

  public Optional<byte[]> get(String kind, String id) {
    return database.read(
        connection -> {
          try (PreparedStatement query =
              connection.prepareStatement("SELECT body FROM entry WHERE kind = ? AND id = ?")) {
            query.setString(1, kind);
            query.setString(2, id);
            try (ResultSet rows = query.executeQuery()) {
              return rows.next() ? Optional.of(rows.getBytes(1)) : Optional.empty();
            }
          }
        });
  }

  /** All records of a kind, ordered by id. */
  public Map<String, byte[]> all(String kind) {
    return database.read(
        connection -> {
          Map<String, byte[]> found = new TreeMap<>();
          try (PreparedStatement query =
              connection.prepareStatement(
                  "SELECT id, body FROM entry WHERE kind = ? ORDER BY id")) {
            query.setString(1, kind);
            try (ResultSet rows = query.executeQuery()) {
              while (rows.next()) {
                found.put(rows.getString(1), rows.getBytes(2));
              }
            }
          }
          return found;
        });
  }

  private static void applyOne(Connection connection, Change change) throws SQLException {
    if (change instanceof Put put) {
      put(connection, INSERT + REPLACE, put.kind(), put.id(), put.body());
    } else if (change instanceof Delete delete) {
      try (PreparedStatement statement =
          connection.prepareStatement("DELETE FROM entry WHERE kind = ? AND id = ?")) {
        statement.setString(1, delete.kind());
        statement.setString(2, delete.id());
        statement.executeUpdate();
      }
    }
  }

  private static int put(Connection connection, String sql, String kind, String id, byte[] body)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, kind);
      statement.setString(2, id);
      statement.setBytes(3, body);
      return statement.executeUpdate();
    }
  }
}
