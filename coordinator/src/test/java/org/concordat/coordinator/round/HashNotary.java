package org.concordat.coordinator.round;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.concordat.secureagg.BadEnvelopeException;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Incarnation;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.Stamp;
import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;

/**
 * Stands in for signatures with a hash over the sender's name; two seals of one payload differ, as
 * real envelopes do. {@code secure-agg} has a notary of its own for its tests, which signs: tests
 * of one module are no library of another's, since what builds the archive compiles no tests.
 */
public record HashNotary(String self) implements Notary {
  private static final AtomicLong SEQUENCE = new AtomicLong();

  /** Of the store that a member of these tests was founded with. */
  public static Incarnation store(String name) {
    byte[] hash = Digest.sha256(name.getBytes(StandardCharsets.UTF_8)).bytes();
    return Incarnation.of(Arrays.copyOf(hash, Incarnation.SIZE_BYTES));
  }

  @Override
  public byte[] seal(String type, long round, int attempt, byte[] payload) {
    return seal(type, round, attempt, new Stamp(store(self), 0), payload);
  }

  @Override
  public byte[] seal(String type, long round, int attempt, Stamp stamp, byte[] payload) {
    byte[] body =
        new ByteWriter()
            .text(self)
            .i64(SEQUENCE.incrementAndGet())
            .bytes(stamp.incarnation().bytes().toArray())
            .i64(stamp.counter())
            .text(type)
            .i64(round)
            .i32(attempt)
            .bytes(payload)
            .toBytes();
    return new ByteWriter().raw(tag(self, body)).raw(body).toBytes();
  }

  @Override
  public Opened open(byte[] sealed) throws BadEnvelopeException {
    try {
      byte[] body = Arrays.copyOfRange(sealed, Digest.SIZE_BYTES, sealed.length);
      ByteReader in = new ByteReader(body);
      String sender = in.text(128);
      in.i64();
      Stamp stamp = new Stamp(Incarnation.of(in.bytes(Incarnation.SIZE_BYTES)), in.i64());
      Opened opened =
          new Opened(sender, in.text(64), in.i64(), in.i32(), stamp, in.bytes(16 << 20));
      in.end();
      if (!Arrays.equals(tag(sender, body), Arrays.copyOf(sealed, Digest.SIZE_BYTES))) {
        throw new BadEnvelopeException("the signature is not that of " + sender);
      }
      return opened;
    } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException malformed) {
      throw new BadEnvelopeException("no envelope", malformed);
    }
  }

  private static byte[] tag(String sender, byte[] body) {
    byte[] name = sender.getBytes(StandardCharsets.UTF_8);
    return Digest.sha256(new ByteWriter().bytes(name).raw(body).toBytes()).bytes();
  }
}
