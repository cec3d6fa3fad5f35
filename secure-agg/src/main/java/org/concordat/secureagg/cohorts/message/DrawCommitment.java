package org.concordat.secureagg.cohorts.message;

import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;
import org.concordat.secureagg.message.Wire;

/**
 * A member's commitment to its value of a number; the value is durable before it is sent, and there
 * is one for each roster and number, ever.
 *
 * @param number of the draw
 * @param planDigest the {@link DrawPlan}
 * @param commitment {@link #of} the value
 */
public record DrawCommitment(int number, Digest planDigest, Digest commitment)
    implements DrawMessage {
  public static final String TYPE = "secagg.draw-commitment.v1";

  /** Bytes of a value. */
  public static final int VALUE_BYTES = 32;

  public DrawCommitment {
    DrawFields.number(number);
  }

  /** SHA-256 over a label, the plan's digest, the member's id and its value of 32 bytes. */
  public static Digest of(Digest planDigest, String member, Bytes value) {
    Wire.size(value, VALUE_BYTES);
    return Digest.sha256(
        new ByteWriter()
            .text("secagg.draw.commit.v1")
            .raw(planDigest.bytes())
            .text(member)
            .raw(value.toArray())
            .toBytes());
  }

  public static DrawCommitment decode(byte[] payload) {
    return Wire.decode(TYPE, payload, DrawCommitment::read);
  }

  private static DrawCommitment read(ByteReader in) {
    return new DrawCommitment(in.u8(), Wire.digest(in), Wire.digest(in));
  }

  @Override
  public byte[] encode() {
    return Wire.start(TYPE).u8(number).raw(planDigest.bytes()).raw(commitment.bytes()).toBytes();
  }

  @Override
  public String type() {
    return TYPE;
  }
}
