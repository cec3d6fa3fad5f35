package org.concordat.certs;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Offers the leaf in use for every elliptic-curve handshake, renewed where it is due, and still
 * finds the few before it. The peer's list of acceptable issuers is ignored: there is one alliance
 * and one leaf.
 */
final class RotatingKeyManager extends X509ExtendedKeyManager {
  private final TlsIdentity identity;

  RotatingKeyManager(TlsIdentity identity) {
    this.identity = identity;
  }

  @Override
  public @Nullable String chooseEngineClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    return choose(keyTypes);
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    return choose(keyType);
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return choose(keyTypes);
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return choose(keyType);
  }

  @Override
  public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    return aliases(keyType);
  }

  @Override
  public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    return aliases(keyType);
  }

  @Override
  public X509Certificate @Nullable [] getCertificateChain(String alias) {
    return identity
        .find(alias)
        .map(generation -> generation.leaf().chain().toArray(X509Certificate[]::new))
        .orElse(null);
  }

  @Override
  public @Nullable PrivateKey getPrivateKey(String alias) {
    return identity
        .find(alias)
        .map(generation -> generation.leaf().keys().getPrivate())
        .orElse(null);
  }

  private @Nullable String choose(String... keyTypes) {
    for (String keyType : keyTypes) {
      // "EC" in TLS 1.3 and BoringSSL, "EC_EC" in older names of the JDK.
      if (keyType.startsWith("EC")) {
        return identity.forHandshake().alias();
      }
    }
    return null;
  }

  private String @Nullable [] aliases(String keyType) {
    String alias = choose(keyType);
    return alias == null ? null : new String[] {alias};
  }
}
