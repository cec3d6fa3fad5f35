package org.concordat.coordinator.carried;

import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.concordat.coordinator.carried.CarriedSessions.Opening;
import org.concordat.coordinator.stored.Kinds;
import org.concordat.protocol.v1.SessionUp;
import org.concordat.store.Entries;

/** The numbers of carried members' files, durable, in both directions. */
public record Numbers(Entries entries) {
  private static final String TAKEN = "taken/";
  private static final String MADE = "made/";
  private static final String OPENED = "opened/";

  /** The highest that was taken from a member; 0 for none. */
  long taken(String member) {
    return get(TAKEN + member);
  }

  void taken(String member, long number) {
    put(TAKEN + member, number);
  }

  /**
   * A number above that of every file for a member, also of those that a lost store had made: no
   * fewer than the milliseconds since 1970.
   */
  long nextFor(String member, Instant now) {
    long next = Math.max(get(MADE + member) + 1, now.toEpochMilli());
    put(MADE + member, next);
    return next;
  }

  /** Kept, so that a coordinator that comes back has the member there again. */
  void opened(String member, Opening opening) {
    byte[] hello = opening.hello().toByteArray();
    entries.put(
        Kinds.BUNDLES,
        OPENED + member,
        ByteBuffer.allocate(Integer.BYTES + hello.length + opening.replyKey().length)
            .putInt(hello.length)
            .put(hello)
            .put(opening.replyKey())
            .array());
  }

  /** The member has a line now, or is none any more. */
  void forget(String member) {
    entries.apply(List.of(new Entries.Delete(Kinds.BUNDLES, OPENED + member)));
  }

  /** Every carried member, and how it opened its session last. */
  public Map<String, Opening> opened() {
    Map<String, Opening> all = new TreeMap<>();
    entries
        .all(Kinds.BUNDLES)
        .forEach(
            (id, value) -> {
              if (id.startsWith(OPENED)) {
                all.put(id.substring(OPENED.length()), opening(value));
              }
            });
    return all;
  }

  private static Opening opening(byte[] stored) {
    ByteBuffer buffer = ByteBuffer.wrap(stored);
    byte[] hello = new byte[buffer.getInt()];
    buffer.get(hello);
    byte[] replyKey = new byte[buffer.remaining()];
    buffer.get(replyKey);
    try {
      return new Opening(SessionUp.parseFrom(hello), replyKey);
    } catch (InvalidProtocolBufferException damaged) {
      throw new IllegalStateException("how a carried member opened its session", damaged);
    }
  }

  private long get(String id) {
    return entries.get(Kinds.BUNDLES, id).map(bytes -> ByteBuffer.wrap(bytes).getLong()).orElse(0L);
  }

  private void put(String id, long number) {
    entries.put(Kinds.BUNDLES, id, ByteBuffer.allocate(Long.BYTES).putLong(number).array());
  }
}
