package org.concordat.secureagg.kernel;

/** The weights of a sum add up to nothing, so that it has no mean: the round must be aborted. */
public final class NoWeightException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  public NoWeightException(int weightWord) {
    super(
        "The sum's weight coordinate is " + weightWord + ", so there is no mean: abort the round.");
  }
}
