package org.concordat.iam.token;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.concordat.certs.MemberId;
import org.concordat.certs.Sha256;

/**
 * What a token says, after its signature, issuer, audience and times were checked.
 *
 * @param subject the provider's name for the person; personal data, never logged
 * @param id {@code jti}
 * @param session {@code sid}
 * @param roles as the provider calls them
 * @param boundTo the client certificate that alone may present it ({@code cnf.x5t#S256})
 * @param expires with the clock's allowance
 */
public record VerifiedToken(
    String issuer,
    String subject,
    Optional<String> id,
    Optional<String> session,
    MemberId member,
    Optional<String> jurisdiction,
    Set<String> roles,
    Set<String> purposes,
    Set<String> jobs,
    Optional<Sha256> boundTo,
    Instant expires) {
  /** Without the person. */
  @Override
  public String toString() {
    return "token of " + member + " from " + issuer;
  }
}
