package org.concordat.secureagg.message;

import java.util.List;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;

/**
 * T NonReveals of one token: no quorum of reveals can exist. The token closes, the round may be
 * retried (to all).
 *
 * @param ref the token and task
 * @param nonReveals sealed {@link NonReveal}s of at least T participants of the token's epoch
 */
public record NonRevealQuorum(TokenRef ref, List<Bytes> nonReveals) implements TokenMessage {
  public static final String TYPE = "secagg.non-reveal-quorum.v1";

  public NonRevealQuorum {
    nonReveals = List.copyOf(nonReveals);
  }

  public static NonRevealQuorum decode(byte[] payload) {
    return Wire.decode(TYPE, payload, NonRevealQuorum::read);
  }

  private static NonRevealQuorum read(ByteReader in) {
    return new NonRevealQuorum(TokenRef.read(in), Wire.sealed(in));
  }

  @Override
  public byte[] encode() {
    ByteWriter out = Wire.start(TYPE);
    ref.write(out);
    Wire.sealed(out, nonReveals);
    return out.toBytes();
  }

  @Override
  public String type() {
    return TYPE;
  }
}
