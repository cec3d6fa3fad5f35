package org.concordat.secureagg.message;

import java.util.List;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;

/**
 * A state that T participants recomputed and signed: what whoever was away takes as the base of the
 * next round.
 *
 * @param ref the token and task of the round
 * @param stateDigest the state after that round
 * @param signatures sealed {@link StateSignature}s of at least T participants of the token's epoch
 */
public record Checkpoint(TokenRef ref, Digest stateDigest, List<Bytes> signatures)
    implements TokenMessage {
  public static final String TYPE = "secagg.checkpoint.v1";

  public Checkpoint {
    signatures = List.copyOf(signatures);
  }

  public static Checkpoint decode(byte[] payload) {
    return Wire.decode(TYPE, payload, Checkpoint::read);
  }

  private static Checkpoint read(ByteReader in) {
    return new Checkpoint(TokenRef.read(in), Wire.digest(in), Wire.sealed(in));
  }

  @Override
  public byte[] encode() {
    ByteWriter out = Wire.start(TYPE);
    ref.write(out);
    out.raw(stateDigest.bytes());
    Wire.sealed(out, signatures);
    return out.toBytes();
  }

  @Override
  public String type() {
    return TYPE;
  }
}
