package org.concordat.certs;

import java.util.regex.Pattern;

/**
 * Keys of a former member, never to be accepted again.
 *
 * @param reason one line for people, 1 to 200 printable characters
 */
public record RevokedEntry(MemberId id, IdentityKey identityKey, Sha256 memberCa, String reason) {
  private static final Pattern REASON = Pattern.compile("[\\p{L}\\p{N}\\p{P}\\p{S} ]{1,200}");
  private static final int LEAVING = 180;

  public RevokedEntry {
    if (!isReason(reason)) {
      throw new IllegalArgumentException(
          "revocation of " + id + " needs a reason in one line of at most 200 characters");
    }
  }

  static boolean isReason(String reason) {
    return REASON.matcher(reason).matches();
  }

  /**
   * Of a leaving: it gets a few words before it in the roster.
   *
   * @throws IllegalArgumentException naming the bound
   */
  static void requireReason(MemberId id, String reason) {
    if (reason.length() > LEAVING || !REASON.matcher(reason).matches()) {
      throw new IllegalArgumentException(
          "the leaving of %s needs a reason in one line of at most %d characters"
              .formatted(id, LEAVING));
    }
  }
}
