package org.concordat.iam.token;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.concordat.certs.Sha256;
import org.concordat.iam.token.TokenRefusedException.Reason;

/**
 * What tokens say, verified once each and remembered until they end. Deny list, standing,
 * connection and proof are looked at every time. Nothing of the provider is on the way of a call,
 * but for keys that are not known yet. Thread-safe.
 */
public final class Tokens {
  /** So many are remembered; a person that comes again after that is verified again. */
  private static final int REMEMBERED = 10_000;

  private final TokenVerifier verifier;
  private final DenyList denied;
  private final Standing standing;
  private final Proofs proofs;
  private final Clock clock;
  private final Map<Sha256, VerifiedToken> verified =
      new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Sha256, VerifiedToken> eldest) {
          return size() > REMEMBERED;
        }
      };

  public Tokens(
      List<Provider> providers,
      TokenLimits limits,
      DenyList denied,
      Standing standing,
      Proofs proofs,
      Clock clock) {
    this.verifier = new TokenVerifier(providers, limits, clock);
    this.denied = denied;
    this.standing = standing;
    this.proofs = proofs;
    this.clock = clock;
  }

  /**
   * Takes a token as it came with a call.
   *
   * @param certificate the leaf that the client has presented on the connection
   * @throws TokenRefusedException if it is not to be believed, or not from there, or not any more
   */
  public VerifiedToken take(Presented presented, Sha256 certificate) throws TokenRefusedException {
    String token = presented.token();
    VerifiedToken said = verified(token);
    requireLive(said);
    Binding binding = said.binding();
    if (binding.certificate().isPresent() && !binding.certificate().get().equals(certificate)) {
      throw new TokenRefusedException(
          Reason.BOUND, "the token belongs to another client certificate");
    }
    // RFC 9449 sections 7.1 and 7.2: neither passes for the other
    if (binding.key().isPresent() != presented.proved()) {
      throw new TokenRefusedException(
          Reason.BOUND,
          presented.proved()
              ? "the token is bound to no key; present it as 'Bearer TOKEN'"
              : "the token is bound to a key: present it as 'DPoP TOKEN', with a proof");
    }
    if (binding.key().isPresent()) {
      proofs.require(token, binding.key().get(), presented);
    }
    return said;
  }

  private VerifiedToken verified(String token) throws TokenRefusedException {
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
    return said;
  }

  /**
   * Of a token that was taken: whether it still is, at this moment.
   *
   * @throws TokenRefusedException if it has ended, was denied, or whoever holds it was disabled
   */
  public void requireLive(VerifiedToken said) throws TokenRefusedException {
    if (!clock.instant().isBefore(said.expires())) {
      throw new TokenRefusedException(
          Reason.CLAIMS, "the token ended at " + said.expires() + ". Next: concordat login");
    }
    denied.require(said);
    standing.require(said);
  }
}
