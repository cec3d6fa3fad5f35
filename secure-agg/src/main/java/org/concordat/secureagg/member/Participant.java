package org.concordat.secureagg.member;

import java.security.SecureRandom;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Refusal.Reason;

/** Who a member is: id, signatures, randomness; with the checks that every handler begins with. */
record Participant(String self, Notary notary, SecureRandom random) {
  /** Only the cohort's coordinator is obeyed. */
  void requireCoordinator(String sender, Cohort cohort) throws Refusal {
    if (!sender.equals(cohort.coordinator())) {
      throw new Refusal(
          Reason.NOT_THE_COORDINATOR,
          sender,
          "only \"" + cohort.coordinator() + "\" may send this");
    }
  }

  static byte[] number(long value) {
    return java.nio.ByteBuffer.allocate(Long.BYTES).putLong(value).array();
  }

  static long number(byte[] value) {
    return java.nio.ByteBuffer.wrap(value).getLong();
  }
}
