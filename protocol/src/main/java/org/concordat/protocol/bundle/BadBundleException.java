package org.concordat.protocol.bundle;

/** A bundle that is not taken; nothing of it was acted upon. */
public final class BadBundleException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Why not. */
  public enum Reason {
    /** It is no bundle at all. */
    NO_BUNDLE,
    /** Its end is missing: it was not copied whole. */
    INCOMPLETE,
    /** Its content is not what was signed. */
    ALTERED,
    /** Its header is not signed by whom it must be. */
    NOT_SIGNED,
    /** It is of another alliance. */
    FOREIGN,
    /** It is for somebody else. */
    OTHER_ADDRESSEE,
    /** This number was taken already. */
    REPLAYED,
    /** A later one was taken already. */
    OLDER,
    /** It is sealed to another key than this site's. */
    NOT_SEALED_TO_US,
    /** It is larger than is taken here. */
    TOO_LARGE
  }

  private final Reason reason;

  public BadBundleException(Reason reason, String message) {
    super(reason + ": " + message);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
