package org.concordat.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Append-only streams of events, each appended together with its outbox entries. */
public final class EventStore {
  /**
   * One event.
   *
   * @param type what happened
   * @param schema the version of the body's encoding
   */
  public record StoredEvent(String type, int schema, byte[] body) {}

  /** An effect that is to run once its event is durable. */
  public record Effect(String kind, String target, byte[] body) {}

  private final Database database;
  private final AtomicLong nextOutboxId;

  public EventStore(Database database) {
    this.database = database;
    this.nextOutboxId =
        new AtomicLong(
            database.read(
                connection -> {
                  try (PreparedStatement query =
                          connection.prepareStatement("SELECT COALESCE(MAX(id), 0) FROM outbox");
                      ResultSet rows = query.executeQuery()) {
                    rows.next();
                    return rows.getLong(1);
                  }
                }));
  }

  /**
   * Appends events and effects in one transaction. Durable when it returns.
   *
   * @param expectedVersion how many events the stream has now
   * @param atMillis wall-clock time, kept for people
   * @param done outbox entries that have run and are forgotten in the same transaction
   * @throws StoreException.Conflict if the stream is at another version; nothing is changed
   */
  public void append(
      String stream,
      long expectedVersion,
      List<StoredEvent> events,
      List<Effect> effects,
      long atMillis,
      List<Long> done) {
    database.transaction(
        connection -> {
          long version = version(connection, stream);
          if (version != expectedVersion) {
            throw new StoreException.Conflict(stream, expectedVersion, version);
          }
          insertEvents(connection, stream, version, events, atMillis);
          insertEffects(connection, stream, effects);
          Outbox.delete(connection, done);
          return true;
        });
  }

  /** All events of a stream, oldest first. */
  public List<StoredEvent> read(String stream) {
    return database.read(
        connection -> {
          List<StoredEvent> events = new ArrayList<>();
          try (PreparedStatement query =
              connection.prepareStatement(
                  "SELECT type, schema, body FROM event WHERE stream = ? ORDER BY version")) {
            query.setString(1, stream);
            try (ResultSet rows = query.executeQuery()) {
              while (rows.next()) {
                events.add(new StoredEvent(rows.getString(1), rows.getInt(2), rows.getBytes(3)));
              }
            }
          }
          return events;
        });
  }

  /** Whether a stream has any event. */
  public boolean exists(String stream) {
    return database.read(connection -> version(connection, stream)) > 0;
  }

  /** Every stream, by name. */
  public List<String> streams() {
    return database.read(
        connection -> {
          List<String> streams = new ArrayList<>();
          try (PreparedStatement query =
                  connection.prepareStatement("SELECT DISTINCT stream FROM event ORDER BY stream");
              ResultSet rows = query.executeQuery()) {
            while (rows.next()) {
              streams.add(rows.getString(1));
            }
          }
          return streams;
        });
  }

  private static long version(Connection connection, String stream) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement("SELECT COUNT(*) FROM event WHERE stream = ?")) {
      query.setString(1, stream);
      try (ResultSet rows = query.executeQuery()) {
        rows.next();
        return rows.getLong(1);
      }
    }
  }

  private static void insertEvents(
      Connection connection, String stream, long version, List<StoredEvent> events, long atMillis)
      throws SQLException {
    if (events.isEmpty()) {
      return;
    }
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO event (stream, version, type, schema, body, at) VALUES (?, ?, ?, ?, ?, ?)")) {
      long next = version;
      for (StoredEvent event : events) {
        insert.setString(1, stream);
        insert.setLong(2, next++);
        insert.setString(3, event.type());
        insert.setInt(4, event.schema());
        insert.setBytes(5, event.body());
        insert.setLong(6, atMillis);
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  private void insertEffects(Connection connection, String stream, List<Effect> effects)
      throws SQLException {
    if (effects.isEmpty()) {
      return;
    }
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO outbox (id, stream, kind, target, body) VALUES (?, ?, ?, ?, ?)")) {
      for (Effect effect : effects) {
        insert.setLong(1, nextOutboxId.incrementAndGet());
        insert.setString(2, stream);
        insert.setString(3, effect.kind());
        insert.setString(4, effect.target());
        insert.setBytes(5, effect.body());
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }
}
