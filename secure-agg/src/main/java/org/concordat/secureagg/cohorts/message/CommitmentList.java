package org.concordat.secureagg.cohorts.message;

import java.util.List;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;
import org.concordat.secureagg.message.Wire;

/**
 * Closes a number's commitments (coordinator to all in it). Members sign the {@link DrawList} that
 * follows from it.
 *
 * @param number of the draw
 * @param commitments sealed {@link DrawCommitment}s of at least T_all members
 */
public record CommitmentList(int number, List<Bytes> commitments) implements DrawMessage {
  public static final String TYPE = "secagg.commitment-list.v1";

  public CommitmentList {
    DrawFields.number(number);
    commitments = List.copyOf(commitments);
  }

  public static CommitmentList decode(byte[] payload) {
    return Wire.decode(TYPE, payload, CommitmentList::read);
  }

  private static CommitmentList read(ByteReader in) {
    return new CommitmentList(in.u8(), DrawFields.sealedOfAll(in));
  }

  @Override
  public byte[] encode() {
    ByteWriter out = Wire.start(TYPE).u8(number);
    Wire.sealed(out, commitments);
    return out.toBytes();
  }

  @Override
  public String type() {
    return TYPE;
  }
}
