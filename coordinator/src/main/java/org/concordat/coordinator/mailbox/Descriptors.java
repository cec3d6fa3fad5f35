package org.concordat.coordinator.mailbox;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Open files of this process against its limit. Where it is reached no connection is accepted, and
 * nothing can tell the caller why: so it is said before. On the mailbox thread.
 */
public final class Descriptors {
  private static final Logger LOG = LoggerFactory.getLogger(Descriptors.class);

  /** Of the limit. */
  private static final double MANY = 0.9;

  /** Jars, stores, uploads. */
  private static final int OWN = 256;

  private String said = "";

  /** Looks, and says in the log what is new. */
  public void look() {
    String now = warning().orElse("");
    if (!now.isEmpty() && said.isEmpty()) {
      LOG.error("{}", now);
    }
    said = now;
  }

  /** Says so where this process may not open as many files as there may be connections. */
  public static void requireRoom(long connections) {
    if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
      room(connections, system.getMaxFileDescriptorCount()).ifPresent(LOG::warn);
    }
  }

  static Optional<String> room(long connections, long limit) {
    return limit <= 0 || connections + OWN <= limit
        ? Optional.empty()
        : Optional.of(
            "limits.connections is %d, but this process may open %d files, of which it needs some %d itself. Next: raise the limit of open files ('ulimit -n', or LimitNOFILE of its unit), or lower limits.connections"
                .formatted(connections, limit, OWN));
  }

  /** What an operator should know; empty while there is room. */
  public static Optional<String> warning() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
        ? warning(system.getOpenFileDescriptorCount(), system.getMaxFileDescriptorCount())
        : Optional.empty();
  }

  static Optional<String> warning(long open, long limit) {
    return limit <= 0 || open < MANY * limit
        ? Optional.empty()
        : Optional.of(
            "%d of %d files are open, soon no agent can connect. Next: raise the limit of open files of the coordinator's process ('ulimit -n', or LimitNOFILE of its unit) and start it again"
                .formatted(open, limit));
  }
}
