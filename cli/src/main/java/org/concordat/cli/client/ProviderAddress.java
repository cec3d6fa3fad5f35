package org.concordat.cli.client;

import java.net.URI;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a person or a service signs in: the section {@code oidc} of a client's file.
 *
 * @param issuer of the provider; its discovery document lies below it
 * @param clientId of this command at the provider: a public client with the device flow, or a
 *     service's own
 * @param scope what is asked for
 * @param serviceKey the file of a service's key, absolute; null: a person signs in
 */
public record ProviderAddress(
    URI issuer, String clientId, String scope, @Nullable Path serviceKey) {
  /** What a sign-in asks for where nothing else is said. */
  public static final String SCOPE = "openid";

  public ProviderAddress {
    requireSafe(issuer);
  }

  /**
   * Tokens travel over TLS, or stay on this machine.
   *
   * @throws IllegalArgumentException otherwise
   */
  static URI requireSafe(URI address) {
    boolean here =
        "http".equals(address.getScheme())
            && Set.of("127.0.0.1", "localhost", "[::1]")
                .contains(String.valueOf(address.getHost()));
    if (!here && !("https".equals(address.getScheme()) && address.getHost() != null)) {
      throw new IllegalArgumentException(
          "'" + address + "' is no address such as https://login.example/realms/hearts");
    }
    return address;
  }
}
