package org.concordat.secureagg.step;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Refusal.Reason;

/** Who a member is: id, signatures, randomness; with the checks that every handler begins with. */
public record Participant(String self, Notary notary, SecureRandom random) {
  /** Only the cohort's coordinator is obeyed. */
  public void requireCoordinator(String sender, Cohort cohort) throws Refusal {
    requireCoordinator(sender, cohort.coordinator());
  }

  public void requireCoordinator(String sender, String coordinator) throws Refusal {
    Refusal.require(
        sender.equals(coordinator),
        Reason.NOT_THE_COORDINATOR,
        sender,
        "only \"%s\" may send this",
        coordinator);
  }

  public static byte[] number(long value) {
    return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
  }

  public static long number(byte[] value) {
    return ByteBuffer.wrap(value).getLong();
  }
}
