package org.concordat.secureagg.kernel;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.concordat.secureagg.codec.MalformedMessageException;

/**
 * Words modulo 2^b, b in {16, 24, 32}: 32 bits in memory, b bits little-endian on the wire. Memory
 * words may carry anything above bit b until {@link #centre}.
 */
public final class Ring {
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

  private Ring() {}

  /**
   * Adds packed wire words to {@code sum[at..at+count)}.
   *
   * @param wire packed words, b/8 bytes each, from {@code wireOffset} on
   */
  public static void accumulate(
      int wireBits, int[] sum, int at, byte[] wire, int wireOffset, int count) {
    checkRange(wireBits, sum.length, at, wire.length, wireOffset, count);
    switch (wireBits) {
      case 16 -> accumulate16(sum, at, wire, wireOffset, count);
      case 24 -> accumulate24(sum, at, wire, wireOffset, count);
      default -> accumulate32(sum, at, wire, wireOffset, count);
    }
  }

  /** Packs {@code words[at..at+count)} modulo 2^b. */
  public static byte[] pack(int wireBits, int[] words, int at, int count) {
    byte[] wire = new byte[Math.multiplyExact(count, wireBits / 8)];
    checkRange(wireBits, words.length, at, wire.length, 0, count);
    switch (wireBits) {
      case 16 -> pack16(words, at, wire, count);
      case 24 -> pack24(words, at, wire, count);
      default -> pack32(words, at, wire, count);
    }
    return wire;
  }

  /**
   * Takes each word to its representative in [-2^(b-1), 2^(b-1)): the sum's published form. In
   * place.
   */
  public static void centre(int wireBits, int[] words) {
    int shift = 32 - wireBits;
    for (int i = 0; i < words.length; i++) {
      words[i] = (words[i] << shift) >> shift;
    }
  }

  /** The words as 32-bit little-endian bytes: the form of published sums. */
  public static byte[] toBytes(int[] words) {
    return pack(32, words, 0, words.length);
  }

  /** Reads what {@link #toBytes} wrote. */
  public static int[] fromBytes(byte[] bytes) {
    MalformedMessageException.check(
        bytes.length % 4 == 0, "%d bytes are no 32-bit words", bytes.length);
    int[] words = new int[bytes.length / 4];
    accumulate32(words, 0, bytes, 0, words.length);
    return words;
  }

  private static void pack16(int[] words, int at, byte[] wire, int count) {
    for (int i = 0; i < count; i++) {
      SHORT.set(wire, 2 * i, (short) words[at + i]);
    }
  }

  private static void pack24(int[] words, int at, byte[] wire, int count) {
    for (int i = 0; i < count; i++) {
      int word = words[at + i];
      SHORT.set(wire, 3 * i, (short) word);
      wire[3 * i + 2] = (byte) (word >>> 16);
    }
  }

  private static void pack32(int[] words, int at, byte[] wire, int count) {
    for (int i = 0; i < count; i++) {
      INT.set(wire, 4 * i, words[at + i]);
    }
  }

  private static void accumulate16(int[] sum, int at, byte[] wire, int offset, int count) {
    for (int i = 0; i < count; i++) {
      sum[at + i] += (short) SHORT.get(wire, offset + 2 * i);
    }
  }

  private static void accumulate24(int[] sum, int at, byte[] wire, int offset, int count) {
    for (int i = 0; i < count; i++) {
      int low = (short) SHORT.get(wire, offset + 3 * i) & 0xffff;
      sum[at + i] += low | wire[offset + 3 * i + 2] << 16;
    }
  }

  private static void accumulate32(int[] sum, int at, byte[] wire, int offset, int count) {
    for (int i = 0; i < count; i++) {
      sum[at + i] += (int) INT.get(wire, offset + 4 * i);
    }
  }

  private static void checkRange(
      int wireBits, int words, int at, int wireLength, int wireOffset, int count) {
    MalformedMessageException.check(
        wireBits == 16 || wireBits == 24 || wireBits == 32,
        "wire bits %d, not 16, 24 or 32",
        wireBits);
    java.util.Objects.checkFromIndexSize(at, count, words);
    java.util.Objects.checkFromIndexSize(
        wireOffset, Math.multiplyExact(count, wireBits / 8), wireLength);
  }
}
