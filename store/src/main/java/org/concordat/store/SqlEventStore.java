package org.concordat.store;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/** Streams of events as a table. */
public final class SqlEventStore implements EventStore {
  private final Database database;
  private final AtomicLong nextOutboxId;

  public SqlEventStore(Database database) {
    this.database = database;
    this.nextOutboxId =
        new AtomicLong(
            database
                .jdbi()
                .withHandle(
                    handle ->
                        handle
                            .createQuery("SELECT COALESCE(MAX(id), 0) FROM outbox")
                            .mapTo(Long.class)
                            .one()));
  }

  @Override
  public void append(
      String stream,
      long expectedVersion,
      List<StoredEvent> events,
      List<Effect> effects,
      long atMillis,
      List<Long> done) {
    database
        .jdbi()
        .useTransaction(
            handle -> {
              long version = version(handle, stream);
              if (version != expectedVersion) {
                throw new StoreException.Conflict(stream, expectedVersion, version);
              }
              insertEvents(handle, stream, version, events, atMillis);
              insertEffects(handle, stream, effects);
              SqlOutbox.delete(handle, done);
            });
  }

  @Override
  public List<StoredEvent> read(String stream) {
    return database
        .jdbi()
        .withHandle(
            handle ->
                handle
                    .createQuery(
                        "SELECT type, schema, body FROM event WHERE stream = :s ORDER BY version")
                    .bind("s", stream)
                    .map(
                        (rs, ctx) -> new StoredEvent(rs.getString(1), rs.getInt(2), rs.getBytes(3)))
                    .list());
  }

  @Override
  public boolean exists(String stream) {
    return database.jdbi().withHandle(handle -> version(handle, stream)) > 0;
  }

  @Override
  public List<String> streams() {
    return database
        .jdbi()
        .withHandle(
            handle ->
                handle
                    .createQuery("SELECT DISTINCT stream FROM event ORDER BY stream")
                    .mapTo(String.class)
                    .list());
  }

  @Override
  public void forget(List<String> streams) {
    database
        .jdbi()
        .useTransaction(
            handle ->
                streams.forEach(
                    stream ->
                        handle
                            .createUpdate(
                                "DELETE FROM event WHERE stream = :s AND NOT EXISTS (SELECT 1 FROM outbox WHERE stream = :s)")
                            .bind("s", stream)
                            .execute()));
  }

  private static long version(Handle handle, String stream) {
    return handle
        .createQuery("SELECT COUNT(*) FROM event WHERE stream = :s")
        .bind("s", stream)
        .mapTo(Long.class)
        .one();
  }

  private static void insertEvents(
      Handle handle, String stream, long version, List<StoredEvent> events, long atMillis) {
    if (events.isEmpty()) {
      return;
    }
    PreparedBatch batch =
        handle.prepareBatch(
            "INSERT INTO event (stream, version, type, schema, body, at) VALUES (:stream, :version, :type, :schema, :body, :at)");
    long next = version;
    for (StoredEvent event : events) {
      batch
          .bind("stream", stream)
          .bind("version", next++)
          .bind("type", event.type())
          .bind("schema", event.schema())
          .bind("body", event.body())
          .bind("at", atMillis)
          .add();
    }
    batch.execute();
  }

  private void insertEffects(Handle handle, String stream, List<Effect> effects) {
    if (effects.isEmpty()) {
      return;
    }
    PreparedBatch batch =
        handle.prepareBatch(
            "INSERT INTO outbox (id, stream, kind, target, body) VALUES (:id, :stream, :kind, :target, :body)");
    for (Effect effect : effects) {
      batch
          .bind("id", nextOutboxId.incrementAndGet())
          .bind("stream", stream)
          .bind("kind", effect.kind())
          .bind("target", effect.target())
          .bind("body", effect.body())
          .add();
    }
    batch.execute();
  }
}
