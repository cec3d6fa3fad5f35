package org.concordat.certs;

/** Why a certificate revocation list is not taken; what was known before stays. */
public final class CrlRefusedException extends CertsException {
  private static final long serialVersionUID = 1L;

  /** What was wrong, for counters and tests. */
  public enum Reason {
    /** Not one CRL and its issuer's certificate, or outside the profile. */
    MALFORMED,
    /** An extension that is not in the profile. */
    UNKNOWN_EXTENSION,
    /** It is about certificates of another issuer than the one that signed it. */
    INDIRECT,
    /** Only what is new since another list. */
    DELTA,
    /** Not signed by the authority that it names. */
    SIGNATURE,
    /** Signed by nobody who issues certificates in this alliance now. */
    NOT_AN_ISSUER,
    /** Its number is not above the one that is known. */
    OLDER,
    /** A revocation that is known is missing. */
    TAKEN_BACK,
    /** It revokes nothing more, and comes too soon, or of a suspended member. */
    NOTHING_NEW,
    /** Its nextUpdate is over. */
    ENDED,
    /** Its thisUpdate has not come yet. */
    NOT_YET_VALID
  }

  private final Reason reason;

  CrlRefusedException(Reason reason, String problem) {
    super("revocation list refused (" + reason + "): " + problem);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
