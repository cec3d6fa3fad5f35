package org.concordat.secureagg.cohorts.message;

import static org.concordat.secureagg.codec.MalformedMessageException.check;

import java.util.List;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Ids;
import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;
import org.concordat.secureagg.message.AllianceMessage;
import org.concordat.secureagg.message.CohortSum;
import org.concordat.secureagg.message.Limits;
import org.concordat.secureagg.message.StateSignature;
import org.concordat.secureagg.message.Wire;

/**
 * A state that T members of every cohort recomputed from the same list of sums and signed
 * (coordinator to all): what the next round starts from.
 *
 * @param job the job's id
 * @param round the round that led to the state
 * @param stateDigest the state
 * @param sums the list that all of them signed, in the order of the draw: it names the cohort of
 *     the epoch that each sum is from, and with it whose T counts
 * @param cohorts in the order of the draw, each the one that the list names
 */
public record AllianceCheckpoint(
    String job, long round, Digest stateDigest, List<CohortSum> sums, List<Part> cohorts)
    implements AllianceMessage {
  public static final String TYPE = "secagg.alliance-checkpoint.v1";

  public AllianceCheckpoint {
    Ids.check("job", job);
    check(round >= 0, "round %d", round);
    sums = List.copyOf(sums);
    cohorts = List.copyOf(cohorts);
    check(cohorts.size() >= 2, "%d cohorts where several are due", cohorts.size());
    check(sums.size() == cohorts.size(), "%d sums of %d cohorts", sums.size(), cohorts.size());
  }

  /** What every signature must be about: {@link CohortSum#digest} of the list. */
  public Digest sumsDigest() {
    return CohortSum.digest(sums);
  }

  /**
   * One cohort's signatures.
   *
   * @param cohort of the epoch that the round ran in
   * @param signatures sealed {@link StateSignature}s of at least T of its members
   */
  public record Part(Cohort cohort, List<Bytes> signatures) {
    public Part {
      signatures = List.copyOf(signatures);
    }
  }

  public static AllianceCheckpoint decode(byte[] payload) {
    return Wire.decode(TYPE, payload, AllianceCheckpoint::read);
  }

  private static AllianceCheckpoint read(ByteReader in) {
    return new AllianceCheckpoint(
        Wire.id(in),
        in.i64(),
        Wire.digest(in),
        in.list(Limits.COHORTS, CohortSum::read),
        in.list(Limits.COHORTS, r -> new Part(Wire.cohort(r), Wire.sealed(r))));
  }

  @Override
  public byte[] encode() {
    ByteWriter out = Wire.start(TYPE).text(job).i64(round);
    out.raw(stateDigest.bytes());
    out.list(sums, (w, sum) -> sum.write(w));
    out.list(
        cohorts,
        (w, part) -> {
          Wire.cohort(w, part.cohort);
          Wire.sealed(w, part.signatures);
        });
    return out.toBytes();
  }

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public long envelopeRound() {
    return round;
  }

  @Override
  public int envelopeAttempt() {
    return 0;
  }
}
