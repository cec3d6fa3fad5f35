package org.concordat.coordinator.access;

import org.concordat.certs.Sha256;
import org.concordat.iam.AccessDecision;

/** Writes access decisions to the audit log before the call goes on. */
public interface AccessRecorder {
  /**
   * A decision about a known caller. Repeated reads of one caller may be written once per
   * connection.
   */
  void decided(String method, AccessDecision decision);

  /**
   * A call that is answered to somebody who is no caller any more: suspended, removed, or with a
   * certificate that has ended. Repeated reads may be written once per certificate.
   *
   * @param member that it is or was, or {@link TurnedAway#UNAUTHENTICATED}
   * @param certificate SHA-256 of the leaf certificate of the connection
   * @param why it is no caller
   */
  void former(String method, String member, Sha256 certificate, String why);

  /**
   * A call of nobody known, or of a member whose person is not; floods may be counted into one
   * entry.
   */
  void unauthenticated(String method, String reason);
}
