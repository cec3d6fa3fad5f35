package org.concordat.jurisdictions.analysis;

/** Counts comparisons looked at, and stops where they are too many. */
final class Work {
  private final Limits limits;
  private long done;

  Work(Limits limits) {
    this.limits = limits;
  }

  /**
   * Counts some more.
   *
   * @throws TooLargeException where the limit is passed
   */
  void add(long comparisons) {
    done += comparisons;
    if (done > limits.comparisons()) {
      throw new TooLargeException(
          "more than " + limits.comparisons() + " comparisons would have to be looked at");
    }
  }

  long done() {
    return done;
  }
}
