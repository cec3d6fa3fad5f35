package org.concordat.secureagg;

import java.util.Arrays;

/**
 * An immutable byte string with value equality. May hold secrets: {@code toString} shows the length
 * only, and equality takes constant time for equal lengths.
 */
public final class Bytes {
  public static final Bytes EMPTY = new Bytes(new byte[0]);

  private final byte[] value;

  private Bytes(byte[] value) {
    this.value = value;
  }

  /** Copies. */
  public static Bytes of(byte[] value) {
    return new Bytes(value.clone());
  }

  /** A copy. */
  public byte[] toArray() {
    return value.clone();
  }

  public int size() {
    return value.length;
  }

  /** A copy of the bytes from {@code from} (inclusive), {@code length} of them. */
  public byte[] slice(int from, int length) {
    return Arrays.copyOfRange(value, from, from + length);
  }

  /** SHA-256 of the bytes. */
  public Digest sha256() {
    return Digest.sha256(value);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bytes that && java.security.MessageDigest.isEqual(value, that.value);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(value);
  }

  @Override
  public String toString() {
    return "Bytes[" + value.length + "]";
  }
}
