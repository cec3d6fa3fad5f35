package org.concordat.secureagg.codec;

import static org.concordat.secureagg.codec.MalformedMessageException.check;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * Reads what {@link ByteWriter} wrote. Every read checks what is left first, so that hostile bytes
 * cost no more memory than their own length; every failure is a {@link MalformedMessageException}.
 */
public final class ByteReader {
  private final ByteBuffer in;

  public ByteReader(byte[] bytes) {
    this.in = ByteBuffer.wrap(bytes);
  }

  public int u8() {
    return need(1).get() & 0xff;
  }

  public int u16() {
    return need(2).getShort() & 0xffff;
  }

  public int i32() {
    return need(4).getInt();
  }

  public long i64() {
    return need(8).getLong();
  }

  /** A finite double that is not negative zero (one encoding per value). */
  public double f64() {
    double value = Double.longBitsToDouble(i64());
    check(Double.isFinite(value), "a number is not finite");
    check(Double.doubleToRawLongBits(value) != Long.MIN_VALUE, "a number is negative zero");
    return value;
  }

  public boolean bool() {
    int value = u8();
    check(value <= 1, "a flag is %d, not 0 or 1", value);
    return value == 1;
  }

  public byte[] raw(int length) {
    need(length);
    byte[] value = new byte[length];
    in.get(value);
    return value;
  }

  public byte[] bytes(int maxLength) {
    int length = i32();
    check(
        length >= 0 && length <= maxLength,
        "a field of %d bytes, at most %d allowed",
        length,
        maxLength);
    return raw(length);
  }

  /** UTF-8 that encodes back to the same bytes. */
  public String text(int maxBytes) {
    int length = u16();
    check(length <= maxBytes, "a text of %d bytes, at most %d allowed", length, maxBytes);
    byte[] utf8 = raw(length);
    String value = new String(utf8, StandardCharsets.UTF_8);
    check(Arrays.equals(value.getBytes(StandardCharsets.UTF_8), utf8), "a text is not valid UTF-8");
    return value;
  }

  /** A list of at most {@code max} items. */
  public <T> List<T> list(int max, Function<ByteReader, T> read) {
    int count = i32();
    check(count >= 0 && count <= max, "a list of %d items, at most %d allowed", count, max);
    check(count <= in.remaining(), "a list of %d items in %d bytes", count, in.remaining());
    List<T> items = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      items.add(read.apply(this));
    }
    return List.copyOf(items);
  }

  /** Nothing is left. */
  public boolean atEnd() {
    return !in.hasRemaining();
  }

  /** A last list that is left out where it is empty; one of no items is an error. */
  public <T> List<T> optionalList(int max, Function<ByteReader, T> read) {
    if (atEnd()) {
      return List.of();
    }
    List<T> items = list(max, read);
    check(!items.isEmpty(), "an empty list where it is to be left out");
    return items;
  }

  /** One of the constants, by position. */
  public <E extends Enum<E>> E oneOf(E[] constants) {
    int position = u8();
    check(position < constants.length, "choice %d of %d", position, constants.length);
    return constants[position];
  }

  /** Must be called last: trailing bytes are an error. */
  public void end() {
    check(!in.hasRemaining(), "%d bytes too many", in.remaining());
  }

  private ByteBuffer need(int length) {
    check(length >= 0 && in.remaining() >= length, "%d bytes missing", length - in.remaining());
    return in;
  }
}
