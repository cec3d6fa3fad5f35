package org.concordat.store;

import java.util.List;

/** Append-only streams of events, each appended together with its outbox entries. */
public interface EventStore {
  /**
   * One event.
   *
   * @param type what happened
   * @param schema the version of the body's encoding
   */
  record StoredEvent(String type, int schema, byte[] body) {}

  /** An effect that is to run once its event is durable. */
  record Effect(String kind, String target, byte[] body) {}

  /**
   * Appends events and effects in one transaction. Durable when it returns.
   *
   * @param expectedVersion how many events the stream has now
   * @param atMillis wall-clock time, kept for people
   * @param done outbox entries that have run and are forgotten in the same transaction
   * @throws StoreException.Conflict if the stream is at another version; nothing is changed
   */
  void append(
      String stream,
      long expectedVersion,
      List<StoredEvent> events,
      List<Effect> effects,
      long atMillis,
      List<Long> done);

  /** All events of a stream, oldest first. */
  List<StoredEvent> read(String stream);

  /** Whether a stream has any event. */
  boolean exists(String stream);

  /** Every stream, by name. */
  List<String> streams();

  /**
   * Forgets streams, but for those with an effect that is still to run. Durable when it returns.
   */
  void forget(List<String> streams);
}
