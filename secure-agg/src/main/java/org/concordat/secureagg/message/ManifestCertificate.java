package org.concordat.secureagg.message;

import java.util.List;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;

/**
 * A valid manifest: no token may be used before, the previous epoch retires when a member sees this
 * (to all).
 *
 * @param epoch the number
 * @param manifest the manifest's payload
 * @param signatures sealed {@link ManifestSignature}s of at least T participants
 */
public record ManifestCertificate(long epoch, Bytes manifest, List<Bytes> signatures)
    implements SetupMessage {
  public static final String TYPE = "secagg.manifest-certificate.v1";

  public ManifestCertificate {
    Wire.epoch(epoch);
    signatures = List.copyOf(signatures);
  }

  public static ManifestCertificate decode(byte[] payload) {
    return Wire.decode(TYPE, payload, ManifestCertificate::read);
  }

  private static ManifestCertificate read(ByteReader in) {
    return new ManifestCertificate(
        in.i64(), Wire.bytes(in, Limits.SEALED_MANIFEST_BYTES), Wire.sealed(in));
  }

  @Override
  public byte[] encode() {
    ByteWriter out = Wire.start(TYPE);
    out.i64(epoch).bytes(manifest.toArray());
    Wire.sealed(out, signatures);
    return out.toBytes();
  }

  @Override
  public String type() {
    return TYPE;
  }
}
