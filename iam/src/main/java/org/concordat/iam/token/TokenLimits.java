package org.concordat.iam.token;

import java.time.Duration;

/**
 * What bounds a token and the keys that it is verified with.
 *
 * @param clockSkew how far the provider's clock may be off
 * @param life tokens that live longer are refused: it bounds how long a deny list is needed
 * @param keysLife how long keys are taken without asking the provider again
 * @param keysOutage how much longer, while the provider cannot be reached; then nothing is taken
 * @param keysPause least time between two questions for keys that are not known
 */
public record TokenLimits(
    Duration clockSkew, Duration life, Duration keysLife, Duration keysOutage, Duration keysPause) {
  /** Longest token that is looked at, in characters. */
  public static final int MAX_CHARS = 8192;

  public static final TokenLimits DEFAULT =
      new TokenLimits(
          Duration.ofSeconds(30),
          Duration.ofHours(1),
          Duration.ofMinutes(5),
          Duration.ofMinutes(30),
          Duration.ofSeconds(30));
}
