package org.concordat.iam.token;

import com.nimbusds.jwt.JWTClaimsSet;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.concordat.certs.Sha256;
import org.concordat.iam.token.TokenRefusedException.Reason;

/**
 * To what a token is bound (RFC 7800): whoever presents it must prove all of it. A token that is
 * bound in other ways only is not taken; what else stands beside one of these is not looked at
 * (section 3.1 there; Keycloak says {@code kc-jkt-type}).
 *
 * @param certificate SHA-256 of the client's certificate ({@code x5t#S256}, RFC 8705 section 3.1)
 * @param key thumbprint of the key that signs a proof for each call ({@code jkt}, RFC 9449 section
 *     6.1)
 */
public record Binding(Optional<Sha256> certificate, Optional<Sha256> key) {
  /** A bearer token: whoever has it may present it. */
  public static final Binding NONE = new Binding(Optional.empty(), Optional.empty());

  private static final String CERTIFICATE = "x5t#S256";
  private static final String KEY = "jkt";

  static Binding read(JWTClaimsSet claims) throws TokenRefusedException {
    Object confirmation = claims.getClaim("cnf");
    if (confirmation == null) {
      return NONE;
    }
    if (!(confirmation instanceof Map<?, ?> members)) {
      throw unknown();
    }
    Binding binding = new Binding(digest(members, CERTIFICATE), digest(members, KEY));
    if (binding.isNone()) {
      throw unknown();
    }
    return binding;
  }

  private static Optional<Sha256> digest(Map<?, ?> members, String name)
      throws TokenRefusedException {
    if (!members.containsKey(name)) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new Sha256(
              HexFormat.of()
                  .formatHex(Base64.getUrlDecoder().decode(String.valueOf(members.get(name))))));
    } catch (IllegalArgumentException noDigest) {
      throw unknown();
    }
  }

  private static TokenRefusedException unknown() {
    return new TokenRefusedException(
        Reason.BOUND,
        "the token is bound in a way that is not taken here: use " + CERTIFICATE + " or " + KEY);
  }

  boolean isNone() {
    return certificate.isEmpty() && key.isEmpty();
  }
}
