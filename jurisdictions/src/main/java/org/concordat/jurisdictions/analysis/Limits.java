package org.concordat.jurisdictions.analysis;

/**
 * How far an analysis goes before it says "undecided".
 *
 * @param comparisons how many comparisons of facts it looks at; a hundred million take some seconds
 */
public record Limits(long comparisons) {
  /** Enough for policies as people write them. */
  public static final Limits USUAL = new Limits(100_000_000);

  /** For remarks on the way to something else: a second or two. */
  public static final Limits QUICK = new Limits(20_000_000);

  public Limits {
    if (comparisons < 1) {
      throw new IllegalArgumentException(
          "the limit of comparisons is " + comparisons + ": expected at least 1");
    }
  }
}
