package org.concordat.secureagg.message;

import static org.concordat.secureagg.codec.MalformedMessageException.check;

import java.util.List;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Ids;
import org.concordat.secureagg.Incarnation;
import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;

/**
 * What a member knows that another one's lost store may have taken part in (member to member,
 * through the coordinator): the new store takes part strictly above it.
 *
 * @param asker whose store is new
 * @param incarnation of the new store
 * @param rosterDigest of the query
 * @param nonce of the query
 * @param epoch highest epoch number that the answering member has begun or seen certified
 * @param draws how many numbers of the roster's draw it has begun
 * @param rounds the last round that it has a task or a state of, of each job that has not ended
 */
public record StoreAnswer(
    String asker,
    Incarnation incarnation,
    Digest rosterDigest,
    Bytes nonce,
    long epoch,
    int draws,
    List<JobRound> rounds)
    implements Message {
  public static final String TYPE = "secagg.store-answer.v1";

  public StoreAnswer {
    Ids.check("member", asker);
    Wire.size(incarnation.bytes(), Incarnation.SIZE_BYTES);
    Wire.size(nonce, StoreQuery.NONCE_BYTES);
    check(epoch >= 0, "epoch %d", epoch);
    check(draws >= 0 && draws <= Limits.DRAWS, "%d draws", draws);
    rounds = List.copyOf(rounds);
  }

  /**
   * A job's last round.
   *
   * @param round from 0; -1 before the first
   */
  public record JobRound(String job, long round) {
    public JobRound {
      Ids.check("job", job);
      check(round >= -1, "round %d", round);
    }

    void write(ByteWriter out) {
      out.text(job).i64(round);
    }

    static JobRound read(ByteReader in) {
      return new JobRound(Wire.id(in), in.i64());
    }
  }

  public static StoreAnswer decode(byte[] payload) {
    return Wire.decode(TYPE, payload, StoreAnswer::read);
  }

  private static StoreAnswer read(ByteReader in) {
    return new StoreAnswer(
        Wire.id(in),
        Wire.incarnation(in),
        Wire.digest(in),
        Wire.fixed(in, StoreQuery.NONCE_BYTES),
        in.i64(),
        in.u8(),
        in.list(Limits.JOBS, JobRound::read));
  }

  @Override
  public byte[] encode() {
    ByteWriter out = Wire.start(TYPE);
    out.text(asker).raw(incarnation.bytes().toArray()).raw(rosterDigest.bytes());
    out.raw(nonce.toArray()).i64(epoch).u8(draws);
    return out.list(rounds, (w, round) -> round.write(w)).toBytes();
  }

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public long envelopeRound() {
    return 0;
  }

  @Override
  public int envelopeAttempt() {
    return 0;
  }
}
