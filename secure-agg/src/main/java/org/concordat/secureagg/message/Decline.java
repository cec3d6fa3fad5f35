package org.concordat.secureagg.message;

import static org.concordat.secureagg.codec.MalformedMessageException.check;

import java.nio.charset.StandardCharsets;
import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;

/**
 * The member will not upload for this task; the round need not wait for it. It still reveals.
 *
 * @param ref the token and task
 * @param reason for the operator, at most 200 bytes, no personal data
 */
public record Decline(TokenRef ref, String reason) implements TokenMessage {
  public static final String TYPE = "secagg.decline.v1";

  public Decline {
    check(reason.getBytes(StandardCharsets.UTF_8).length <= 200, "a reason of more than 200 bytes");
  }

  public static Decline decode(byte[] payload) {
    return Wire.decode(TYPE, payload, Decline::read);
  }

  private static Decline read(ByteReader in) {
    return new Decline(TokenRef.read(in), in.text(200));
  }

  @Override
  public byte[] encode() {
    ByteWriter out = Wire.start(TYPE);
    ref.write(out);
    out.text(reason);
    return out.toBytes();
  }

  @Override
  public String type() {
    return TYPE;
  }
}
