package org.concordat.secureagg.cohorts;

import static org.concordat.secureagg.codec.MalformedMessageException.check;

import org.concordat.secureagg.Digest;
import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;

/**
 * What a member signs in a draw; the envelope's round is the draw's number.
 *
 * @param rosterDigest the roster whose members are assigned
 * @param value the commitment, or the 32 bytes committed to
 */
record DrawStatement(Digest rosterDigest, Digest value) {
  static final String COMMIT = "secagg.draw-commit.v1";
  static final String REVEAL = "secagg.draw-reveal.v1";

  byte[] encode() {
    return new ByteWriter().raw(rosterDigest.bytes()).raw(value.bytes()).toBytes();
  }

  static DrawStatement decode(String type, byte[] payload) {
    check(
        type.equals(COMMIT) || type.equals(REVEAL),
        "a \"%s\" where a draw's statement is due",
        type);
    ByteReader in = new ByteReader(payload);
    DrawStatement statement =
        new DrawStatement(
            new Digest(in.raw(Digest.SIZE_BYTES)), new Digest(in.raw(Digest.SIZE_BYTES)));
    in.end();
    return statement;
  }
}
