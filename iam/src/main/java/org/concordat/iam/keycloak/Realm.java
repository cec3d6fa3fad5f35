package org.concordat.iam.keycloak;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.concordat.certs.MemberId;
import org.concordat.iam.token.Provider;

/**
 * A realm that is kept in step.
 *
 * @param issuer of its tokens; the token endpoint lies below it
 * @param admin its administration interface; https, or http on this machine
 * @param clientId of this coordinator at the realm, with a service account
 * @param keyFile of that client ({@link org.concordat.iam.signin.ServiceKey})
 * @param pause between two looks
 * @param groups whether groups of members are made and marked
 * @param members whose; empty: every member's
 */
public record Realm(
    URI issuer,
    URI admin,
    String clientId,
    Path keyFile,
    Duration pause,
    boolean groups,
    Set<MemberId> members) {
  private static final Pattern ISSUER = Pattern.compile("(https?://.+)/realms/([^/]+)");

  /**
   * @throws IllegalArgumentException naming what is wrong
   */
  public Realm {
    members = Set.copyOf(members);
    for (URI address : new URI[] {issuer, admin}) {
      if (!Provider.isSafe(address)) {
        throw new IllegalArgumentException(
            "'" + address + "': a realm is reached over https; http is for this machine only");
      }
    }
  }

  /** Where Keycloak has the administration of the realm with this issuer, if it is one of its. */
  public static Optional<URI> usualAdmin(String issuer) {
    Matcher parts = ISSUER.matcher(issuer);
    return parts.matches()
        ? Optional.of(URI.create(parts.group(1) + "/admin/realms/" + parts.group(2)))
        : Optional.empty();
  }

  URI tokenEndpoint() {
    return URI.create(issuer + "/protocol/openid-connect/token");
  }
}
