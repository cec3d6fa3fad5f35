package org.concordat.certs;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** A SHA-256 digest (FIPS 180-4) as 64 lower-case hexadecimal digits. */
public record Sha256(String hex) {
  private static final Pattern SHAPE = Pattern.compile("[0-9a-f]{64}");

  /**
   * @throws IllegalArgumentException on any other text
   */
  public Sha256 {
    if (!SHAPE.matcher(hex).matches()) {
      throw new IllegalArgumentException(
          "a SHA-256 digest is 64 lower-case hexadecimal digits: " + Quoted.text(hex));
    }
  }

  public static Sha256 of(byte[] content) {
    try {
      return new Sha256(
          HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }

  /** Digest of the key's SubjectPublicKeyInfo (RFC 5280 section 4.1), the name of a CA key. */
  public static Sha256 ofKey(PublicKey key) {
    return of(key.getEncoded());
  }

  /** The 32 bytes, a fresh copy. */
  public byte[] bytes() {
    return HexFormat.of().parseHex(hex);
  }

  @Override
  public String toString() {
    return hex;
  }
}
