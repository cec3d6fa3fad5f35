package org.concordat.secureagg.message;

import java.util.List;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;

/**
 * The survivor set with T signatures of members in it (coordinator to all participants).
 *
 * @param ref the token and task
 * @param survivors the payload of the {@link Survivors}
 * @param signatures sealed {@link SurvivorSignature}s
 * @param commitments every survivor's own sealed {@link UploadCommitment}, in the order of the set
 */
public record Certificate(
    TokenRef ref, Bytes survivors, List<Bytes> signatures, List<Bytes> commitments)
    implements TokenMessage {
  public static final String TYPE = "secagg.certificate.v1";

  public Certificate {
    signatures = List.copyOf(signatures);
    commitments = List.copyOf(commitments);
  }

  public static Certificate decode(byte[] payload) {
    return Wire.decode(TYPE, payload, Certificate::read);
  }

  private static Certificate read(ByteReader in) {
    return new Certificate(
        TokenRef.read(in), Wire.bytes(in, Limits.SEALED_BYTES), Wire.sealed(in), Wire.sealed(in));
  }

  @Override
  public byte[] encode() {
    ByteWriter out = Wire.start(TYPE);
    ref.write(out);
    out.bytes(survivors.toArray());
    Wire.sealed(out, signatures);
    Wire.sealed(out, commitments);
    return out.toBytes();
  }

  @Override
  public String type() {
    return TYPE;
  }
}
