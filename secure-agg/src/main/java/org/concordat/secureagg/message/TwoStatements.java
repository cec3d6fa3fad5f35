package org.concordat.secureagg.message;

import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.codec.ByteReader;

/**
 * Two signed statements of one sender that exclude each other (coordinator to all): {@link
 * org.concordat.secureagg.blame.Equivocation} judges them.
 *
 * @param epoch the number that both are about
 * @param first sealed; of a parcel, its sealed {@link SectionHeader}
 * @param second sealed, likewise
 */
public record TwoStatements(long epoch, Bytes first, Bytes second) implements EpochMessage {
  public static final String TYPE = "secagg.two-statements.v1";

  public TwoStatements {
    Wire.epoch(epoch);
  }

  public static TwoStatements decode(byte[] payload) {
    return Wire.decode(TYPE, payload, TwoStatements::read);
  }

  private static TwoStatements read(ByteReader in) {
    return new TwoStatements(
        in.i64(), Wire.bytes(in, Limits.STATEMENT_BYTES), Wire.bytes(in, Limits.STATEMENT_BYTES));
  }

  @Override
  public byte[] encode() {
    return Wire.start(TYPE).i64(epoch).bytes(first.toArray()).bytes(second.toArray()).toBytes();
  }

  @Override
  public String type() {
    return TYPE;
  }
}
