package org.concordat.secureagg.crypto;

import static org.concordat.secureagg.codec.MalformedMessageException.check;

import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.kernel.Shamir;
import org.concordat.secureagg.message.Limits;

/**
 * Where things stand in a deposit's sections; R = 64 tokens, P members present.
 *
 * <pre>
 * common     R × (hash of b, hash of K)
 * recovery   R × W, W = AEAD_K(u with each other present member, by index): 32 (P - 1) + 16 bytes
 * section    R × (hash of the share of b, of K), and but for the dealer's own section
 *            R × C_ij, then the box: AEAD(R × (share of b, share of K))
 * </pre>
 */
public final class DepositLayout {
  public static final int COMMON_BYTES = Limits.TOKENS * 2 * Digest.SIZE_BYTES;
  public static final int HASHES_BYTES = Limits.TOKENS * 2 * Digest.SIZE_BYTES;
  public static final int COMMITMENTS_BYTES = Limits.TOKENS * Digest.SIZE_BYTES;
  public static final int BOX_PLAIN_BYTES = Limits.TOKENS * 2 * Shamir.SHARE_BYTES;
  public static final int BOX_BYTES = BOX_PLAIN_BYTES + Aead.TAG_BYTES;

  private DepositLayout() {}

  /** Bytes of a section. */
  public static int sectionBytes(boolean own) {
    return own ? HASHES_BYTES : HASHES_BYTES + COMMITMENTS_BYTES + BOX_BYTES;
  }

  /** Bytes of one W. */
  public static int recordBytes(int present) {
    return 32 * (present - 1) + Aead.TAG_BYTES;
  }

  public static void checkSizes(Bytes common, Bytes section, boolean own) {
    check(common.size() == COMMON_BYTES, "a common section of %d bytes", common.size());
    check(section.size() == sectionBytes(own), "a deposit section of %d bytes", section.size());
  }

  /** Hash of b or K, in the common section. */
  public static Digest secretHash(Bytes common, int token, Commitments.Secret kind) {
    return digest(common, 2 * token + kind.ordinal(), 0);
  }

  /** Hash of a share, in its recipient's section. */
  public static Digest shareHash(Bytes section, int token, Commitments.Secret kind) {
    return digest(section, 2 * token + kind.ordinal(), 0);
  }

  /** C_ij, in the recipient's section. */
  public static Digest commitment(Bytes section, int token) {
    return digest(section, token, HASHES_BYTES);
  }

  public static byte[] box(Bytes section) {
    return section.slice(HASHES_BYTES + COMMITMENTS_BYTES, BOX_BYTES);
  }

  /** A share in an opened box. */
  public static byte[] share(Bytes opened, int token, Commitments.Secret kind) {
    return opened.slice((2 * token + kind.ordinal()) * Shamir.SHARE_BYTES, Shamir.SHARE_BYTES);
  }

  /** W of a token. */
  public static byte[] record(Bytes recovery, int token, int present) {
    return recovery.slice(token * recordBytes(present), recordBytes(present));
  }

  private static Digest digest(Bytes from, int position, int offset) {
    return new Digest(from.slice(offset + position * Digest.SIZE_BYTES, Digest.SIZE_BYTES));
  }
}
