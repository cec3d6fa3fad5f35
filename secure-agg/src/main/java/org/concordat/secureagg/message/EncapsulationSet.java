package org.concordat.secureagg.message;

import java.util.List;
import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;

/**
 * Who goes on after step 2, and the ciphertexts for one recipient (coordinator to each).
 *
 * @param epoch the number
 * @param present indices of those who sent their encapsulations
 * @param views for each present member of lower index than the recipient: its header and the
 *     recipient's section
 */
public record EncapsulationSet(long epoch, List<Integer> present, List<SectionView> views)
    implements SetupMessage {
  public static final String TYPE = "secagg.encapsulation-set.v1";

  public EncapsulationSet {
    Wire.epoch(epoch);
    present = Wire.checkIndices(present);
    views = List.copyOf(views);
  }

  public static EncapsulationSet decode(byte[] payload) {
    return Wire.decode(TYPE, payload, EncapsulationSet::read);
  }

  private static EncapsulationSet read(ByteReader in) {
    return new EncapsulationSet(
        in.i64(), Wire.indices(in), in.list(Limits.MEMBERS, SectionView::read));
  }

  @Override
  public byte[] encode() {
    ByteWriter out = Wire.start(TYPE);
    out.i64(epoch);
    Wire.indices(out, present);
    out.list(views, (w, v) -> v.write(w));
    return out.toBytes();
  }

  @Override
  public String type() {
    return TYPE;
  }
}
