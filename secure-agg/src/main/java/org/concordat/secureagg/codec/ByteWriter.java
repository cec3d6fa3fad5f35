package org.concordat.secureagg.codec;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * Appends values in the one encoding that {@link ByteReader} reads back. Integers are big-endian.
 * For one thread: an epoch writes millions of shares, and the JDK's streams lock for each byte.
 */
public final class ByteWriter {
  private byte[] out = new byte[64];
  private int length;

  public ByteWriter u8(int value) {
    reserve(1);
    out[length++] = (byte) value;
    return this;
  }

  public ByteWriter u16(int value) {
    reserve(2);
    out[length++] = (byte) (value >>> 8);
    out[length++] = (byte) value;
    return this;
  }

  public ByteWriter i32(int value) {
    return u16(value >>> 16).u16(value);
  }

  public ByteWriter i64(long value) {
    return i32((int) (value >>> 32)).i32((int) value);
  }

  /** IEEE 754 bits; NaN, infinities and negative zero never get here, the records refuse them. */
  public ByteWriter f64(double value) {
    return i64(Double.doubleToLongBits(value));
  }

  public ByteWriter bool(boolean value) {
    return u8(value ? 1 : 0);
  }

  /** Bytes of a length that both sides know. */
  public ByteWriter raw(byte[] value) {
    reserve(value.length);
    System.arraycopy(value, 0, out, length, value.length);
    length += value.length;
    return this;
  }

  /** A 32-bit length, then the bytes. */
  public ByteWriter bytes(byte[] value) {
    return i32(value.length).raw(value);
  }

  /** A 16-bit length, then UTF-8. */
  public ByteWriter text(String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    MalformedMessageException.check(utf8.length <= 0xffff, "text of %d bytes", utf8.length);
    return u16(utf8.length).raw(utf8);
  }

  /** A 32-bit count, then each item. */
  public <T> ByteWriter list(List<T> items, BiConsumer<ByteWriter, T> write) {
    i32(items.size());
    items.forEach(item -> write.accept(this, item));
    return this;
  }

  public byte[] toBytes() {
    return Arrays.copyOf(out, length);
  }

  private void reserve(int more) {
    int needed = Math.addExact(length, more);
    if (needed > out.length) {
      out =
          Arrays.copyOf(out, (int) Math.max(needed, Math.min(2L * needed, Integer.MAX_VALUE - 8)));
    }
  }
}
