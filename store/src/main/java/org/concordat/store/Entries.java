package org.concordat.store;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Records of a kind under an id. Several changes are one transaction. A secret record is kept so
 * that, when a change that removes or replaces it returns, nothing in the store leads to what it
 * was.
 */
public interface Entries {
  /** A change of one record. */
  sealed interface Change permits Put, PutSecret, Delete {}

  /** Inserts or replaces. */
  record Put(String kind, String id, byte[] body) implements Change {}

  /** Inserts or replaces what will be erased for good one day. */
  record PutSecret(String kind, String id, byte[] body) implements Change {}

  /** Removes, if it is there. */
  record Delete(String kind, String id) implements Change {}

  /**
   * Applies all changes or none. Durable when it returns, and secrets that were removed or replaced
   * are erased.
   *
   * @throws StoreException also if the changes are durable, but a secret could not be erased:
   *     nothing may be sent that promises it. It is tried again before the next change, and when
   *     the store is opened
   */
  void apply(List<? extends Change> changes);

  /** Inserts or replaces one record. Durable when it returns. */
  default void put(String kind, String id, byte[] body) {
    apply(List.of(new Put(kind, id, body)));
  }

  /**
   * Inserts a record unless one is there.
   *
   * @return true if it was inserted; durable when it returns
   */
  boolean putIfAbsent(String kind, String id, byte[] body);

  /** The record, if there is one. */
  Optional<byte[]> get(String kind, String id);

  /** The ids of all records of a kind, in order. */
  List<String> ids(String kind);

  /** All records of a kind, ordered by id. */
  Map<String, byte[]> all(String kind);
}
