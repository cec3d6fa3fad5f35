package org.concordat.secureagg.server;

import static org.concordat.secureagg.codec.MalformedMessageException.check;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.crypto.Commitments.Secret;
import org.concordat.secureagg.crypto.DepositLayout;
import org.concordat.secureagg.message.Limits;
import org.concordat.secureagg.message.Parcel;

/**
 * What one token's round checks reveals with: of every participant's deposit this token's W, and
 * for each present member the hashes of its two shares and C_ij (zeros towards itself).
 *
 * <pre>
 * participants × (W, present × (hash of the share of b, of K, C_ij))
 * </pre>
 */
final class TokenPage {
  private static final int RECIPIENT_BYTES = 3 * Digest.SIZE_BYTES;

  private final int[] dealerAt = new int[Limits.MEMBERS];
  private final int[] recipientAt = new int[Limits.MEMBERS];
  private final int recordBytes;
  private final byte[] bytes;

  /**
   * @throws org.concordat.secureagg.codec.MalformedMessageException if the bytes are not of that
   *     size
   */
  TokenPage(List<Integer> participants, List<Integer> present, byte[] bytes) {
    this.recordBytes = DepositLayout.recordBytes(present.size());
    this.bytes = bytes;
    int dealerBytes = recordBytes + present.size() * RECIPIENT_BYTES;
    check(
        bytes.length == participants.size() * dealerBytes,
        "a token's page of %d bytes, %d due",
        bytes.length,
        participants.size() * dealerBytes);
    Arrays.fill(dealerAt, -1);
    Arrays.fill(recipientAt, -1);
    for (int i = 0; i < participants.size(); i++) {
      dealerAt[participants.get(i)] = i * dealerBytes;
    }
    for (int i = 0; i < present.size(); i++) {
      recipientAt[present.get(i)] = recordBytes + i * RECIPIENT_BYTES;
    }
  }

  static byte[] encode(
      List<Integer> participants, List<Integer> present, Map<Integer, Parcel> deposits, int token) {
    int recordBytes = DepositLayout.recordBytes(present.size());
    int dealerBytes = recordBytes + present.size() * RECIPIENT_BYTES;
    byte[] page = new byte[participants.size() * dealerBytes];
    int at = 0;
    for (int dealer : participants) {
      Parcel parcel = Objects.requireNonNull(deposits.get(dealer));
      put(page, at, DepositLayout.record(parcel.recovery(), token, present.size()));
      at += recordBytes;
      for (int recipient : present) {
        Bytes section = parcel.sections().get(recipient);
        put(page, at, DepositLayout.shareHash(section, token, Secret.SEED).bytes());
        put(page, at + 32, DepositLayout.shareHash(section, token, Secret.RECOVERY_KEY).bytes());
        if (recipient != dealer) {
          put(page, at + 64, DepositLayout.commitment(section, token).bytes());
        }
        at += RECIPIENT_BYTES;
      }
    }
    return page;
  }

  private static void put(byte[] page, int at, byte[] value) {
    System.arraycopy(value, 0, page, at, value.length);
  }

  /** W of a participant. */
  byte[] recovery(int dealer) {
    int at = known(dealerAt[dealer], dealer);
    return Arrays.copyOfRange(bytes, at, at + recordBytes);
  }

  Digest shareHash(int dealer, int recipient, Secret kind) {
    return digest(dealer, recipient, kind == Secret.SEED ? 0 : 1);
  }

  /** C_ij of two different members. */
  Digest commitment(int dealer, int recipient) {
    return digest(dealer, recipient, 2);
  }

  private Digest digest(int dealer, int recipient, int position) {
    int at =
        known(dealerAt[dealer], dealer)
            + known(recipientAt[recipient], recipient)
            + position * Digest.SIZE_BYTES;
    return new Digest(Arrays.copyOfRange(bytes, at, at + Digest.SIZE_BYTES));
  }

  private static int known(int at, int member) {
    if (at < 0) {
      throw new IllegalArgumentException("member " + member + " has no part in the deposits");
    }
    return at;
  }
}
