package org.concordat.secureagg.message;

import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;

/**
 * The coordinator durably chose not to open this token (coordinator to all participants).
 *
 * @param ref the token and task
 */
public record NonRevealRequest(TokenRef ref) implements TokenMessage {
  public static final String TYPE = "secagg.non-reveal-request.v1";

  public static NonRevealRequest decode(byte[] payload) {
    return Wire.decode(TYPE, payload, NonRevealRequest::read);
  }

  private static NonRevealRequest read(ByteReader in) {
    return new NonRevealRequest(TokenRef.read(in));
  }

  @Override
  public byte[] encode() {
    ByteWriter out = Wire.start(TYPE);
    ref.write(out);
    return out.toBytes();
  }

  @Override
  public String type() {
    return TYPE;
  }
}
