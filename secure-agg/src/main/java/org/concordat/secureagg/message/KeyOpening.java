package org.concordat.secureagg.message;

import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;

/**
 * One of a pair opens its private keys of an epoch number that it has signed no manifest of, and
 * never will. Durable before it is sent. No token of the number was used, so that nothing is lost.
 *
 * @param epoch the number
 * @param complaint digest of the {@link Complaint}
 * @param privateKeys the X25519 scalar (32 bytes) and the ML-KEM-768 seed d ‖ z (64 bytes)
 * @param encapsulation the lower's sealed encapsulation header, as the opener sent or received it:
 *     a second one is the lower's lie
 */
public record KeyOpening(long epoch, Digest complaint, Bytes privateKeys, Bytes encapsulation)
    implements EpochMessage {
  public static final String TYPE = "secagg.key-opening.v1";
  public static final int PRIVATE_BYTES = 96;

  public KeyOpening {
    Wire.epoch(epoch);
    Wire.size(privateKeys, PRIVATE_BYTES);
  }

  public static KeyOpening decode(byte[] payload) {
    return Wire.decode(TYPE, payload, KeyOpening::read);
  }

  private static KeyOpening read(ByteReader in) {
    return new KeyOpening(
        in.i64(),
        Wire.digest(in),
        Wire.fixed(in, PRIVATE_BYTES),
        Wire.bytes(in, Limits.SEALED_BYTES));
  }

  @Override
  public byte[] encode() {
    ByteWriter out = Wire.start(TYPE);
    out.i64(epoch).raw(complaint.bytes()).raw(privateKeys.toArray());
    out.bytes(encapsulation.toArray());
    return out.toBytes();
  }

  @Override
  public String type() {
    return TYPE;
  }
}
