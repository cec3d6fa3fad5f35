package org.concordat.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Entries as a plain table. A secret record is encrypted under a key of its own; when a change that
 * removes or replaces it returns, the key is overwritten, and no file of the store leads to what it
 * was. Secrets in SQLite only.
 */
public final class SqlEntries implements Entries {
  private static final String INSERT =
      "INSERT INTO entry (kind, id, body, slot) VALUES (:kind, :id, :body, :slot) ";

  private final Database database;

  public SqlEntries(Database database) {
    this.database = database;
  }

  @Override
  public void apply(List<? extends Change> changes) {
    if (changes.isEmpty()) {
      return;
    }
    if (!database.keepsSecrets()) {
      database.jdbi().useTransaction(handle -> changes.forEach(change -> write(handle, change)));
      return;
    }
    SecretKeys keys = database.secretKeys();
    keys.settle();
    List<Long> made = new ArrayList<>();
    List<Long> gone = new ArrayList<>();
    boolean durable = false;
    try {
      List<Row> rows = new ArrayList<>();
      for (Change change : changes) {
        rows.add(row(change, keys, made));
      }
      database
          .jdbi()
          .useTransaction(
              handle ->
                  rows.forEach(
                      row -> {
                        slotOf(handle, row.kind(), row.id()).ifPresent(gone::add);
                        row.write(handle);
                      }));
      durable = true;
    } finally {
      keys.erase(durable ? gone : made);
    }
  }

  /** A change as the table has it; no body for a removal. */
  private record Row(String kind, String id, byte @Nullable [] body, @Nullable Long slot) {
    void write(Handle handle) {
      if (body == null) {
        handle
            .createUpdate("DELETE FROM entry WHERE kind = :kind AND id = :id")
            .bind("kind", kind)
            .bind("id", id)
            .execute();
      } else {
        handle
            .createUpdate(
                INSERT
                    + "ON CONFLICT (kind, id) DO UPDATE SET body = EXCLUDED.body, slot = EXCLUDED.slot")
            .bind("kind", kind)
            .bind("id", id)
            .bind("body", body)
            .bind("slot", slot)
            .execute();
      }
    }
  }

  private static Row row(Change change, SecretKeys keys, List<Long> made) {
    if (change instanceof PutSecret secret) {
      SecretKeys.Sealed hidden = keys.seal(name(secret.kind(), secret.id()), secret.body());
      made.add(hidden.slot());
      return new Row(secret.kind(), secret.id(), hidden.body(), hidden.slot());
    }
    return plain(change);
  }

  private static Row plain(Change change) {
    if (change instanceof Put put) {
      return new Row(put.kind(), put.id(), put.body(), null);
    }
    if (change instanceof Delete delete) {
      return new Row(delete.kind(), delete.id(), null, null);
    }
    throw new IllegalStateException("secrets that are to be erased are kept in SQLite only");
  }

  private static void write(Handle handle, Change change) {
    plain(change).write(handle);
  }

  private static Optional<Long> slotOf(Handle handle, String kind, String id) {
    return handle
        .createQuery("SELECT slot FROM entry WHERE kind = :kind AND id = :id AND slot IS NOT NULL")
        .bind("kind", kind)
        .bind("id", id)
        .mapTo(Long.class)
        .findOne();
  }

  private static String name(String kind, String id) {
    return kind + "/" + id;
  }

  @Override
  public boolean putIfAbsent(String kind, String id, byte[] body) {
    return database
        .jdbi()
        .inTransaction(
            handle ->
                handle
                        .createUpdate(INSERT + "ON CONFLICT (kind, id) DO NOTHING")
                        .bind("kind", kind)
                        .bind("id", id)
                        .bind("body", body)
                        .bind("slot", (Long) null)
                        .execute()
                    == 1);
  }

  @Override
  public Optional<byte[]> get(String kind, String id) {
    return database
        .jdbi()
        .withHandle(
            handle ->
                handle
                    .createQuery("SELECT body, slot FROM entry WHERE kind = :kind AND id = :id")
                    .bind("kind", kind)
                    .bind("id", id)
                    .map((rs, ctx) -> body(kind, id, rs.getBytes(1), (Number) rs.getObject(2)))
                    .findOne());
  }

  @Override
  public List<String> ids(String kind) {
    return database
        .jdbi()
        .withHandle(
            handle ->
                handle
                    .createQuery("SELECT id FROM entry WHERE kind = :kind ORDER BY id")
                    .bind("kind", kind)
                    .mapTo(String.class)
                    .list());
  }

  @Override
  public Map<String, byte[]> all(String kind) {
    Map<String, byte[]> found = new TreeMap<>();
    database
        .jdbi()
        .useHandle(
            handle ->
                handle
                    .createQuery("SELECT id, body, slot FROM entry WHERE kind = :kind ORDER BY id")
                    .bind("kind", kind)
                    .map(
                        (rs, ctx) ->
                            Map.entry(
                                rs.getString(1),
                                body(
                                    kind,
                                    rs.getString(1),
                                    rs.getBytes(2),
                                    (Number) rs.getObject(3))))
                    .forEach(record -> found.put(record.getKey(), record.getValue())));
    return found;
  }

  private byte[] body(String kind, String id, byte[] stored, @Nullable Number slot) {
    return slot == null
        ? stored
        : database.secretKeys().open(slot.longValue(), name(kind, id), stored);
  }
}
