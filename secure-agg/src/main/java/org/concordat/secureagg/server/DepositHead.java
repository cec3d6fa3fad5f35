package org.concordat.secureagg.server;

import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.message.Parcel;

/**
 * The part of a deposit that stays with a certified epoch.
 *
 * @param sealedHeader the sealed {@link org.concordat.secureagg.message.SectionHeader}
 * @param common hashes of b and K for 64 tokens
 */
record DepositHead(Bytes sealedHeader, Bytes common) {
  static DepositHead of(Parcel parcel) {
    return new DepositHead(parcel.sealedHeader(), parcel.common());
  }
}
