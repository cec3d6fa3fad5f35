package org.concordat.secureagg.message;

import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;

/**
 * A member whose store is new asks all others what they know of it (member to members, through the
 * coordinator); which store asks stands in the envelope.
 *
 * @param rosterDigest the roster that the member has pinned
 * @param nonce 32 random bytes: no older answer fits
 */
public record StoreQuery(Digest rosterDigest, Bytes nonce) implements Message {
  public static final String TYPE = "secagg.store-query.v1";
  public static final int NONCE_BYTES = 32;

  public StoreQuery {
    Wire.size(nonce, NONCE_BYTES);
  }

  public static StoreQuery decode(byte[] payload) {
    return Wire.decode(TYPE, payload, StoreQuery::read);
  }

  private static StoreQuery read(ByteReader in) {
    return new StoreQuery(Wire.digest(in), Wire.fixed(in, NONCE_BYTES));
  }

  @Override
  public byte[] encode() {
    ByteWriter out = Wire.start(TYPE);
    return out.raw(rosterDigest.bytes()).raw(nonce.toArray()).toBytes();
  }

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public long envelopeRound() {
    return 0;
  }

  @Override
  public int envelopeAttempt() {
    return 0;
  }
}
