package org.concordat.secureagg.cohorts.message;

import java.util.List;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;
import org.concordat.secureagg.message.Limits;
import org.concordat.secureagg.message.Wire;

/**
 * A number of a draw as anyone with the roster can check it, see {@link
 * org.concordat.secureagg.cohorts.DrawCheck}: with every reveal it gives the seed (coordinator to
 * all agents); with reveals missing it shows, inside the next {@link DrawStart}, who takes part on.
 *
 * @param plan what was drawn about
 * @param certificate the certified list
 * @param reveals sealed {@link DrawReveal}s
 */
public record DrawCertificate(DrawPlan plan, ListCertificate certificate, List<Bytes> reveals)
    implements DrawMessage {
  public static final String TYPE = "secagg.draw-certificate.v1";

  public DrawCertificate {
    reveals = List.copyOf(reveals);
  }

  public static DrawCertificate decode(byte[] payload) {
    return Wire.decode(TYPE, payload, DrawCertificate::read);
  }

  private static DrawCertificate read(ByteReader in) {
    return new DrawCertificate(
        DrawPlan.decode(in.bytes(DrawFields.PLAN_BYTES)),
        ListCertificate.decode(in.bytes(Limits.PAYLOAD_BYTES)),
        DrawFields.sealedOfAll(in));
  }

  @Override
  public byte[] encode() {
    ByteWriter out = Wire.start(TYPE).bytes(plan.encode()).bytes(certificate.encode());
    Wire.sealed(out, reveals);
    return out.toBytes();
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
