package org.concordat.secureagg.crypto;

import java.nio.ByteBuffer;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.crypto.Commitments.Secret;
import org.concordat.secureagg.message.Complaint.Grievance;
import org.concordat.secureagg.message.Limits;

/**
 * What only a pair can check of a deposit ("Epoch" step 4): C_ij = C_ji, the box opens, every share
 * fits its hash. The recipient runs it with its own pair key, a judge with the one that follows
 * from opened keys; both get the same answer.
 */
public final class DepositCheck {
  private static final long FIELD_P = (1L << 61) - 1;

  private final long epoch;
  private final int dealer;
  private final int recipient;
  private final byte[] pairKey;
  private final Bytes section;

  private DepositCheck(long epoch, int dealer, int recipient, byte[] pairKey, Bytes section) {
    this.epoch = epoch;
    this.dealer = dealer;
    this.recipient = recipient;
    this.pairKey = pairKey;
    this.section = section;
  }

  /**
   * Opens the recipient's section.
   *
   * @param pairKey PRK of the two
   * @param section of the size that {@link DepositLayout} gives
   * @return the box's content: the shares
   * @throws DepositFaultException the first thing that is wrong
   */
  public static Bytes open(long epoch, int dealer, int recipient, byte[] pairKey, Bytes section)
      throws DepositFaultException {
    DepositCheck check = new DepositCheck(epoch, dealer, recipient, pairKey, section);
    check.commitments();
    Bytes opened = check.box();
    check.shares(opened);
    return opened;
  }

  private void commitments() throws DepositFaultException {
    for (int token = 0; token < Limits.TOKENS; token++) {
      byte[] due = Derivation.commitment(Derivation.pairSecret(pairKey, token));
      if (!DepositLayout.commitment(section, token).equals(new Digest(due))) {
        throw new DepositFaultException(
            Grievance.COMMITMENT_MISMATCH,
            "the commitment to the pair secret of token %d of epoch %d is another"
                .formatted(token, epoch));
      }
    }
  }

  private Bytes box() throws DepositFaultException {
    byte[] key = Derivation.boxKey(pairKey, dealer, recipient);
    byte[] place = Commitments.boxPlace(epoch, dealer, recipient);
    try {
      return Bytes.of(Aead.open(key, DepositLayout.box(section), place));
    } catch (BadCiphertextException e) {
      throw new DepositFaultException(Grievance.BAD_BOX, e.getMessage() + "");
    }
  }

  private void shares(Bytes opened) throws DepositFaultException {
    for (int token = 0; token < Limits.TOKENS; token++) {
      for (Secret kind : Secret.values()) {
        byte[] share = DepositLayout.share(opened, token, kind);
        Digest hash = Commitments.ofShare(epoch, dealer, recipient, token, kind, share);
        if (!isInField(share) || !hash.equals(DepositLayout.shareHash(section, token, kind))) {
          throw new DepositFaultException(
              Grievance.BAD_SHARE,
              "the share of %s for token %d does not fit its hash".formatted(kind, token));
        }
      }
    }
  }

  /** Shares over F_p, p = 2^61 - 1; larger words combine to nothing. */
  private static boolean isInField(byte[] share) {
    ByteBuffer words = ByteBuffer.wrap(share);
    boolean fits = true;
    while (words.hasRemaining()) {
      long word = words.getLong();
      fits &= word >= 0 && word < FIELD_P;
    }
    return fits;
  }
}
