package org.concordat.secureagg.kernel;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Objects;
import org.concordat.secureagg.codec.MalformedMessageException;

/**
 * Words modulo 2^b, b in {16, 24, 32}: 32 bits in memory, b bits on the wire. Memory words may
 * carry anything above bit b until {@link #centre}.
 *
 * <p>The wire, in blocks of {@value #BLOCK} elements from the start of the vector, each as 32-bit
 * little-endian integers, so that a loop over integers packs and adds it at the speed of memory:
 *
 * <pre>
 * 32 bits   element i
 * 24 bits   the low halves as for 16 bits, then 1,024 integers: in integer i the third bytes of
 *           the elements i, i + 1024, i + 2048, i + 3072, the first lowest
 * 16 bits   2,048 integers: in integer i the low halves of the elements i and i + 2048
 * </pre>
 *
 * <p>A shorter block, the vector's last, has its elements one after another, b/8 bytes each.
 */
public final class Ring {
  /** Elements of a block, and of a Merkle leaf. */
  public static final int BLOCK = MerkleRoot.LEAF_ELEMENTS;

  private static final int HALF = BLOCK / 2;
  private static final int QUARTER = BLOCK / 4;
  private static final int HIGH_BYTES_AT = 4 * HALF;
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

  private Ring() {}

  /**
   * Adds packed wire words to {@code sum[at..at+count)}.
   *
   * @param wire whole blocks from {@code wireOffset} on; only the vector's last may be shorter
   */
  public static void accumulate(
      int wireBits, int[] sum, int at, byte[] wire, int wireOffset, int count) {
    checkRange(wireBits, sum.length, at, wire.length, wireOffset, count);
    if (wireBits == 32) {
      accumulate32(sum, at, wire, wireOffset, count);
      return;
    }
    int blocks = count / BLOCK;
    int blockBytes = BLOCK / 8 * wireBits;
    for (int block = 0; block < blocks; block++) {
      int from = wireOffset + block * blockBytes;
      addLows(sum, at + block * BLOCK, wire, from);
      if (wireBits == 24) {
        addHighs(sum, at + block * BLOCK, wire, from + HIGH_BYTES_AT);
      }
    }
    int whole = blocks * BLOCK;
    addTail(wireBits, sum, at + whole, wire, wireOffset + blocks * blockBytes, count - whole);
  }

  /**
   * Packs {@code words[at..at+count)} modulo 2^b.
   *
   * @param at a multiple of {@link #BLOCK} from the start of the vector
   */
  public static byte[] pack(int wireBits, int[] words, int at, int count) {
    byte[] wire = new byte[Math.multiplyExact(count, wireBits / 8)];
    pack(wireBits, words, at, count, wire, 0);
    return wire;
  }

  /** As the other, to {@code wire} from {@code wireOffset} on. */
  static void pack(int wireBits, int[] words, int at, int count, byte[] wire, int wireOffset) {
    checkRange(wireBits, words.length, at, wire.length, wireOffset, count);
    if (wireBits == 32) {
      pack32(words, at, wire, wireOffset, count);
      return;
    }
    int blocks = count / BLOCK;
    int blockBytes = BLOCK / 8 * wireBits;
    for (int block = 0; block < blocks; block++) {
      int to = wireOffset + block * blockBytes;
      packLows(words, at + block * BLOCK, wire, to);
      if (wireBits == 24) {
        packHighs(words, at + block * BLOCK, wire, to + HIGH_BYTES_AT);
      }
    }
    int whole = blocks * BLOCK;
    packTail(wireBits, words, at + whole, wire, wireOffset + blocks * blockBytes, count - whole);
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

  private static void packLows(int[] words, int at, byte[] wire, int to) {
    for (int i = 0; i < HALF; i++) {
      INT.set(wire, to + 4 * i, words[at + i] & 0xffff | words[at + HALF + i] << 16);
    }
  }

  private static void packHighs(int[] words, int at, byte[] wire, int to) {
    for (int i = 0; i < QUARTER; i++) {
      int high = words[at + i] >>> 16 & 0xff;
      high |= (words[at + QUARTER + i] >>> 16 & 0xff) << 8;
      high |= (words[at + 2 * QUARTER + i] >>> 16 & 0xff) << 16;
      high |= (words[at + 3 * QUARTER + i] >>> 16) << 24;
      INT.set(wire, to + 4 * i, high);
    }
  }

  private static void packTail(int bits, int[] words, int at, byte[] wire, int to, int count) {
    int bytes = bits / 8;
    for (int i = 0; i < count; i++) {
      SHORT.set(wire, to + bytes * i, (short) words[at + i]);
      if (bytes == 3) {
        wire[to + 3 * i + 2] = (byte) (words[at + i] >>> 16);
      }
    }
  }

  private static void pack32(int[] words, int at, byte[] wire, int to, int count) {
    for (int i = 0; i < count; i++) {
      INT.set(wire, to + 4 * i, words[at + i]);
    }
  }

  /** One loop for each part of the integers: each then runs over neighbours and is vectorised. */
  private static void addLows(int[] sum, int at, byte[] wire, int from) {
    for (int i = 0; i < HALF; i++) {
      sum[at + i] += (int) INT.get(wire, from + 4 * i) & 0xffff;
    }
    for (int i = 0; i < HALF; i++) {
      sum[at + HALF + i] += (int) INT.get(wire, from + 4 * i) >>> 16;
    }
  }

  private static void addHighs(int[] sum, int at, byte[] wire, int from) {
    for (int i = 0; i < QUARTER; i++) {
      sum[at + i] += (int) INT.get(wire, from + 4 * i) << 16;
    }
    for (int i = 0; i < QUARTER; i++) {
      sum[at + QUARTER + i] += ((int) INT.get(wire, from + 4 * i) >>> 8) << 16;
    }
    for (int i = 0; i < QUARTER; i++) {
      sum[at + 2 * QUARTER + i] += ((int) INT.get(wire, from + 4 * i) >>> 16) << 16;
    }
    for (int i = 0; i < QUARTER; i++) {
      sum[at + 3 * QUARTER + i] += ((int) INT.get(wire, from + 4 * i) >>> 24) << 16;
    }
  }

  private static void addTail(int bits, int[] sum, int at, byte[] wire, int from, int count) {
    int bytes = bits / 8;
    for (int i = 0; i < count; i++) {
      int word = (short) SHORT.get(wire, from + bytes * i) & 0xffff;
      sum[at + i] += bytes == 3 ? word | wire[from + 3 * i + 2] << 16 : word;
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
    Objects.checkFromIndexSize(at, count, words);
    Objects.checkFromIndexSize(wireOffset, Math.multiplyExact(count, wireBits / 8), wireLength);
  }
}
