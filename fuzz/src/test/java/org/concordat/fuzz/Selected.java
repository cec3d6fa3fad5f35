package org.concordat.fuzz;

import java.util.Arrays;
import java.util.List;

/** One of several parsers, chosen by the first byte, and the rest of the input for it. */
final class Selected {
  private Selected() {}

  static <P> P of(List<P> parsers, byte[] data) {
    return parsers.get(data.length == 0 ? 0 : Byte.toUnsignedInt(data[0]) % parsers.size());
  }

  static byte[] rest(byte[] data) {
    return data.length == 0 ? data : Arrays.copyOfRange(data, 1, data.length);
  }
}
