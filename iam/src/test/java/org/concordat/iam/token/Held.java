package org.concordat.iam.token;

import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.concordat.certs.MemberId;

/** Tokens that somebody holds, as a coordinator has taken them. */
public final class Held {
  private final Standing standing;
  private final String issuer;
  private final Clock clock;

  public Held(Standing standing, String issuer, Clock clock) {
    this.standing = standing;
    this.issuer = issuer;
    this.clock = clock;
  }

  public void add(String subject, String client) {
    isIn(subject, client);
  }

  public boolean isIn(String subject, String client) {
    return isIn(subject, client, clock.instant());
  }

  public boolean isIn(String subject, String client, Instant issued) {
    try {
      standing.require(
          new VerifiedToken(
              issuer,
              subject,
              Optional.empty(),
              Optional.empty(),
              new MemberId("lyon"),
              Optional.empty(),
              Set.of("operator"),
              Set.of(),
              Set.of(),
              Optional.of(client),
              Binding.NONE,
              issued,
              clock.instant().plusSeconds(300)));
      return true;
    } catch (TokenRefusedException refused) {
      return false;
    }
  }
}
