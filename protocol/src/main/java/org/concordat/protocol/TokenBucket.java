package org.concordat.protocol;

/** So many a second, and so many at once after a pause. Not thread-safe. */
public final class TokenBucket {
  private static final double NANOS = 1e9;

  private final double perSecond;
  private final double most;
  private double left;
  private long lastNanos;

  /**
   * Full.
   *
   * @param perSecond above zero
   * @param most what it holds, at least one
   * @param nowNanos of a clock that only goes forward
   */
  public TokenBucket(double perSecond, double most, long nowNanos) {
    if (!(perSecond > 0) || !(most >= 1)) {
      throw new IllegalArgumentException(
          "expected a rate above 0 and room for 1, not " + perSecond + " and " + most);
    }
    this.perSecond = perSecond;
    this.most = most;
    this.left = most;
    this.lastNanos = nowNanos;
  }

  /** Takes one; false where there is none. */
  public boolean take(long nowNanos) {
    fill(nowNanos);
    if (left < 1) {
      return false;
    }
    left--;
    return true;
  }

  /** Whether nothing would be lost with it: one that is made anew is the same. */
  public boolean isFull(long nowNanos) {
    fill(nowNanos);
    return left >= most;
  }

  private void fill(long nowNanos) {
    left = Math.min(most, left + Math.max(0, nowNanos - lastNanos) / NANOS * perSecond);
    lastNanos = nowNanos;
  }
}
