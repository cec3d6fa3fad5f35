package org.concordat.protocol;

import java.util.Arrays;
import java.util.Optional;

/**
 * Every limit of the coordinator's port. {@code docs/limits.md} is made from this table, and so is
 * the section {@code limits} of the coordinator's file. The usual values carry an alliance of 256
 * members behind one address.
 */
public enum Limit {
  CONNECTIONS("connections", 4_096, 16, 1_000_000, "in all", "closed"),
  CONNECTIONS_PER_ADDRESS("connections-per-address", 1_024, 2, 1_000_000, "", "closed"),
  CONNECTIONS_PER_MEMBER("connections-per-member", 64, 2, 1_000_000, "", "refused"),
  HANDSHAKES("handshakes", 1_024, 8, 1_000_000, "under way in all", "the oldest is closed"),
  HANDSHAKES_PER_ADDRESS(
      "handshakes-per-address", 512, 1, 1_000_000, "under way", "the oldest is closed"),
  HANDSHAKE_RATE_PER_ADDRESS(
      "handshake-rate-per-address",
      50,
      1,
      100_000,
      "a second; at once ten times as many",
      "closed"),
  HANDSHAKE_SECONDS("handshake-seconds", 10, 1, 60, "from connecting to a proved peer", "closed"),
  IDLE_SECONDS("idle-seconds", 300, 5, 86_400, "without a call", "closed"),
  KEEP_ALIVE_SECONDS(
      "keep-alive-seconds", 20, 4, 3_600, "silence before a probe; half of it to answer", "closed"),
  CALLS_PER_CONNECTION("calls-per-connection", 32, 4, 10_000, "at once", "waits"),
  CALL_RATE_PER_MEMBER(
      "call-rate-per-member", 200, 1, 100_000, "a second; at once ten times as many", "refused"),
  RESETS_PER_CONNECTION(
      "resets-per-connection", 400, 10, 100_000, "calls broken off in 30 s", "closed"),
  HEADER_BYTES("header-bytes", 16 << 10, 4 << 10, 1 << 20, "headers of a call", "refused"),
  SESSIONS_PER_MEMBER("sessions-per-member", 8, 2, 1_000, "", "refused"),
  PART_BYTES("part-bytes", 1 << 20, 1 << 16, 1 << 24, "a part of a file", "refused"),
  SESSION_MESSAGE_BYTES(
      "session-message-bytes", 8 << 20, 1 << 16, 1 << 28, "a message of a session", "refused"),
  SESSION_WAITING_BYTES(
      "session-waiting-bytes",
      16 << 20,
      1 << 16,
      1 << 30,
      "of a member, not handled yet; each message counts for 64 KiB at least",
      "waits"),
  UPLOAD_BYTES("upload-bytes", 4L << 30, 1 << 16, 1L << 40, "a masked update", "refused"),
  BUNDLE_BYTES("bundle-bytes", 8L << 30, 1 << 16, 1L << 40, "a file across an air gap", "refused");

  private final String key;
  private final long usual;
  private final long least;
  private final long most;
  private final String what;
  private final String beyond;

  Limit(String key, long usual, long least, long most, String what, String beyond) {
    this.key = key;
    this.usual = usual;
    this.least = least;
    this.most = most;
    this.what = what;
    this.beyond = beyond;
  }

  /** Its name in the section {@code limits}. Bytes and seconds say so, anything else is counted. */
  public String key() {
    return key;
  }

  /** What holds where the file says nothing. */
  public long usual() {
    return usual;
  }

  public long least() {
    return least;
  }

  public long most() {
    return most;
  }

  /** What is limited, where the key does not say it all. */
  public String what() {
    return what;
  }

  /** What becomes of what is more. */
  public String beyond() {
    return beyond;
  }

  /** The limit of that key. */
  public static Optional<Limit> of(String key) {
    return Arrays.stream(values()).filter(limit -> limit.key.equals(key)).findFirst();
  }
}
