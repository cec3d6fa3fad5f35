package org.concordat.secureagg.message;

import java.util.List;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;

/**
 * Whose uploads are complete and verified: U3, each with the root it signed (coordinator to U3).
 *
 * @param ref the token and task
 * @param uploads sorted by index
 */
public record Survivors(TokenRef ref, List<Upload> uploads) implements TokenMessage {
  public static final String TYPE = "secagg.survivors.v1";

  public Survivors {
    uploads = List.copyOf(uploads);
    Wire.checkIndices(uploads.stream().map(Upload::index).toList());
  }

  public static Survivors decode(byte[] payload) {
    return Wire.decode(TYPE, payload, Survivors::read);
  }

  private static Survivors read(ByteReader in) {
    return new Survivors(TokenRef.read(in), in.list(Limits.MEMBERS, Upload::read));
  }

  @Override
  public byte[] encode() {
    ByteWriter out = Wire.start(TYPE);
    ref.write(out);
    out.list(uploads, (w, u) -> u.write(w));
    return out.toBytes();
  }

  @Override
  public String type() {
    return TYPE;
  }

  /** A survivor's index and the root of its y. */
  public record Upload(int index, Digest root) {
    public Upload {
      Wire.index(index);
    }

    void write(ByteWriter out) {
      out.u16(index).raw(root.bytes());
    }

    static Upload read(ByteReader in) {
      return new Upload(in.u16(), Wire.digest(in));
    }
  }

  /** Indices of U3, sorted. */
  public List<Integer> indices() {
    return uploads.stream().map(Upload::index).toList();
  }
}
