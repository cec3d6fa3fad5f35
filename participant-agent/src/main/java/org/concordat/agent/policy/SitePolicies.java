package org.concordat.agent.policy;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.concordat.agent.site.Rosters;
import org.concordat.agent.site.SiteDocuments;
import org.concordat.certs.DocumentEntry;
import org.concordat.certs.Sha256;
import org.concordat.jurisdictions.InvalidPolicyException;
import org.concordat.jurisdictions.Policy;

/**
 * The policies that this site may judge by: those of the genesis and of its own rosters, each by
 * the digest that the members signed.
 */
public final class SitePolicies {
  /** A policy that cannot be judged by; the message says which, why, and what to do. */
  public static final class NoPolicyException extends Exception {
    NoPolicyException(String message) {
      super(message);
    }
  }

  private final Rosters rosters;
  private final SiteDocuments documents;
  private final Map<Sha256, Policy> parsed = new ConcurrentHashMap<>();

  public SitePolicies(Rosters rosters, SiteDocuments documents) {
    this.rosters = rosters;
    this.documents = documents;
  }

  /** Digest of the one in force here. */
  public Sha256 digest() {
    return rosters.chain().policyDigest();
  }

  /**
   * @throws NoPolicyException when no roster of this site names it, its bytes are not here, or they
   *     are no policy of the version that was signed
   */
  Policy policy(Sha256 digest) throws NoPolicyException {
    Policy known = parsed.get(digest);
    if (known != null) {
      return known;
    }
    Policy policy = read(digest);
    parsed.put(digest, policy);
    return policy;
  }

  private Policy read(Sha256 digest) throws NoPolicyException {
    Optional<DocumentEntry> entry = documents.entry(digest);
    boolean first = digest.equals(documents.genesis().policyDigest());
    if (entry.isEmpty() && !first) {
      throw new NoPolicyException("no roster of this site names a policy " + digest);
    }
    Optional<byte[]> bytes = documents.find(digest);
    if (bytes.isEmpty()) {
      throw new NoPolicyException(documents.missing(entry.orElseThrow()));
    }
    try {
      Policy policy = Policy.parse(Path.of("policy-" + digest), bytes.get());
      if (!first) {
        requireVersion(policy, entry.orElseThrow());
      }
      return policy;
    } catch (InvalidPolicyException invalid) {
      throw new NoPolicyException(
          "the policy %s, which the members signed, cannot be read here: %s"
              .formatted(digest, invalid.getMessage()));
    }
  }

  private void requireVersion(Policy policy, DocumentEntry signed) throws NoPolicyException {
    long least =
        Policy.parse(Path.of("policy-of-the-genesis"), documents.genesis().policy()).version();
    if (policy.version() != signed.version() || policy.version() <= least) {
      throw new NoPolicyException(
          ("the members have signed %s, which calls itself version %d; the genesis has version %d."
                  + " Next: the members sign one with a greater version, which it says itself")
              .formatted(signed, policy.version(), least));
    }
  }
}
