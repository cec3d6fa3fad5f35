package org.concordat.coordinator.directory;

import com.google.protobuf.ByteString;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.concordat.certs.DocumentEntry;
import org.concordat.certs.DocumentFiles;
import org.concordat.certs.DocumentKind;
import org.concordat.certs.RosterChain;
import org.concordat.certs.RosterChange;
import org.concordat.certs.Sha256;
import org.concordat.coordinator.directory.Directory.RefusedException;
import org.concordat.jurisdictions.InvalidPolicyException;
import org.concordat.jurisdictions.Policy;
import org.concordat.protocol.v1.SessionDown;

/**
 * The documents that rosters name, and the policies among them. Bytes are kept before the roster
 * that names them is in force, so that the coordinator has what it hands to agents.
 */
public final class Documents {
  private final Supplier<RosterChain> chain;
  private final DocumentFiles files;
  private final Map<Sha256, Policy> policies = new ConcurrentHashMap<>();

  Documents(Supplier<RosterChain> chain, DocumentFiles files) {
    this.chain = chain;
    this.files = files;
  }

  /**
   * Why the document in force is not here, and what to do, a sentence each; empty where all are.
   */
  public List<String> missing() {
    return chain.get().latest().documents().stream()
        .filter(entry -> files.find(entry.digest()).isEmpty())
        .map(
            entry ->
                "%s is in force and its bytes are not here: copy %s from a member's home to %s"
                    .formatted(
                        entry,
                        DocumentFiles.FOLDER + "/" + entry.digest(),
                        files.file(entry.digest())))
        .toList();
  }

  /** The bytes of a document that some roster names. */
  public Optional<byte[]> find(Sha256 digest) {
    return digest.equals(chain.get().genesis().policyDigest())
        ? Optional.of(chain.get().genesis().policy())
        : files.find(digest);
  }

  /** The policy in force. */
  public Policy policy() {
    return policy(chain.get().policyDigest());
  }

  /**
   * The policy of this digest. Where its bytes are lost it is the one in force: of an earlier one
   * only rounds are left that began under it, and the members have signed the one in force, too.
   */
  public Policy policy(Sha256 digest) {
    Policy known = policies.get(digest);
    if (known != null) {
      return known;
    }
    Optional<byte[]> bytes = find(digest);
    if (bytes.isPresent()) {
      Policy policy = Policy.parse(nameOf(digest), bytes.get());
      policies.put(digest, policy);
      return policy;
    }
    if (digest.equals(chain.get().policyDigest())) {
      throw new RefusedException(String.join("; ", missing()));
    }
    return policy();
  }

  private static Path nameOf(Sha256 digest) {
    return Path.of("policy-" + digest);
  }

  /**
   * Checks and keeps what members put in force. Durable when it returns.
   *
   * @throws RefusedException when the bytes are not what the change names, or no policy that may be
   *     in force after the one that is
   */
  public void take(RosterChange.Document change, byte[] document) {
    if (document.length > DocumentFiles.MAX_BYTES) {
      throw new RefusedException(
          "the %s has %d bytes: at most %d are taken"
              .formatted(change.kind(), document.length, DocumentFiles.MAX_BYTES));
    }
    if (!Sha256.of(document).equals(change.digest())) {
      throw new RefusedException(
          "these bytes are not the %s that was signed: their SHA-256 is %s, signed is %s"
              .formatted(change.kind(), Sha256.of(document), change.digest()));
    }
    if (change.kind() == DocumentKind.POLICY) {
      requirePolicy(change, document);
    }
    files.keep(document);
  }

  private void requirePolicy(RosterChange.Document change, byte[] document) {
    Policy policy;
    try {
      policy = Policy.parse(nameOf(change.digest()), document);
    } catch (InvalidPolicyException invalid) {
      throw new RefusedException("the policy cannot be read: " + invalid.getMessage());
    }
    if (!policy.digest().hex().equals(change.digest().hex())) {
      throw new RefusedException(
          "the policy is not in its canonical form: 'concordat policy sign' signs that");
    }
    if (policy.version() != change.version()) {
      throw new RefusedException(
          "the policy says that it is version %d, signed is version %d"
              .formatted(policy.version(), change.version()));
    }
    long inForce = policy().version();
    if (policy.version() <= inForce) {
      throw new RefusedException(
          "policy version %d is in force: the next one has a greater version, not %d"
              .formatted(inForce, policy.version()));
    }
    List<Policy.TestFailure> failures = policy.selfTest();
    if (!failures.isEmpty()) {
      throw new RefusedException(
          "the policy fails %d of its own tests: %s"
              .formatted(
                  failures.size(),
                  failures.stream()
                      .map(Policy.TestFailure::test)
                      .distinct()
                      .collect(Collectors.joining(", "))));
    }
  }

  /** Erases what was proposed and is not any more: nobody fills the disk with proposals. */
  void retain(Collection<RosterChange> proposals) {
    Set<Sha256> named = new HashSet<>();
    chain.get().later().stream()
        .flatMap(signed -> signed.roster().documents().stream())
        .forEach(entry -> named.add(entry.digest()));
    for (RosterChange proposal : proposals) {
      if (proposal instanceof RosterChange.Document document) {
        named.add(document.digest());
      }
    }
    files.retain(named);
  }

  /** The chain as a session carries it, with the documents that its last roster names. */
  public SessionDown chainForAgents() {
    SessionDown.Builder down =
        SessionDown.newBuilder().setRosterChain(ByteString.copyFrom(chain.get().toBytes()));
    for (DocumentEntry entry : chain.get().latest().documents()) {
      files.find(entry.digest()).ifPresent(bytes -> down.addDocuments(ByteString.copyFrom(bytes)));
    }
    return down.build();
  }
}
