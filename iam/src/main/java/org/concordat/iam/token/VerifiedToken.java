package org.concordat.iam.token;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.concordat.certs.MemberId;

/**
 * What a token says, after its signature, issuer, audience and times were checked.
 *
 * @param subject the provider's name for the person; personal data, never logged
 * @param id {@code jti}
 * @param session {@code sid}
 * @param roles as the provider calls them
 * @param client through which it was given: {@code azp}, or {@code client_id} (RFC 9068)
 * @param binding what whoever presents it must prove
 * @param issued by the provider's clock, to the second
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
    Optional<String> client,
    Binding binding,
    Instant issued,
    Instant expires) {
  /** Without the person. */
  @Override
  public String toString() {
    return "token of " + member + " from " + issuer;
  }
}
