package org.concordat.coordinator.epoch;

import java.nio.ByteBuffer;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.message.EpochStart;
import org.concordat.secureagg.message.Manifest;

/**
 * An epoch that was certified, as the next one names it.
 *
 * @param number from 1
 * @param manifest digest of its manifest
 */
record CertifiedEpoch(long number, Digest manifest) {
  private static final int SIZE_BYTES = Long.BYTES + Digest.SIZE_BYTES;

  static CertifiedEpoch of(Manifest manifest) {
    return new CertifiedEpoch(manifest.epoch(), manifest.digest());
  }

  /** The start of an epoch after this one. */
  EpochStart next(long next, Cohort cohort) {
    return new EpochStart(next, cohort, number, manifest);
  }

  byte[] encode() {
    return ByteBuffer.allocate(SIZE_BYTES).putLong(number).put(manifest.bytes()).array();
  }

  /** What {@link #encode} made; a whole manifest is what stores have from before. */
  static CertifiedEpoch decode(byte[] stored) {
    if (stored.length != SIZE_BYTES) {
      return of(Manifest.decode(stored));
    }
    ByteBuffer in = ByteBuffer.wrap(stored);
    long number = in.getLong();
    byte[] digest = new byte[Digest.SIZE_BYTES];
    in.get(digest);
    return new CertifiedEpoch(number, new Digest(digest));
  }
}
