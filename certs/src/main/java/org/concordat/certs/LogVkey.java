package org.concordat.certs;

import java.util.regex.Pattern;

/**
 * The coordinator's audit-log key as a C2SP signed-note verifier key string, {@code
 * name+hash+base64}; only its shape is checked here, the audit log knows its meaning.
 */
public record LogVkey(String value) {
  private static final int MAX_LENGTH = 300;
  private static final Pattern SHAPE =
      Pattern.compile("[!-*,-~]+\\+[0-9a-f]{8}\\+[A-Za-z0-9+/]+={0,2}");

  /**
   * @throws IllegalArgumentException on anything else
   */
  public LogVkey {
    if (value.length() > MAX_LENGTH || !SHAPE.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "log key must be a note verifier key 'name+8 hex digits+base64': " + Quoted.text(value));
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
