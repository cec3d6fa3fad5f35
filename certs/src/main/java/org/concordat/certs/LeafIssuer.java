package org.concordat.certs;

import java.time.Clock;
import java.time.Duration;

/** Skeleton: the site issues its own TLS leaf. */
public final class LeafIssuer {
  public static final Duration DEFAULT_VALIDITY = Duration.ofHours(24);

  public LeafIssuer(
      ParticipantKeys keys, MemberChain chain, Role role, Duration validity, Clock clock) {
    throw new UnsupportedOperationException();
  }
}
