package org.concordat.simulation;

import java.util.Locale;

/**
 * A member goes, in the middle of jobs.
 *
 * @param forMillis how long one that is suspended is out; of the others nothing
 */
record Departure(String member, long atMillis, How how, long forMillis) {
  enum How {
    LEAVES("leaves"),
    REMOVED("is removed"),
    SUSPENDED("is suspended");

    private final String text;

    How(String text) {
      this.text = text;
    }
  }

  @Override
  public String toString() {
    String what = String.format(Locale.ROOT, "%6.1f s %s %s", atMillis / 1000.0, member, how.text);
    return how == How.SUSPENDED
        ? what + String.format(Locale.ROOT, " for %.1f s", forMillis / 1000.0)
        : what;
  }
}
