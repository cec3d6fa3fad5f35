package org.concordat.secureagg.message;

import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;

/**
 * One member's deposit as another sees it: header, common part, own section (coordinator to each).
 *
 * @param epoch the number
 * @param view the signed header with the parts
 */
public record DepositView(long epoch, SectionView view) implements SetupMessage {
  public static final String TYPE = "secagg.deposit-view.v1";

  public DepositView {
    Wire.epoch(epoch);
  }

  public static DepositView decode(byte[] payload) {
    return Wire.decode(TYPE, payload, DepositView::read);
  }

  private static DepositView read(ByteReader in) {
    return new DepositView(in.i64(), SectionView.read(in));
  }

  @Override
  public byte[] encode() {
    ByteWriter out = Wire.start(TYPE);
    out.i64(epoch);
    view.write(out);
    return out.toBytes();
  }

  @Override
  public String type() {
    return TYPE;
  }
}
