package org.concordat.secureagg;

import static org.concordat.secureagg.codec.MalformedMessageException.check;

import java.util.List;
import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;

/**
 * What a member consented to, as its own copy of the signed job says ("Terms" of the protocol): an
 * epoch or a task that deviates from it is refused.
 *
 * @param job the job's id
 * @param initialState the state that round 0 starts from
 * @param trainingRounds rounds 0 to this, exclusive, train; the one after them evaluates, and is
 *     the last
 * @param members whose updates may be added into one sum: the job's, or all agents of the roster at
 *     consent; sorted, distinct
 * @param colluders c at the least; K at the least where the roster is drawn into cohorts
 * @param vectorLength m
 * @param quantBits q
 * @param wireBits b; 0 for the narrowest that cannot wrap
 * @param clipNormL2 of a whole update
 * @param coordinateBound of each coordinate
 * @param maxWeight w_max
 */
public record JobTerms(
    String job,
    Digest initialState,
    int trainingRounds,
    List<String> members,
    int colluders,
    int vectorLength,
    int quantBits,
    int wireBits,
    double clipNormL2,
    double coordinateBound,
    double maxWeight) {
  private static final String TYPE = "secagg.job-terms.v1";

  public JobTerms {
    Ids.check("job", job);
    check(trainingRounds >= 0, "%d training rounds", trainingRounds);
    members = List.copyOf(members);
    members.forEach(member -> Ids.check("member", member));
    check(
        members.stream().sorted().distinct().toList().equals(members),
        "members %s are not sorted and distinct",
        members);
    check(colluders >= 0, "colluders %d", colluders);
    check(vectorLength >= 1, "vector length %d", vectorLength);
  }

  /** N_min at the least, of a job whose members are all in one cohort. */
  public int minSurvivors() {
    return Cohort.leastSurvivors(members.size(), colluders);
  }

  public byte[] encode() {
    ByteWriter out = new ByteWriter().text(TYPE).text(job).raw(initialState.bytes());
    out.i32(trainingRounds).list(members, ByteWriter::text).u16(colluders).i32(vectorLength);
    return out.u8(quantBits)
        .u8(wireBits)
        .f64(clipNormL2)
        .f64(coordinateBound)
        .f64(maxWeight)
        .toBytes();
  }

  /** Reads what {@link #encode} wrote. */
  public static JobTerms decode(byte[] bytes) {
    ByteReader in = new ByteReader(bytes);
    String type = in.text(64);
    check(type.equals(TYPE), "a \"%s\" where a job's terms are due", type);
    JobTerms terms =
        new JobTerms(
            in.text(Ids.MAX_BYTES),
            new Digest(in.raw(Digest.SIZE_BYTES)),
            in.i32(),
            in.list(Alliance.MAX_MEMBERS, r -> r.text(Ids.MAX_BYTES)),
            in.u16(),
            in.i32(),
            in.u8(),
            in.u8(),
            in.f64(),
            in.f64(),
            in.f64());
    in.end();
    return terms;
  }
}
