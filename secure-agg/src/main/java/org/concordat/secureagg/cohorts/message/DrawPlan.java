package org.concordat.secureagg.cohorts.message;

import static org.concordat.secureagg.codec.MalformedMessageException.check;

import java.util.List;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;
import org.concordat.secureagg.message.Limits;
import org.concordat.secureagg.message.Wire;

/**
 * What a number of a draw decides about; every commitment is bound to its digest.
 *
 * @param rosterDigest the roster whose agents are drawn
 * @param number 0 to 7
 * @param cohortSize the most members of a cohort, 3 to 250
 * @param colluders K, from which each cohort's c follows
 * @param participants who may commit: indices into the roster's sorted agents, rising
 */
public record DrawPlan(
    Digest rosterDigest, int number, int cohortSize, int colluders, List<Integer> participants) {
  /** A cohort never has more members. */
  public static final int MAX_COHORT = 250;

  private static final String LABEL = "secagg.draw-plan.v1";

  public DrawPlan {
    DrawFields.number(number);
    check(
        cohortSize >= 3 && cohortSize <= MAX_COHORT,
        "cohorts of %d members, not 3 to %d",
        cohortSize,
        MAX_COHORT);
    check(colluders >= 0 && colluders <= Limits.ALLIANCE, "colluders %d", colluders);
    participants = DrawFields.checkMany(participants);
  }

  public Digest digest() {
    return Digest.sha256(encode());
  }

  public byte[] encode() {
    ByteWriter out = Wire.start(LABEL);
    out.raw(rosterDigest.bytes()).u8(number).u16(cohortSize).u16(colluders);
    DrawFields.many(out, participants);
    return out.toBytes();
  }

  public static DrawPlan decode(byte[] bytes) {
    return Wire.decode(LABEL, bytes, DrawPlan::read);
  }

  private static DrawPlan read(ByteReader in) {
    return new DrawPlan(Wire.digest(in), in.u8(), in.u16(), in.u16(), DrawFields.many(in));
  }
}
