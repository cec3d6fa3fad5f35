package org.concordat.coordinator.access;

import org.concordat.iam.AccessDecision;

/** Writes access decisions to the audit log before the call goes on. */
public interface AccessRecorder {
  /**
   * A decision about a known caller. Repeated reads of one caller may be written once per
   * connection.
   */
  void decided(String method, AccessDecision decision);

  /**
   * A call of nobody known, or of a member whose person is not; floods may be counted into one
   * entry.
   */
  void unauthenticated(String method, String reason);
}
