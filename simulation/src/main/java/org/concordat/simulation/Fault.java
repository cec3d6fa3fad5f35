package org.concordat.simulation;

/**
 * Something that goes wrong once.
 *
 * @param atMillis when it begins
 * @param forMillis how long it lasts, or until a killed process is started again
 * @param writes of a kill: how many more writes to the disk are done, or {@link #NOW}
 * @param before of a kill at a write: whether that write is lost
 */
record Fault(Kind kind, String node, long atMillis, long forMillis, int writes, boolean before) {
  /** A kill that waits for no write. */
  static final int NOW = -1;

  /** What it is. */
  enum Kind {
    /** The process ends, and is started again. */
    KILL,
    /** The same of an agent, whose store is empty then. */
    LOSE_DISK,
    /** An agent and the coordinator do not reach each other. */
    CUT_OFF,
    /** Connections break, once. */
    BREAK,
    /** Nothing can be stored. */
    DISK_FULL,
    /** The clock is off by a hundred times as long, forwards or backwards. */
    CLOCK,
    /** An agent ends and is never started again. */
    GONE
  }

  @Override
  public String toString() {
    return String.format(
        "%6.1f s %s %s%s",
        atMillis / 1000.0,
        kind,
        node,
        kind == Kind.KILL
            ? (writes < 0 ? "" : " at write " + writes + (before ? " before" : " after"))
                + ", back after "
                + forMillis
                + " ms"
            : kind == Kind.BREAK ? "" : " for " + forMillis + " ms");
  }
}
