package org.concordat.secureagg.crypto;

import org.concordat.secureagg.Digest;
import org.concordat.secureagg.codec.ByteWriter;

/**
 * Hashes of secrets that a deposit commits to. All hide at least 256 random bits; each is bound to
 * its place.
 */
public final class Commitments {
  /** Which of a dealer's two secrets for a token. */
  public enum Secret {
    /** b: the self-mask seed. */
    SEED,
    /** K: the recovery key. */
    RECOVERY_KEY
  }

  private Commitments() {}

  /** Hash of b or K of a dealer. */
  public static Digest ofSecret(long epoch, int dealer, int token, Secret kind, byte[] secret) {
    return Digest.sha256(
        prefix("secagg.secret.v1", epoch, dealer, token, kind).bytes(secret).toBytes());
  }

  /** Hash of one plaintext share. */
  public static Digest ofShare(
      long epoch, int dealer, int recipient, int token, Secret kind, byte[] share) {
    return Digest.sha256(
        prefix("secagg.share.v1", epoch, dealer, token, kind)
            .u16(recipient)
            .bytes(share)
            .toBytes());
  }

  /** Associated data of W: it opens for one dealer's one token only. */
  public static byte[] recoveryPlace(long epoch, int dealer, int token) {
    return prefix("secagg.recovery.v1", epoch, dealer, token, Secret.RECOVERY_KEY).toBytes();
  }

  /** Associated data of a box. */
  public static byte[] boxPlace(long epoch, int dealer, int recipient) {
    return new ByteWriter().text("secagg.box.v1").i64(epoch).u16(dealer).u16(recipient).toBytes();
  }

  private static ByteWriter prefix(String label, long epoch, int dealer, int token, Secret kind) {
    return new ByteWriter().text(label).i64(epoch).u16(dealer).u16(token).u8(kind.ordinal());
  }
}
