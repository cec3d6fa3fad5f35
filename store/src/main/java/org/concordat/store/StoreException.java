package org.concordat.store;

/** The store cannot do what was asked; the message names the store, the reason and the way out. */
public class StoreException extends RuntimeException {
  public StoreException(String message) {
    super(message);
  }

  public StoreException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Another process has the store open. */
  public static final class InUse extends StoreException {
    InUse(String store) {
      super(
          store
              + " is in use by another process: stop it, or give this one a directory of its own");
    }
  }

  /** The store was written by a newer program. */
  public static final class TooNew extends StoreException {
    TooNew(String store, String theirs, String ours) {
      super(
          store
              + " has schema version "
              + theirs
              + ", this program knows up to "
              + ours
              + ": upgrade the program");
    }
  }

  /** Someone else appended to the stream first. */
  public static final class Conflict extends StoreException {
    public Conflict(String stream, long expected, long found) {
      super("stream " + stream + " is at version " + found + ", expected " + expected);
    }
  }

  /** What lies on the disk is not what was written, or is not for whoever opens it. */
  public static final class Altered extends StoreException {
    private static final long serialVersionUID = 1L;

    public Altered(String message) {
      super(message);
    }

    public Altered(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
