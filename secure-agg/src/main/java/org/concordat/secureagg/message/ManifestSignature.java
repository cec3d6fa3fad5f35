package org.concordat.secureagg.message;

import org.concordat.secureagg.Digest;
import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;

/**
 * Step 4: signed only after private keys, pair keys and box keys are durably erased.
 *
 * @param epoch the number
 * @param manifestDigest what is signed
 */
public record ManifestSignature(long epoch, Digest manifestDigest) implements SetupMessage {
  public static final String TYPE = "secagg.manifest-signature.v1";

  public ManifestSignature {
    Wire.epoch(epoch);
  }

  public static ManifestSignature decode(byte[] payload) {
    return Wire.decode(TYPE, payload, ManifestSignature::read);
  }

  private static ManifestSignature read(ByteReader in) {
    return new ManifestSignature(in.i64(), Wire.digest(in));
  }

  @Override
  public byte[] encode() {
    ByteWriter out = Wire.start(TYPE);
    out.i64(epoch).raw(manifestDigest.bytes());
    return out.toBytes();
  }

  @Override
  public String type() {
    return TYPE;
  }
}
