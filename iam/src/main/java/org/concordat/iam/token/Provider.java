package org.concordat.iam.token;

import java.net.URI;
import java.util.Set;
import java.util.TreeSet;
import org.concordat.certs.MemberId;

/**
 * An OpenID Connect provider, and for whom it may speak.
 *
 * @param issuer as it stands in its tokens, character by character
 * @param audience what its tokens must be meant for
 * @param keys where it publishes its keys (JWKS); https, or http on this machine
 * @param algorithms of signatures; asymmetric ones only
 * @param members whose people it signs in; empty: any member's
 * @param bound whether its tokens must be bound to a key or a certificate
 */
public record Provider(
    String issuer,
    String audience,
    URI keys,
    Set<String> algorithms,
    Set<MemberId> members,
    ClaimNames claims,
    boolean bound) {
  /** Signature algorithms that a provider may be configured with; none of them shares a secret. */
  public static final Set<String> ALGORITHMS =
      Set.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512");

  /**
   * @throws IllegalArgumentException naming what is wrong
   */
  public Provider {
    algorithms = Set.copyOf(algorithms);
    members = Set.copyOf(members);
    if (algorithms.isEmpty() || !ALGORITHMS.containsAll(algorithms)) {
      throw new IllegalArgumentException(
          "algorithms " + algorithms + ": one or more of " + new TreeSet<>(ALGORITHMS));
    }
    if (!isSafe(keys)) {
      throw new IllegalArgumentException(
          "'" + keys + "': keys come over https; http is for this machine only");
    }
    if (claims.member() == null && members.size() != 1) {
      throw new IllegalArgumentException(
          "the provider of no claim for the member signs in the people of exactly one member");
    }
  }

  /** Whether what is fetched from there can be believed: https, or http on this machine. */
  public static boolean isSafe(URI address) {
    return "https".equals(address.getScheme()) && address.getHost() != null
        || "http".equals(address.getScheme()) && isThisMachine(String.valueOf(address.getHost()));
  }

  private static boolean isThisMachine(String host) {
    return Set.of("127.0.0.1", "localhost", "[::1]").contains(host);
  }
}
