package org.concordat.simulation;

/**
 * A member goes, in the middle of jobs.
 *
 * @param byItself whether it leaves, or all others remove it
 */
record Departure(String member, long atMillis, boolean byItself) {
  @Override
  public String toString() {
    return String.format(
        "%6.1f s %s %s", atMillis / 1000.0, member, byItself ? "leaves" : "is removed");
  }
}
