package org.concordat.secureagg;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import org.concordat.secureagg.codec.MalformedMessageException;

/** A SHA-256 digest (FIPS 180-4): exactly 32 bytes, copied in and out, compared by value. */
public record Digest(byte[] bytes) implements Comparable<Digest> {
  public static final int SIZE_BYTES = 32;

  /** All zeros: "there is none before", as in the first epoch's previous manifest. */
  public static final Digest NONE = new Digest(new byte[SIZE_BYTES]);

  /**
   * @throws MalformedMessageException if there are not 32 bytes
   */
  public Digest {
    MalformedMessageException.check(
        bytes.length == SIZE_BYTES, "a digest has 32 bytes, not %d", bytes.length);
    bytes = bytes.clone();
  }

  /**
   * The digest of the concatenation of the parts; callers length-prefix them where that matters.
   */
  public static Digest sha256(byte[]... parts) {
    MessageDigest sha256 = newSha256();
    for (byte[] part : parts) {
      sha256.update(part);
    }
    return new Digest(sha256.digest());
  }

  /** Reads what {@link #hex()} wrote. */
  public static Digest ofHex(String hex) {
    try {
      return new Digest(HexFormat.of().parseHex(hex));
    } catch (MalformedMessageException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new MalformedMessageException("a digest is 64 hexadecimal digits, not \"" + hex + "\"");
    }
  }

  /** A fresh SHA-256, for streaming. */
  public static MessageDigest newSha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  @Override
  public byte[] bytes() {
    return bytes.clone();
  }

  /** 64 lower-case hexadecimal digits. */
  public String hex() {
    return HexFormat.of().formatHex(bytes);
  }

  /** The first 12 hexadecimal digits, for people. */
  public String shortHex() {
    return hex().substring(0, 12);
  }

  @Override
  public int compareTo(Digest other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Digest that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return hex();
  }
}
