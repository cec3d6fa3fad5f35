package org.concordat.certs;

/**
 * A member that takes no part for a time. It keeps its entry and its keys.
 *
 * @param reason one line for people, 1 to 200 printable characters
 */
public record SuspendedEntry(MemberId id, String reason) {
  public SuspendedEntry {
    if (!RevokedEntry.isReason(reason)) {
      throw new IllegalArgumentException(
          "suspension of " + id + " needs a reason in one line of at most 200 characters");
    }
  }
}
