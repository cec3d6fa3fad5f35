package org.concordat.secureagg.cohorts.message;

import static org.concordat.secureagg.codec.MalformedMessageException.check;

import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.message.Limits;
import org.concordat.secureagg.message.Wire;

/**
 * Opens a number of the draw of a roster's cohorts (coordinator to all agents).
 *
 * @param plan all agents of the roster take part in it, as long as no number's list was certified;
 *     after that, those who took part in the latest number with a certified list and did not
 *     withhold the value that they had committed to
 * @param previous what shows that: the payload of that number's {@link DrawCertificate}, with
 *     reveals missing; empty where no list was certified before
 */
public record DrawStart(DrawPlan plan, Bytes previous) implements DrawMessage {
  public static final String TYPE = "secagg.draw-start.v1";

  public DrawStart {
    check(
        plan.number() > 0 || previous.size() == 0,
        "number 0 of a draw comes with no number before");
  }

  public static DrawStart decode(byte[] payload) {
    return Wire.decode(TYPE, payload, DrawStart::read);
  }

  private static DrawStart read(ByteReader in) {
    return new DrawStart(
        DrawPlan.decode(in.bytes(DrawFields.PLAN_BYTES)), Wire.bytes(in, Limits.PAYLOAD_BYTES));
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
