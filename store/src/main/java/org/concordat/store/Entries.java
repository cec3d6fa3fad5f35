package org.concordat.store;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;

/** Plain tables: records of a kind under an id. Several changes are one transaction. */
public final class Entries {
  /** A change of one record. */
  public sealed interface Change permits Put, Delete, DeleteAll {}

  /** Inserts or replaces. */
  public record Put(String kind, String id, byte[] body) implements Change {}

  /** Removes, if it is there. */
  public record Delete(String kind, String id) implements Change {}

  /** Removes every record of a kind. */
  public record DeleteAll(String kind) implements Change {}

  private final Database database;

  public Entries(Database database) {
    this.database = database;
  }

  /** Applies all changes or none. Durable when it returns. */
  public void apply(List<? extends Change> changes) {
    if (changes.isEmpty()) {
      return;
    }
    database.jdbi().useTransaction(handle -> changes.forEach(change -> applyOne(handle, change)));
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
    return database
        .jdbi()
        .inTransaction(
            handle ->
                handle
                        .createUpdate(
                            "INSERT INTO entry (kind, id, body) VALUES (:kind, :id, :body) ON CONFLICT (kind, id) DO NOTHING")
                        .bind("kind", kind)
                        .bind("id", id)
                        .bind("body", body)
                        .execute()
                    == 1);
  }

  public Optional<byte[]> get(String kind, String id) {
    return database
        .jdbi()
        .withHandle(
            handle ->
                handle
                    .createQuery("SELECT body FROM entry WHERE kind = :kind AND id = :id")
                    .bind("kind", kind)
                    .bind("id", id)
                    .map((rs, ctx) -> rs.getBytes(1))
                    .findOne());
  }

  /** All records of a kind, ordered by id. */
  public Map<String, byte[]> all(String kind) {
    Map<String, byte[]> found = new TreeMap<>();
    database
        .jdbi()
        .useHandle(
            handle ->
                handle
                    .createQuery("SELECT id, body FROM entry WHERE kind = :kind ORDER BY id")
                    .bind("kind", kind)
                    .map((rs, ctx) -> Map.entry(rs.getString(1), rs.getBytes(2)))
                    .forEach(record -> found.put(record.getKey(), record.getValue())));
    return found;
  }

  private static void applyOne(Handle handle, Change change) {
    if (change instanceof Put put) {
      handle
          .createUpdate(
              "INSERT INTO entry (kind, id, body) VALUES (:kind, :id, :body) ON CONFLICT (kind, id) DO UPDATE SET body = EXCLUDED.body")
          .bind("kind", put.kind())
          .bind("id", put.id())
          .bind("body", put.body())
          .execute();
    } else if (change instanceof Delete delete) {
      handle
          .createUpdate("DELETE FROM entry WHERE kind = :kind AND id = :id")
          .bind("kind", delete.kind())
          .bind("id", delete.id())
          .execute();
    } else if (change instanceof DeleteAll all) {
      handle
          .createUpdate("DELETE FROM entry WHERE kind = :kind")
          .bind("kind", all.kind())
          .execute();
    }
  }
}
