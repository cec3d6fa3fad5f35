package org.concordat.secureagg.message;

import java.util.List;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;

/**
 * The keys of everyone present, as their owners signed them (coordinator to all present).
 *
 * @param epoch the number
 * @param sealedKeys sealed {@link EpochKeys}, by index of the sender
 */
public record KeySet(long epoch, List<Bytes> sealedKeys) implements SetupMessage {
  public static final String TYPE = "secagg.key-set.v1";

  public KeySet {
    Wire.epoch(epoch);
    sealedKeys = List.copyOf(sealedKeys);
  }

  public static KeySet decode(byte[] payload) {
    return Wire.decode(TYPE, payload, KeySet::read);
  }

  private static KeySet read(ByteReader in) {
    return new KeySet(in.i64(), Wire.sealed(in));
  }

  @Override
  public byte[] encode() {
    ByteWriter out = Wire.start(TYPE);
    out.i64(epoch);
    Wire.sealed(out, sealedKeys);
    return out.toBytes();
  }

  @Override
  public String type() {
    return TYPE;
  }
}
