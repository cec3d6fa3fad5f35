package org.concordat.store;

import java.io.UncheckedIOException;
import org.jdbi.v3.core.JdbiException;

/** Tells a store that cannot be read or written from everything else that can go wrong. */
public final class StoreTrouble {
  private StoreTrouble() {}

  public static boolean is(Throwable failure) {
    return failure instanceof StoreException
        || failure instanceof JdbiException
        || failure instanceof UncheckedIOException;
  }

  /** Lets the mailbox deal with a store that a worker could not read or write. */
  public static void rethrow(Exception failure) {
    if (is(failure)) {
      throw (RuntimeException) failure;
    }
  }

  /** The last cause's message: the others only say that something did not work. */
  public static String said(Throwable failure) {
    Throwable root = failure;
    while (is(root) && root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
  }
}
