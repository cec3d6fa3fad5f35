package org.concordat.secureagg.message;

import static org.concordat.secureagg.codec.MalformedMessageException.check;

import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.codec.ByteReader;

/**
 * Opens a number of the draw of a roster's cohorts (coordinator to all agents).
 *
 * @param plan all agents of the roster take part in number 0, those who revealed in the number
 *     before in a later one
 * @param previous what shows that: the payload of the number before's {@link DrawCertificate}, with
 *     reveals missing; empty for number 0
 */
public record DrawStart(DrawPlan plan, Bytes previous) implements DrawMessage {
  public static final String TYPE = "secagg.draw-start.v1";

  public DrawStart {
    check(
        (plan.number() == 0) == (previous.size() == 0),
        "number %d of a draw comes with the number before it, number 0 alone",
        plan.number());
  }

  public static DrawStart decode(byte[] payload) {
    return Wire.decode(TYPE, payload, DrawStart::read);
  }

  private static DrawStart read(ByteReader in) {
    return new DrawStart(
        DrawPlan.decode(in.bytes(Limits.PLAN_BYTES)), Wire.bytes(in, Limits.PAYLOAD_BYTES));
  }

  @Override
  public byte[] encode() {
    return Wire.start(TYPE).bytes(plan.encode()).bytes(previous.toArray()).toBytes();
  }

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public int number() {
    return plan.number();
  }
}
