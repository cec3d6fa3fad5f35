package org.concordat.secureagg.schedule;

import java.util.Arrays;
import org.concordat.secureagg.BadEnvelopeException;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Incarnation;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.Stamp;
import org.concordat.secureagg.TestNotary;
import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;

/**
 * Seals the same payload to the same bytes, so that equal histories give equal states. Anyone can
 * forge it: the explorer itself keeps account of who has said what.
 */
final class FixedNotary implements Notary {
  private final String self;

  FixedNotary(String self) {
    this.self = self;
  }

  @Override
  public byte[] seal(String type, long round, int attempt, byte[] payload) {
    return seal(type, round, attempt, new Stamp(TestNotary.store(self), 0), payload);
  }

  /** Whatever the count, which tells histories apart that nobody else can. */
  @Override
  public byte[] seal(String type, long round, int attempt, Stamp stamp, byte[] payload) {
    byte[] store = stamp.incarnation().bytes().toArray();
    byte[] body =
        new ByteWriter()
            .text(self)
            .bytes(store)
            .text(type)
            .i64(round)
            .i32(attempt)
            .bytes(payload)
            .toBytes();
    return new ByteWriter().raw(Digest.sha256(body).bytes()).raw(body).toBytes();
  }

  @Override
  public Opened open(byte[] sealed) throws BadEnvelopeException {
    try {
      byte[] body = Arrays.copyOfRange(sealed, Digest.SIZE_BYTES, sealed.length);
      if (!Digest.sha256(body).equals(new Digest(Arrays.copyOf(sealed, Digest.SIZE_BYTES)))) {
        throw new BadEnvelopeException("no envelope");
      }
      ByteReader in = new ByteReader(body);
      String sender = in.text(128);
      Stamp stamp = new Stamp(Incarnation.of(in.bytes(Incarnation.SIZE_BYTES)), 1);
      Opened opened =
          new Opened(sender, in.text(64), in.i64(), in.i32(), stamp, in.bytes(16 << 20));
      in.end();
      return opened;
    } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      throw new BadEnvelopeException("no envelope", e);
    }
  }
}
