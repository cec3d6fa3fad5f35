package org.concordat.secureagg.message;

import static org.concordat.secureagg.codec.MalformedMessageException.check;

import java.util.List;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Ids;
import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;

/**
 * A state that T members of every cohort recomputed from the same list of sums and signed
 * (coordinator to all): what the next round starts from.
 *
 * @param job the job's id
 * @param round the round that led to the state
 * @param stateDigest the state
 * @param sumsDigest {@link CohortSum#digest} of the list that all of them signed
 * @param cohorts in the order of the draw
 */
public record AllianceCheckpoint(
    String job, long round, Digest stateDigest, Digest sumsDigest, List<Part> cohorts)
    implements Message {
  public static final String TYPE = "secagg.alliance-checkpoint.v1";

  public AllianceCheckpoint {
    Ids.check("job", job);
    check(round >= 0, "round %d", round);
    cohorts = List.copyOf(cohorts);
    check(cohorts.size() >= 2, "%d cohorts where several are due", cohorts.size());
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
        Wire.digest(in),
        in.list(Limits.COHORTS, r -> new Part(Wire.cohort(r), Wire.sealed(r))));
  }

  @Override
  public byte[] encode() {
    ByteWriter out = Wire.start(TYPE).text(job).i64(round);
    out.raw(stateDigest.bytes()).raw(sumsDigest.bytes());
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
