package org.concordat.secureagg;

import static org.concordat.secureagg.codec.MalformedMessageException.check;

import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * One store of one participant, from the moment it was made until it is lost: 16 random bytes that
 * every statement carries ("Incarnations" of the protocol). A participant whose store was lost, or
 * was found to be an old copy, goes on under another one.
 *
 * @param bytes 16 bytes, or none for a participant without a store of secure aggregation
 */
public record Incarnation(Bytes bytes) {
  public static final int SIZE_BYTES = 16;

  /** Of the coordinator, and of whatever is signed outside secure aggregation. */
  public static final Incarnation NONE = new Incarnation(Bytes.EMPTY);

  public Incarnation {
    check(
        bytes.size() == SIZE_BYTES || bytes.size() == 0,
        "an incarnation of %d bytes, not %d",
        bytes.size(),
        SIZE_BYTES);
  }

  public static Incarnation of(byte[] bytes) {
    return new Incarnation(Bytes.of(bytes));
  }

  /** A store made now. */
  public static Incarnation draw(SecureRandom random) {
    byte[] drawn = new byte[SIZE_BYTES];
    random.nextBytes(drawn);
    return of(drawn);
  }

  public boolean isNone() {
    return bytes.size() == 0;
  }

  /** For people: the first eight hex digits. */
  public String shortHex() {
    String hex = HexFormat.of().formatHex(bytes.toArray());
    return hex.isEmpty() ? "none" : hex.substring(0, 8);
  }

  @Override
  public String toString() {
    return "Incarnation[" + shortHex() + "]";
  }
}
