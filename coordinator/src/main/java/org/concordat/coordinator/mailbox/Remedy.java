package org.concordat.coordinator.mailbox;

import java.util.Locale;
import org.concordat.auditlog.LogBrokenException;
import org.concordat.store.StoreTrouble;

/**
 * What an operator can do about a store or a log that cannot be written, by what was said of it.
 */
public final class Remedy {
  private Remedy() {}

  /** Cause and way out, in a sentence each. */
  public static String of(Throwable failure) {
    String said = StoreTrouble.said(failure);
    return said + ". Next: " + next(said.toLowerCase(Locale.ROOT));
  }

  /** The way out alone, which names no place but the home. */
  public static String wayOut(Throwable failure) {
    return failure instanceof LogBrokenException
        ? "start the coordinator again: its log has to be opened anew"
        : next(StoreTrouble.said(failure).toLowerCase(Locale.ROOT));
  }

  private static String next(String said) {
    if (said.contains("too many open files")) {
      return "raise the limit of open files of the coordinator's process ('ulimit -n', or"
          + " LimitNOFILE of its unit; 1024 serve 250 agents) and start it again";
    }
    if (said.contains("no space left") || said.contains("disk is full") || said.contains("quota")) {
      return "free space where the coordinator's home lies";
    }
    if (said.contains("read-only") || said.contains("readonly") || said.contains("denied")) {
      return "mend the permissions of the coordinator's home, or mount it writable";
    }
    return "free space or mend permissions where the coordinator's home lies; with PostgreSQL see"
        + " that it runs";
  }
}
