package org.concordat.secureagg.server;

import org.concordat.secureagg.message.Parcel;

/**
 * Where the deposits of a certified epoch are, once {@link EpochServer#pagedOut} has let go of
 * them. Both calls give the same at any time.
 */
public interface Deposits {
  /** What {@link EpochServer#page} gave for this token: 0.5 MB at n = 64, 8.4 MB at 256. */
  byte[] page(int token);

  /**
   * A dealer's deposit as it was accepted, 3.5 MB at n = 256: asked for when evidence or the record
   * of a dropped member is made.
   *
   * @param dealer its index
   */
  Parcel parcel(int dealer);
}
