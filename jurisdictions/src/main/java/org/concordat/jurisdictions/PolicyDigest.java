package org.concordat.jurisdictions;

import java.util.HexFormat;
import java.util.regex.Pattern;

/** SHA-256 of a policy's canonical JSON (RFC 8785), 64 lower-case hex digits. */
public record PolicyDigest(String hex) {
  private static final Pattern SHAPE = Pattern.compile("[0-9a-f]{64}");

  /**
   * @throws IllegalArgumentException on anything else
   */
  public PolicyDigest {
    if (!SHAPE.matcher(hex).matches()) {
      throw new IllegalArgumentException("a policy digest has 64 hex digits in lower case");
    }
  }

  static PolicyDigest of(byte[] sha256) {
    return new PolicyDigest(HexFormat.of().formatHex(sha256));
  }

  /** The 32 bytes; a fresh array. */
  public byte[] bytes() {
    return HexFormat.of().parseHex(hex);
  }

  @Override
  public String toString() {
    return hex;
  }
}
