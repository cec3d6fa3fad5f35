package org.concordat.iam.token;

import java.util.List;
import java.util.Optional;
import org.concordat.iam.token.TokenRefusedException.Reason;

/**
 * What a call carries for the person or service that makes it.
 *
 * @param authorization {@code Bearer TOKEN} or {@code DPoP TOKEN} (RFC 9449 section 7.1)
 * @param proofs each header {@code dpop}; more than one is a mistake that is refused
 * @param call full name of the gRPC method
 */
public record Presented(Optional<String> authorization, List<String> proofs, String call) {
  private static final String BEARER = "bearer ";
  private static final String PROVED = "dpop ";

  public Presented {
    proofs = List.copyOf(proofs);
  }

  /** The scheme {@code DPoP}: a proof belongs to the token. */
  boolean proved() {
    return has(PROVED);
  }

  /**
   * @throws TokenRefusedException if it is no token under a scheme that is known
   */
  String token() throws TokenRefusedException {
    for (String scheme : List.of(BEARER, PROVED)) {
      if (has(scheme)) {
        return authorization.orElseThrow().substring(scheme.length()).strip();
      }
    }
    throw new TokenRefusedException(
        Reason.MALFORMED,
        "'authorization' must be 'Bearer TOKEN' or 'DPoP TOKEN'; no other scheme is known");
  }

  private boolean has(String scheme) {
    return authorization
        .filter(text -> text.regionMatches(true, 0, scheme, 0, scheme.length()))
        .isPresent();
  }

  /** Without the token. */
  @Override
  public String toString() {
    return "presented with " + call;
  }
}
