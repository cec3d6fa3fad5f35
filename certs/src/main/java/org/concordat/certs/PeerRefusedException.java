package org.concordat.certs;

import java.security.cert.CertificateException;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Why a peer's certificates were refused; the handshake or call ends. */
public final class PeerRefusedException extends CertificateException {
  private static final long serialVersionUID = 1L;

  /** What was wrong, for counters and audit entries. */
  public enum Reason {
    CHAIN_LENGTH,
    CHAIN_INVALID,
    UNKNOWN_AUTHORITY,
    EXPIRED,
    NOT_YET_VALID,
    LEAF_PROFILE,
    NO_ENDPOINT_IDENTIFICATION,
    NOT_IN_ROSTER,
    REVOKED,
    SUSPENDED,
    CERTIFICATE_REVOKED,
    CRL_ENDED,
    ROLE_NOT_GRANTED,
    NOT_A_COORDINATOR
  }

  /** Of whoever was let in before, and is to hear why it is not any more. */
  public static final Set<Reason> ENDED =
      Collections.unmodifiableSet(
          EnumSet.of(
              Reason.REVOKED, Reason.SUSPENDED, Reason.CERTIFICATE_REVOKED, Reason.CRL_ENDED));

  private final Reason reason;

  PeerRefusedException(Reason reason, String problem) {
    this(reason, problem, null);
  }

  PeerRefusedException(Reason reason, String problem, @Nullable Throwable cause) {
    super("peer refused (" + reason + "): " + problem, cause);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
