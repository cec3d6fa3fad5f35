package org.concordat.secureagg.codec;

/**
 * Bytes, or values, that are no message of this protocol version; the message says which field and
 * why.
 */
public final class MalformedMessageException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  public MalformedMessageException(String message) {
    super(message);
  }

  /** Throws with the formatted text unless the condition holds. */
  public static void check(boolean condition, String format, Object... values) {
    if (!condition) {
      throw new MalformedMessageException(String.format(format, values));
    }
  }
}
