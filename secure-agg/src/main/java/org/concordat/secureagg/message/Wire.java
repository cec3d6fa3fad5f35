package org.concordat.secureagg.message;

import static org.concordat.secureagg.codec.MalformedMessageException.check;

import java.util.BitSet;
import java.util.List;
import java.util.function.Function;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Ids;
import org.concordat.secureagg.Incarnation;
import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;

/** Fields that several messages share. */
public final class Wire {
  private Wire() {}

  public static ByteWriter start(String type) {
    return new ByteWriter().text(type);
  }

  /** Decodes a whole payload: type first, nothing after the last field. */
  public static <M> M decode(String type, byte[] payload, Function<ByteReader, M> fields) {
    check(payload.length <= Limits.PAYLOAD_BYTES, "a payload of %d bytes", payload.length);
    ByteReader in = new ByteReader(payload);
    String actual = in.text(64);
    check(actual.equals(type), "a payload of type \"%s\" where \"%s\" is due", actual, type);
    M message = fields.apply(in);
    in.end();
    return message;
  }

  public static Digest digest(ByteReader in) {
    return new Digest(in.raw(Digest.SIZE_BYTES));
  }

  public static Bytes fixed(ByteReader in, int size) {
    return Bytes.of(in.raw(size));
  }

  public static Incarnation incarnation(ByteReader in) {
    return new Incarnation(fixed(in, Incarnation.SIZE_BYTES));
  }

  public static Bytes bytes(ByteReader in, int max) {
    return Bytes.of(in.bytes(max));
  }

  public static String id(ByteReader in) {
    return in.text(Ids.MAX_BYTES);
  }

  public static void cohort(ByteWriter out, Cohort cohort) {
    out.bytes(cohort.encode());
  }

  public static Cohort cohort(ByteReader in) {
    return Cohort.decode(in.bytes(64 << 10));
  }

  public static void sealed(ByteWriter out, List<Bytes> sealed) {
    out.list(sealed, (w, s) -> w.bytes(s.toArray()));
  }

  public static List<Bytes> sealed(ByteReader in) {
    return in.list(Limits.MEMBERS, r -> bytes(r, Limits.SEALED_BYTES));
  }

  /** 32 bytes, bit i of byte i / 8 for index i. */
  public static void indices(ByteWriter out, List<Integer> indices) {
    byte[] bitmap = new byte[Limits.MEMBERS / 8];
    indices.forEach(i -> bitmap[i / 8] |= (byte) (1 << (i % 8)));
    out.raw(bitmap);
  }

  public static List<Integer> indices(ByteReader in) {
    return BitSet.valueOf(in.raw(Limits.MEMBERS / 8)).stream().boxed().toList();
  }

  /** Indices are sorted, distinct and within a cohort's bounds. */
  public static List<Integer> checkIndices(List<Integer> indices) {
    int previous = -1;
    for (int index : indices) {
      check(index > previous && index < Limits.MEMBERS, "index %d after %d", index, previous);
      previous = index;
    }
    return List.copyOf(indices);
  }

  public static int index(int index) {
    check(index >= 0 && index < Limits.MEMBERS, "index %d, not 0 to 255", index);
    return index;
  }

  public static int token(int token) {
    check(token >= 0 && token < Limits.TOKENS, "token %d, not 0 to 63", token);
    return token;
  }

  public static long epoch(long epoch) {
    check(epoch >= 1, "epoch %d, not 1 or more", epoch);
    return epoch;
  }

  public static void size(Bytes bytes, int size) {
    check(bytes.size() == size, "a field of %d bytes, %d due", bytes.size(), size);
  }
}
