package org.concordat.secureagg.message;

import java.util.List;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;

/**
 * Step 4, before the manifest: which deposits there are (coordinator to all that deposited). Each
 * is checked by everyone before anybody erases a key, so that a complaint can still be answered.
 *
 * @param epoch the number
 * @param deposits sorted by index
 */
public record DepositSet(long epoch, List<Deposit> deposits) implements EpochMessage {
  public static final String TYPE = "secagg.deposit-set.v1";

  public DepositSet {
    Wire.epoch(epoch);
    deposits = List.copyOf(deposits);
    Wire.checkIndices(deposits.stream().map(Deposit::index).toList());
  }

  /**
   * One deposit.
   *
   * @param index its dealer
   * @param digest digest of its {@link SectionHeader}
   */
  public record Deposit(int index, Digest digest) {}

  public static DepositSet decode(byte[] payload) {
    return Wire.decode(TYPE, payload, DepositSet::read);
  }

  private static DepositSet read(ByteReader in) {
    return new DepositSet(
        in.i64(), in.list(Limits.MEMBERS, r -> new Deposit(r.u16(), Wire.digest(r))));
  }

  @Override
  public byte[] encode() {
    ByteWriter out = Wire.start(TYPE);
    out.i64(epoch).list(deposits, (w, d) -> w.u16(d.index).raw(d.digest.bytes()));
    return out.toBytes();
  }

  @Override
  public String type() {
    return TYPE;
  }
}
