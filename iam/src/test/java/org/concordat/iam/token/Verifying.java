package org.concordat.iam.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.concordat.certs.Sha256;
import org.concordat.iam.signin.ProofKey;
import org.concordat.iam.token.TokenRefusedException.Reason;
import org.concordat.testkit.Keycloak;
import org.jspecify.annotations.Nullable;

/** A coordinator's view of tokens of the real Keycloak. */
public final class Verifying {
  public static final String COORDINATOR = "coordinator.eu.hospitals.example";
  public static final String CALL = "concordat.v1.Operations/Status";
  static final Sha256 CERTIFICATE = Sha256.of(new byte[] {1});

  /** Short, so that their ends can be waited for. */
  static final TokenLimits LIMITS =
      new TokenLimits(
          Duration.ofSeconds(5),
          Duration.ofHours(1),
          Duration.ofSeconds(1),
          Duration.ofSeconds(2),
          Duration.ofMillis(1));

  private final Keycloak keycloak;
  private final Clock clock;
  String audience = "concordat";
  boolean bound;
  @Nullable Path denyFile;
  @Nullable URI keys;
  TokenLimits limits = LIMITS;
  public Standing standing;

  public Verifying(Keycloak keycloak, Clock clock) {
    this.keycloak = keycloak;
    this.clock = clock;
    this.standing = new Standing(Set.of(keycloak.issuer()), clock);
  }

  public Tokens tokens() {
    Provider provider =
        new Provider(
            keycloak.issuer(),
            audience,
            keys == null ? keycloak.keys() : keys,
            Set.of("RS256"),
            Set.of(),
            new ClaimNames("member", "realm_access.roles", "jurisdiction", null, null),
            bound);
    return new Tokens(
        List.of(provider),
        limits,
        new DenyList(denyFile),
        standing,
        new Proofs(COORDINATOR, ProofLimits.DEFAULT, clock),
        clock);
  }

  /** What the answer of a token endpoint gives, or fails with all of it. */
  public static String access(Map<String, Object> reply) {
    assertThat(reply).containsKey("access_token");
    return (String) reply.get("access_token");
  }

  public static Presented bearer(String token) {
    return new Presented(Optional.of("Bearer " + token), List.of(), CALL);
  }

  /** With a fresh proof for the call. */
  public static Presented proved(String token, ProofKey key) {
    return proved(
        token,
        key.proof(
            "POST",
            Proofs.address(COORDINATOR, CALL),
            Optional.of(token),
            Optional.empty(),
            Clock.systemUTC()));
  }

  public static Presented proved(String token, String proof) {
    return new Presented(Optional.of("DPoP " + token), List.of(proof), CALL);
  }

  public static VerifiedToken take(Tokens tokens, Presented presented)
      throws TokenRefusedException {
    return tokens.take(presented, CERTIFICATE);
  }

  public static Reason refused(Tokens by, Presented presented) {
    TokenRefusedException refused =
        catchThrowableOfType(TokenRefusedException.class, () -> by.take(presented, CERTIFICATE));
    assertThat(refused).as("refused").isNotNull();
    return refused.reason();
  }
}
