package org.concordat.auditlog;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/** A SHA-256 Merkle tree hash: 32 bytes, compared by value. Not a secret. */
public final class TreeHash {
  /** Length in bytes. */
  public static final int BYTES = 32;

  private final byte[] value;

  private TreeHash(byte[] value) {
    this.value = value;
  }

  /**
   * A hash of exactly 32 bytes, copied.
   *
   * @throws IllegalArgumentException for any other length
   */
  public static TreeHash of(byte[] value) {
    return of(value, 0, value.length);
  }

  static TreeHash of(byte[] from, int offset, int length) {
    if (length != BYTES) {
      throw new IllegalArgumentException("a tree hash has 32 bytes, not " + length);
    }
    return new TreeHash(Arrays.copyOfRange(from, offset, offset + length));
  }

  /** A copy of the 32 bytes. */
  public byte[] bytes() {
    return value.clone();
  }

  void update(MessageDigest digest) {
    digest.update(value);
  }

  void copyInto(byte[] target, int offset) {
    System.arraycopy(value, 0, target, offset, BYTES);
  }

  /** Lower-case hexadecimal, 64 characters. */
  public String hex() {
    return HexFormat.of().formatHex(value);
  }

  /** Standard base64, 44 characters. */
  public String base64() {
    return Base64.getEncoder().encodeToString(value);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TreeHash that && Arrays.equals(value, that.value);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(value);
  }

  @Override
  public String toString() {
    return hex();
  }
}
