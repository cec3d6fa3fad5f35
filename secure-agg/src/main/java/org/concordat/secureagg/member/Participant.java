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
    requireCoordinator(sender, cohort.coordinator());
  }

  void requireCoordinator(String sender, String coordinator) throws Refusal {
    Refusal.require(
        sender.equals(coordinator),
        Reason.NOT_THE_COORDINATOR,
        sender,
        "only \"%s\" may send this",
        coordinator);
  }

  static byte[] number(long value) {
    return java.nio.ByteBuffer.allocate(Long.BYTES).putLong(value).array();
  }

  static long number(byte[] value) {
    return java.nio.ByteBuffer.wrap(value).getLong();
  }
}
