package org.concordat.certs;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The members of the alliance at one version: the trust anchor. A roster is in force when the
 * quorum of agents of the one before (of itself, for version 1) has signed it; {@link RosterChain}
 * checks that, this type only that it is consistent: entries sorted by id, no id, identity key or
 * member CA twice, none of them revoked, each name where it belongs, at least one agent.
 *
 * @param version 1 for the genesis, then one more each time
 * @param previous digest of the version before; absent exactly for version 1
 * @param minimumQuorum 0, or a number of agents that the quorum may not be below
 * @param entries at most {@value #MAX_ENTRIES}
 * @param revoked keys never to be accepted again, oldest first
 * @param suspensions members that take no part for now, sorted by id
 * @param authorities the roots in force, oldest first; empty: the one in the genesis
 * @param documents what the members have put in force, sorted by kind, one of each at most; no
 *     policy: the one in the genesis
 */
public record Roster(
    int version,
    AllianceName alliance,
    AllianceDomain domain,
    @Nullable Sha256 previous,
    int minimumQuorum,
    List<RosterEntry> entries,
    List<RevokedEntry> revoked,
    List<SuspendedEntry> suspensions,
    List<Authority> authorities,
    List<DocumentEntry> documents) {
  /** Roots at the same time. */
  static final int MAX_AUTHORITIES = 4;

  static final int MAX_ENTRIES = 1024;
  static final int MAX_REVOKED = 8192;

  /**
   * @throws IllegalArgumentException when it is not consistent
   */
  public Roster {
    entries = List.copyOf(entries);
    revoked = List.copyOf(revoked);
    suspensions = List.copyOf(suspensions);
    authorities = List.copyOf(authorities);
    documents = List.copyOf(documents);
    if (version < 1 || (version == 1) != (previous == null)) {
      throw new IllegalArgumentException(
          "version must be 1 or more, with the previous roster's digest from 2 on");
    }
    if (minimumQuorum < 0 || minimumQuorum > MAX_ENTRIES) {
      throw new IllegalArgumentException("minimumQuorum must be 0 to " + MAX_ENTRIES);
    }
    RosterRules.check(domain, entries, revoked, suspensions);
    RosterRules.checkAuthorities(domain, authorities);
    RosterRules.checkDocuments(version, documents);
  }

  /** With nobody suspended, under the root and the policy of the genesis. */
  Roster(
      int version,
      AllianceName alliance,
      AllianceDomain domain,
      @Nullable Sha256 previous,
      int minimumQuorum,
      List<RosterEntry> entries,
      List<RevokedEntry> revoked) {
    this(
        version,
        alliance,
        domain,
        previous,
        minimumQuorum,
        entries,
        revoked,
        List.of(),
        List.of(),
        List.of());
  }

  /**
   * @throws MalformedDocumentException when it is not a consistent roster in canonical JSON
   */
  public static Roster parse(byte[] canonicalJson) {
    return CanonicalJson.parse(SignatureContext.ROSTER, canonicalJson).read(RosterJson::read);
  }

  /** Canonical JSON. */
  public byte[] toBytes() {
    return CanonicalJson.bytes(RosterJson.write(this));
  }

  /** SHA-256 of {@link #toBytes}. Not cached: keep it. */
  public Sha256 digest() {
    return Sha256.of(toBytes());
  }

  /**
   * Signatures of agents of this roster that put the next one in force: the majority ⌊n/2⌋ + 1 of
   * its n agents, or {@code minimumQuorum} where that is more, but never more than n. Never less
   * than the majority, so that two different next rosters need a member that signed both.
   */
  public int quorum() {
    int agents = agents().size();
    return Math.max(agents / 2 + 1, Math.min(minimumQuorum, agents));
  }

  /** Those that sign, count for the quorum, and take part in rounds: nobody who is suspended. */
  public List<RosterEntry> agents() {
    return withRole(Role.AGENT).stream()
        .filter(entry -> findSuspended(entry.id()).isEmpty())
        .toList();
  }

  public List<RosterEntry> withRole(Role role) {
    return entries.stream().filter(entry -> entry.roles().contains(role)).toList();
  }

  /**
   * Who adds up the updates of this member's jurisdiction, where somebody does: the member's update
   * goes there and nowhere else. One that is suspended is still it, and takes nothing.
   */
  public Optional<RosterEntry> aggregatorOf(RosterEntry member) {
    return first(
        entries,
        entry ->
            entry.roles().contains(Role.AGGREGATOR)
                && entry.jurisdiction().equals(member.jurisdiction()));
  }

  public Optional<RosterEntry> find(MemberId id) {
    return first(entries, entry -> entry.id().equals(id));
  }

  public Optional<RosterEntry> findByIdentityKey(IdentityKey key) {
    return first(entries, entry -> entry.identityKey().equals(key));
  }

  public Optional<RosterEntry> findByMemberCa(Sha256 memberCa) {
    return first(entries, entry -> entry.memberCa().equals(memberCa));
  }

  public Optional<RevokedEntry> findRevoked(Sha256 memberCa) {
    return first(revoked, entry -> entry.memberCa().equals(memberCa));
  }

  /** What the members have put in force of this kind; of a policy, since the genesis. */
  public Optional<DocumentEntry> document(DocumentKind kind) {
    return first(documents, entry -> entry.kind() == kind);
  }

  public Optional<SuspendedEntry> findSuspended(MemberId id) {
    return first(suspensions, entry -> entry.id().equals(id));
  }

  /**
   * Keys that a former member of this name had: what they signed while it was a member is still
   * checked with them. Whoever has them now is nobody's member.
   */
  public List<IdentityKey> formerKeys(MemberId id) {
    return revoked.stream()
        .filter(entry -> entry.id().equals(id))
        .map(RevokedEntry::identityKey)
        .toList();
  }

  /**
   * The one next roster that admits this request; whoever computes it gets the same bytes, so that
   * approving the joiner is signing this roster.
   *
   * @throws RosterChangeException when id or keys are already a member's, or the keys were revoked
   */
  public Roster joined(MemberRequest request) {
    List<RosterEntry> next = new ArrayList<>(entries);
    next.add(request.entry(domain));
    next.sort(Comparator.comparing(RosterEntry::id));
    return next(next, revoked, suspensions);
  }

  /**
   * The one next roster without this member, its keys revoked for good. The same organisation may
   * join again with new keys.
   *
   * @throws RosterChangeException when there is no such member, or no agent would be left
   */
  public Roster removed(MemberId member, String reason) {
    RosterEntry leaving = require(member);
    List<RosterEntry> next = entries.stream().filter(entry -> entry != leaving).toList();
    return next(next, revoking(leaving, reason), suspensionsWithout(member));
  }

  /**
   * The one next roster in which this member has the request's keys, and those before are revoked.
   * Nothing else of its entry changes.
   *
   * @throws RosterChangeException when there is no such member, the request says anything else of
   *     it than the roster, or its keys are a member's or were revoked
   */
  public Roster rekeyed(MemberRequest request, String reason) {
    RosterEntry before = require(request.id());
    RosterEntry after = request.entry(domain);
    if (!after.withKeysOf(before).equals(before)) {
      throw new RosterChangeException(
          ("the request says something else of %s than roster version %d, which has %s; with new"
                  + " keys, nothing else changes: make it again with that")
              .formatted(request.id(), version, before.inWords()));
    }
    List<RosterEntry> next =
        entries.stream().map(entry -> entry == before ? after : entry).toList();
    return next(next, revoking(before, reason), suspensions);
  }

  /**
   * The one next roster in which this member takes no part until it is resumed.
   *
   * @throws RosterChangeException when there is no such member, it is suspended already, or no
   *     agent would be left
   */
  public Roster suspended(MemberId member, String reason) {
    require(member);
    if (findSuspended(member).isPresent()) {
      throw new RosterChangeException(
          "%s is suspended in roster version %d already".formatted(member, version));
    }
    List<SuspendedEntry> more = new ArrayList<>(suspensions);
    try {
      more.add(new SuspendedEntry(member, reason));
    } catch (IllegalArgumentException e) {
      throw new RosterChangeException(String.valueOf(e.getMessage()));
    }
    more.sort(Comparator.comparing(SuspendedEntry::id));
    return next(entries, revoked, more);
  }

  /**
   * The one next roster in which this member takes part again.
   *
   * @throws RosterChangeException when it is not suspended
   */
  public Roster resumed(MemberId member) {
    require(member);
    if (findSuspended(member).isEmpty()) {
      throw new RosterChangeException(
          "%s is not suspended in roster version %d".formatted(member, version));
    }
    return next(entries, revoked, suspensionsWithout(member));
  }

  /**
   * The one next roster with other roots. That one of them stays is for {@link RosterChain} to say,
   * which knows the genesis.
   *
   * @throws RosterChangeException when they are none, too many, or the same as now
   */
  public Roster underRoots(List<Authority> next) {
    if (next.isEmpty() || next.equals(authorities)) {
      throw new RosterChangeException("the roots are these already, or there would be none");
    }
    return next(entries, revoked, suspensions, next, documents);
  }

  /**
   * The one next roster in which this document is in force, in place of the one of its kind.
   *
   * @throws RosterChangeException when one of the same or a greater version is in force
   */
  public Roster under(DocumentEntry document) {
    Optional<DocumentEntry> before = document(document.kind());
    if (before.isPresent() && document.version() <= before.get().version()) {
      throw new RosterChangeException(
          "%s is in force: the next one has a greater version, not %d"
              .formatted(before.get(), document.version()));
    }
    List<DocumentEntry> next = new ArrayList<>(documents);
    next.removeIf(entry -> entry.kind() == document.kind());
    next.add(document);
    next.sort(Comparator.comparing(DocumentEntry::kind));
    return next(entries, revoked, suspensions, authorities, next);
  }

  private List<SuspendedEntry> suspensionsWithout(MemberId member) {
    return suspensions.stream().filter(entry -> !entry.id().equals(member)).toList();
  }

  /**
   * Approval of this roster as the one after {@code previousRoster}, by the agent of these keys.
   *
   * @throws RosterChangeException when this cannot follow, or the keys are of no agent there
   */
  public MemberSignature approve(Roster previousRoster, ParticipantKeys keys) {
    requireFollows(previousRoster);
    RosterEntry self =
        previousRoster
            .findByIdentityKey(keys.identity())
            .filter(previousRoster.agents()::contains)
            .orElseThrow(
                () ->
                    new RosterChangeException(
                        "these keys are of no agent that may sign, by roster version "
                            + previousRoster.version()));
    return MemberSignature.make(self.id(), keys, SignatureContext.ROSTER, digest());
  }

  /**
   * Checks one approval as it arrives.
   *
   * @throws InvalidSignatureException unless it is by an agent of {@code previousRoster} over this
   * @throws RosterChangeException when this cannot follow {@code previousRoster}
   */
  public void requireApproval(Roster previousRoster, MemberSignature approval) {
    requireFollows(previousRoster);
    Signatures.requireValid(approval, previousRoster, SignatureContext.ROSTER, digest());
  }

  /**
   * Version one more, previous digest right, same alliance and quorum rule, revocations only grow,
   * and a document is followed by none but a greater version.
   *
   * @throws RosterChangeException otherwise
   */
  void requireFollows(Roster before) {
    if (version != before.version + 1) {
      throw new RosterChangeException(
          "version %d cannot follow version %d".formatted(version, before.version));
    }
    if (!before.digest().equals(previous)) {
      throw new RosterChangeException(
          "version %d names another roster as version %d; ask who made it, this is a fork"
              .formatted(version, before.version));
    }
    boolean same =
        alliance.equals(before.alliance)
            && domain.equals(before.domain)
            && minimumQuorum == before.minimumQuorum;
    if (!same) {
      throw new RosterChangeException("alliance, domain and quorum rule stay as the genesis says");
    }
    int kept = before.revoked.size();
    if (revoked.size() < kept || !revoked.subList(0, kept).equals(before.revoked)) {
      throw new RosterChangeException("a revocation cannot be taken back");
    }
    for (DocumentEntry held : before.documents) {
      if (document(held.kind()).filter(entry -> entry.follows(held)).isEmpty()) {
        throw new RosterChangeException(
            "%s is in force: it stays, or a greater version follows".formatted(held));
      }
    }
  }

  private RosterEntry require(MemberId member) {
    return find(member)
        .orElseThrow(
            () -> new RosterChangeException(member + " is not in roster version " + version));
  }

  private List<RevokedEntry> revoking(RosterEntry entry, String reason) {
    List<RevokedEntry> more = new ArrayList<>(revoked);
    try {
      more.add(new RevokedEntry(entry.id(), entry.identityKey(), entry.memberCa(), reason));
    } catch (IllegalArgumentException e) {
      throw new RosterChangeException(String.valueOf(e.getMessage()));
    }
    return more;
  }

  private Roster next(
      List<RosterEntry> nextEntries,
      List<RevokedEntry> nextRevoked,
      List<SuspendedEntry> nextSuspensions) {
    return next(nextEntries, nextRevoked, nextSuspensions, authorities, documents);
  }

  private Roster next(
      List<RosterEntry> nextEntries,
      List<RevokedEntry> nextRevoked,
      List<SuspendedEntry> nextSuspensions,
      List<Authority> nextAuthorities,
      List<DocumentEntry> nextDocuments) {
    try {
      return new Roster(
          version + 1,
          alliance,
          domain,
          digest(),
          minimumQuorum,
          nextEntries,
          nextRevoked,
          nextSuspensions,
          nextAuthorities,
          nextDocuments);
    } catch (IllegalArgumentException e) {
      throw new RosterChangeException(String.valueOf(e.getMessage()));
    }
  }

  private static <T> Optional<T> first(List<T> list, Predicate<T> wanted) {
    for (T item : list) {
      if (wanted.test(item)) {
        return Optional.of(item);
      }
    }
    return Optional.empty();
  }
}
