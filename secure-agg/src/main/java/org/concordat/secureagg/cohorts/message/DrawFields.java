package org.concordat.secureagg.cohorts.message;

import static org.concordat.secureagg.codec.MalformedMessageException.check;

import java.util.List;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;
import org.concordat.secureagg.message.Limits;
import org.concordat.secureagg.message.Wire;

/** Fields and bounds that the messages of a draw share. */
final class DrawFields {
  /** One sealed message of a draw inside another: 32 to 96 bytes of payload and the envelope. */
  private static final int SEALED_BYTES = 1 << 10;

  /** A draw's plan: two bytes a participant. */
  static final int PLAN_BYTES = 32 << 10;

  private DrawFields() {}

  /** Sealed messages, one of each agent of a roster at most. */
  static List<Bytes> sealedOfAll(ByteReader in) {
    return in.list(Limits.ALLIANCE, r -> Wire.bytes(r, SEALED_BYTES));
  }

  static void many(ByteWriter out, List<Integer> indices) {
    out.list(indices, ByteWriter::u16);
  }

  static List<Integer> many(ByteReader in) {
    return in.list(Limits.ALLIANCE, ByteReader::u16);
  }

  /** Indices into a roster's agents are sorted, distinct and within bounds. */
  static List<Integer> checkMany(List<Integer> indices) {
    int previous = -1;
    for (int index : indices) {
      check(index > previous && index < Limits.ALLIANCE, "index %d after %d", index, previous);
      previous = index;
    }
    return List.copyOf(indices);
  }

  static int number(int number) {
    check(number >= 0 && number < Limits.DRAWS, "number %d of a draw, not 0 to 7", number);
    return number;
  }
}
