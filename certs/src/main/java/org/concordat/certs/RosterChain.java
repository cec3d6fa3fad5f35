package org.concordat.certs;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Every roster from the pinned genesis to the latest, each put in force by the quorum of agents of
 * the one before. Immutable; every instance is verified.
 */
public final class RosterChain {
  private static final String TYPE = "concordat/roster-chain/v1";
  private static final int MAX_LENGTH = 8192;

  private final Genesis genesis;
  private final Roster first;
  private final List<SignedRoster> later;

  /** Every roster, by its digest: a digest takes the roster's whole JSON. */
  private final Map<Sha256, Roster> byDigest;

  private final Sha256 latestDigest;

  private RosterChain(Genesis genesis, List<SignedRoster> later, Map<Sha256, Roster> byDigest) {
    this.genesis = genesis;
    this.first = genesis.roster();
    this.later = List.copyOf(later);
    this.byDigest = Collections.unmodifiableMap(byDigest);
    this.latestDigest = latest().digest();
  }

  /** The chain of a new alliance: the genesis roster alone. */
  public static RosterChain of(Genesis genesis) {
    return of(genesis, List.of());
  }

  /**
   * The genesis roster, and those after it, oldest first.
   *
   * @throws CertsException as {@link #append}
   */
  public static RosterChain of(Genesis genesis, List<SignedRoster> later) {
    Map<Sha256, Roster> byDigest = new HashMap<>();
    Roster latest = genesis.roster();
    byDigest.put(latest.digest(), latest);
    for (SignedRoster next : later) {
      byDigest.put(requireInForce(genesis, latest, next), next.roster());
      latest = next.roster();
    }
    return new RosterChain(genesis, later, byDigest);
  }

  /**
   * Reads and verifies the rosters that follow {@code genesis}.
   *
   * @throws MalformedDocumentException when the file is not a list of signed rosters
   * @throws CertsException as {@link #append}
   */
  public static RosterChain parse(Genesis genesis, byte[] canonicalJson) {
    return of(
        genesis,
        CanonicalJson.parse(TYPE, canonicalJson)
            .read(fields -> fields.objects("rosters", MAX_LENGTH, SignedRoster::read)));
  }

  /** Canonical JSON of the rosters after the genesis. */
  public byte[] toBytes() {
    ObjectNode node = CanonicalJson.object();
    node.put(Fields.TYPE, TYPE);
    ArrayNode rosters = node.putArray("rosters");
    later.forEach(signed -> signed.write(rosters.addObject()));
    return CanonicalJson.bytes(node);
  }

  /**
   * The longer chain.
   *
   * @throws RosterChangeException when {@code next} is not the version after the latest
   * @throws InvalidSignatureException when any signature is not by an agent of the latest
   * @throws QuorumNotReachedException when there are fewer than the latest roster's quorum
   */
  public RosterChain append(SignedRoster next) {
    Map<Sha256, Roster> all = new HashMap<>(byDigest);
    all.put(requireInForce(genesis, latest(), next), next.roster());
    List<SignedRoster> longer = new ArrayList<>(later);
    longer.add(next);
    return new RosterChain(genesis, longer, all);
  }

  /** The genesis that this chain starts from. */
  public Genesis genesis() {
    return genesis;
  }

  /** The roster in force, as far as this chain knows. */
  public Roster latest() {
    return later.isEmpty() ? first : later.get(later.size() - 1).roster();
  }

  /** Digest of {@link #latest}, computed once. */
  public Sha256 latestDigest() {
    return latestDigest;
  }

  /** The roots in force, oldest first. */
  public List<Authority> authorities() {
    return authorities(genesis, latest());
  }

  /** Digest of the policy in force. */
  public Sha256 policyDigest() {
    return policyDigest(latest());
  }

  /** Digest of the policy that was in force under a roster of this chain. */
  public Sha256 policyDigest(Roster roster) {
    return roster
        .document(DocumentKind.POLICY)
        .map(DocumentEntry::digest)
        .orElseGet(genesis::policyDigest);
  }

  private static List<Authority> authorities(Genesis genesis, Roster roster) {
    return roster.authorities().isEmpty()
        ? List.of(new Authority(genesis.root(), Map.of()))
        : roster.authorities();
  }

  /**
   * Whether a roster may follow the latest as to its roots: one of those before stays, so that
   * nobody is cut off who has not heard of the change.
   *
   * @throws RosterChangeException when none does
   */
  public void requireOverlap(Roster next) {
    requireOverlap(genesis, latest(), next);
  }

  private static void requireOverlap(Genesis genesis, Roster before, Roster next) {
    List<X509Certificate> stay = new ArrayList<>(Authority.roots(authorities(genesis, before)));
    stay.retainAll(Authority.roots(authorities(genesis, next)));
    if (stay.isEmpty()) {
      throw new RosterChangeException(
          "roster version %d has none of the roots of version %d: first both, then the old one ends"
              .formatted(next.version(), before.version()));
    }
  }

  /** Whether this one is longer than another and contains it: only such a one takes its place. */
  public boolean continues(RosterChain before) {
    return latest().version() > before.latest().version()
        && find(before.latest().digest()).isPresent();
  }

  /** The roster of this digest, also an earlier one. */
  public Optional<Roster> find(Sha256 digest) {
    return Optional.ofNullable(byDigest.get(digest));
  }

  /** Rosters after the genesis, oldest first. */
  public List<SignedRoster> later() {
    return later;
  }

  /** The digest of the roster that is. */
  private static Sha256 requireInForce(Genesis genesis, Roster latest, SignedRoster next) {
    next.roster().requireFollows(latest);
    requireOverlap(genesis, latest, next.roster());
    Sha256 digest = next.roster().digest();
    Signatures.requireQuorum(next.signatures(), latest, SignatureContext.ROSTER, digest);
    return digest;
  }
}
