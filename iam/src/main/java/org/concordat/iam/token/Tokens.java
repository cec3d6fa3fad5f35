package org.concordat.iam.token;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.concordat.certs.Sha256;
import org.concordat.iam.token.TokenRefusedException.Reason;

/**
 * What tokens say, verified once each and remembered until they end. The deny list and the
 * connection are looked at every time. Nothing of the provider is on the way of a call, but for
 * keys that are not known yet. Thread-safe.
 */
public final class Tokens {
  /** So many are remembered; a person that comes again after that is verified again. */
  private static final int REMEMBERED = 10_000;

  private final TokenVerifier verifier;
  private final DenyList denied;
  private final Clock clock;
  private final Map<Sha256, VerifiedToken> verified =
      new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Sha256, VerifiedToken> eldest) {
          return size() > REMEMBERED;
        }
      };

  public Tokens(List<Provider> providers, TokenLimits limits, DenyList denied, Clock clock) {
    this.verifier = new TokenVerifier(providers, limits, clock);
    this.denied = denied;
    this.clock = clock;
  }

  /**
   * Takes a token as it came over a connection.
   *
   * @param certificate the leaf that the client has presented on it
   * @throws TokenRefusedException if it is not to be believed, or not from there, or not any more
   */
  public VerifiedToken take(String token, Sha256 certificate) throws TokenRefusedException {
    if (token.length() > TokenLimits.MAX_CHARS) {
      return verifier.verify(token); // refuses it by its size, before anything is hashed
    }
    Sha256 name = Sha256.of(token.getBytes(StandardCharsets.UTF_8));
    VerifiedToken said;
    synchronized (verified) {
      said = verified.get(name);
    }
    if (said == null) {
      said = verifier.verify(token);
      synchronized (verified) {
        verified.put(name, said);
      }
    }
    requireLive(said);
    if (said.boundTo().isPresent() && !said.boundTo().get().equals(certificate)) {
      throw new TokenRefusedException(
          Reason.BOUND, "the token belongs to another client certificate");
    }
    return said;
  }

  /**
   * Of a token that was taken: whether it still is, at this moment.
   *
   * @throws TokenRefusedException if it has ended or was denied
   */
  public void requireLive(VerifiedToken said) throws TokenRefusedException {
    if (!clock.instant().isBefore(said.expires())) {
      throw new TokenRefusedException(
          Reason.CLAIMS, "the token ended at " + said.expires() + ". Next: concordat login");
    }
    denied.require(said);
  }
}
