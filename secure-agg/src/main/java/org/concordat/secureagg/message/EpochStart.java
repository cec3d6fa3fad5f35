package org.concordat.secureagg.message;

import static org.concordat.secureagg.codec.MalformedMessageException.check;

import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;

/**
 * Opens an epoch number (coordinator to all).
 *
 * @param number greater than every number started before
 * @param cohort members and parameters; absentees count as dropped
 * @param previousEpoch number of the last certified epoch, 0 if none
 * @param previousManifest digest of its manifest, zeros if none
 */
public record EpochStart(long number, Cohort cohort, long previousEpoch, Digest previousManifest)
    implements Message {
  public static final String TYPE = "secagg.epoch-start.v1";

  public EpochStart {
    Wire.epoch(number);
    check(
        previousEpoch >= 0 && previousEpoch < number,
        "previous epoch %d of %d",
        previousEpoch,
        number);
    check(
        (previousEpoch == 0) == previousManifest.equals(Digest.NONE),
        "previous epoch without its manifest digest");
  }

  public static EpochStart decode(byte[] payload) {
    return Wire.decode(TYPE, payload, EpochStart::read);
  }

  private static EpochStart read(ByteReader in) {
    return new EpochStart(in.i64(), Wire.cohort(in), in.i64(), Wire.digest(in));
  }

  @Override
  public byte[] encode() {
    ByteWriter out = Wire.start(TYPE);
    out.i64(number);
    Wire.cohort(out, cohort);
    out.i64(previousEpoch).raw(previousManifest.bytes());
    return out.toBytes();
  }

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public long envelopeRound() {
    return number;
  }

  @Override
  public int envelopeAttempt() {
    return 0;
  }
}
