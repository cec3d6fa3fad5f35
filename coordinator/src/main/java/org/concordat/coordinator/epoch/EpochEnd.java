package org.concordat.coordinator.epoch;

import java.util.List;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Ids;
import org.concordat.secureagg.blame.Verdict;
import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;
import org.concordat.secureagg.message.Limits;
import org.concordat.secureagg.server.EpochServer;

/**
 * What became of an epoch number: small, so that a restart needs no more of most numbers.
 *
 * @param how its end
 * @param roster the roster of its cohort
 * @param blamed who is left out because of it, if it failed
 */
record EpochEnd(How how, Digest roster, List<Blamed> blamed) {
  /** The ways in which a number ends. */
  enum How {
    CERTIFIED,
    FAILED,
    /** A later number was opened before this one came to an end. */
    GIVEN_UP
  }

  /**
   * @param proven false for who did not answer
   */
  record Blamed(String member, boolean proven) {}

  static EpochEnd of(EpochServer epoch) {
    How how =
        switch (epoch.phase()) {
          case CERTIFIED -> How.CERTIFIED;
          case FAILED -> How.FAILED;
          default -> How.GIVEN_UP;
        };
    List<Blamed> blamed = epoch.verdicts().stream().map(EpochEnd::blamed).toList();
    return new EpochEnd(how, epoch.cohort().rosterDigest(), blamed);
  }

  private static Blamed blamed(Verdict verdict) {
    return new Blamed(verdict.liar(), verdict.proven());
  }

  byte[] encode() {
    return new ByteWriter()
        .u8(how.ordinal())
        .raw(roster.bytes())
        .list(blamed, (w, one) -> w.text(one.member).bool(one.proven))
        .toBytes();
  }

  static EpochEnd decode(byte[] bytes) {
    ByteReader in = new ByteReader(bytes);
    EpochEnd end =
        new EpochEnd(
            in.oneOf(How.values()),
            new Digest(in.raw(Digest.SIZE_BYTES)),
            in.list(Limits.MEMBERS, r -> new Blamed(r.text(Ids.MAX_BYTES), r.bool())));
    in.end();
    return end;
  }
}
