package org.concordat.secureagg.message;

import static org.concordat.secureagg.codec.MalformedMessageException.check;

import java.util.List;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;

/**
 * One cohort's sum in the result of a round over several.
 *
 * @param cohortDigest the epoch's {@link Cohort}
 * @param members n of that cohort, which its sum is read with
 * @param sumRoot root of its sum
 */
public record CohortSum(Digest cohortDigest, int members, Digest sumRoot) {
  public CohortSum {
    check(members >= 3 && members <= Cohort.MAX_MEMBERS, "a cohort of %d members", members);
  }

  /** What the members of all cohorts sign in common. */
  public static Digest digest(List<CohortSum> sums) {
    ByteWriter out = new ByteWriter().text("secagg.cohort-sums.v1");
    out.list(sums, (w, sum) -> sum.write(w));
    return Digest.sha256(out.toBytes());
  }

  public void write(ByteWriter out) {
    out.raw(cohortDigest.bytes()).u16(members).raw(sumRoot.bytes());
  }

  public static CohortSum read(ByteReader in) {
    return new CohortSum(Wire.digest(in), in.u16(), Wire.digest(in));
  }
}
