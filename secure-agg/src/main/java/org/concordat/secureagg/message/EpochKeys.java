package org.concordat.secureagg.message;

import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Incarnation;
import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;

/**
 * Step 1, Keys: a member's fresh public keys for one epoch number.
 *
 * @param epoch the number
 * @param cohortDigest binds roster, policy, members and parameters
 * @param incarnation of the store that made them, pinned by key set and manifest
 * @param x25519 32 bytes, RFC 7748
 * @param mlKem768 1,184 bytes, FIPS 203 encapsulation key
 */
public record EpochKeys(
    long epoch, Digest cohortDigest, Incarnation incarnation, Bytes x25519, Bytes mlKem768)
    implements SetupMessage {
  public static final String TYPE = "secagg.epoch-keys.v1";
  public static final int X25519_BYTES = 32;
  public static final int ML_KEM_BYTES = 1184;

  public EpochKeys {
    Wire.epoch(epoch);
    Wire.size(incarnation.bytes(), Incarnation.SIZE_BYTES);
    Wire.size(x25519, X25519_BYTES);
    Wire.size(mlKem768, ML_KEM_BYTES);
  }

  public static EpochKeys decode(byte[] payload) {
    return Wire.decode(TYPE, payload, EpochKeys::read);
  }

  private static EpochKeys read(ByteReader in) {
    return new EpochKeys(
        in.i64(),
        Wire.digest(in),
        Wire.incarnation(in),
        Wire.fixed(in, X25519_BYTES),
        Wire.fixed(in, ML_KEM_BYTES));
  }

  @Override
  public byte[] encode() {
    ByteWriter out = Wire.start(TYPE);
    out.i64(epoch).raw(cohortDigest.bytes()).raw(incarnation.bytes().toArray());
    out.raw(x25519.toArray()).raw(mlKem768.toArray());
    return out.toBytes();
  }

  @Override
  public String type() {
    return TYPE;
  }
}
