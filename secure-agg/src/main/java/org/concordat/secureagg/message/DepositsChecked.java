package org.concordat.secureagg.message;

import org.concordat.secureagg.Digest;
import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;

/**
 * Step 4: "every box of these deposits opens for me, every share fits its hash, every C_ij = C_ji".
 * Whoever does not say so is not among the manifest's participants; nothing is erased yet.
 *
 * @param epoch the number
 * @param setDigest digest of the {@link DepositSet}
 */
public record DepositsChecked(long epoch, Digest setDigest) implements EpochMessage {
  public static final String TYPE = "secagg.deposits-checked.v1";

  public DepositsChecked {
    Wire.epoch(epoch);
  }

  public static DepositsChecked decode(byte[] payload) {
    return Wire.decode(TYPE, payload, DepositsChecked::read);
  }

  private static DepositsChecked read(ByteReader in) {
    return new DepositsChecked(in.i64(), Wire.digest(in));
  }

  @Override
  public byte[] encode() {
    ByteWriter out = Wire.start(TYPE);
    out.i64(epoch).raw(setDigest.bytes());
    return out.toBytes();
  }

  @Override
  public String type() {
    return TYPE;
  }
}
