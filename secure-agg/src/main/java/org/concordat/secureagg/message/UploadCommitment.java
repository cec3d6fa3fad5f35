package org.concordat.secureagg.message;

import static org.concordat.secureagg.codec.MalformedMessageException.check;

import org.concordat.secureagg.Digest;
import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;

/**
 * The Merkle root of the y that a member uploads for a token, once ever.
 *
 * @param ref the token and task
 * @param root {@link org.concordat.secureagg.kernel.MerkleRoot} over leaves of 4,096 elements of
 *     the packed wire vector
 * @param wireBytes length of the packed wire vector
 */
public record UploadCommitment(TokenRef ref, Digest root, long wireBytes) implements TokenMessage {
  public static final String TYPE = "secagg.upload-commitment.v1";

  public UploadCommitment {
    check(wireBytes > 0, "%d wire bytes", wireBytes);
  }

  public static UploadCommitment decode(byte[] payload) {
    return Wire.decode(TYPE, payload, UploadCommitment::read);
  }

  private static UploadCommitment read(ByteReader in) {
    return new UploadCommitment(TokenRef.read(in), Wire.digest(in), in.i64());
  }

  @Override
  public byte[] encode() {
    ByteWriter out = Wire.start(TYPE);
    ref.write(out);
    out.raw(root.bytes()).i64(wireBytes);
    return out.toBytes();
  }

  @Override
  public String type() {
    return TYPE;
  }
}
