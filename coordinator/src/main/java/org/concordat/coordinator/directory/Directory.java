package org.concordat.coordinator.directory;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.concordat.certs.DocumentFiles;
import org.concordat.certs.Genesis;
import org.concordat.certs.IdentityKey;
import org.concordat.certs.Invitation;
import org.concordat.certs.MemberExit;
import org.concordat.certs.MemberId;
import org.concordat.certs.MemberRequest;
import org.concordat.certs.MemberSignature;
import org.concordat.certs.Role;
import org.concordat.certs.Roster;
import org.concordat.certs.RosterChain;
import org.concordat.certs.RosterChange;
import org.concordat.certs.RosterEntry;
import org.concordat.certs.Sha256;
import org.concordat.certs.SignatureCheck;
import org.concordat.certs.SignedRoster;
import org.concordat.coordinator.stored.Kinds;
import org.concordat.protocol.Envelopes;
import org.concordat.store.Entries;

/**
 * The verified rosters from the genesis to the one in force, invitations, and approvals of joiners.
 * The coordinator cannot make a member: it only collects what members signed, and every process
 * verifies the chain itself.
 */
public final class Directory implements Envelopes.Verifier {
  private static final int ROSTER_DIGITS = 9;

  /** What an approval led to. */
  public record ApprovalOutcome(int approvals, int needed, boolean inForce, Roster next) {}

  /**
   * What an approval of a change led to.
   *
   * @param otherReasons of approvals that do not add up with these
   * @param given this member's approval of such a change under this roster
   */
  public record ChangeOutcome(ApprovalOutcome approval, List<String> otherReasons, Given given) {}

  /**
   * Which of a member's approvals of a kind of change about a member one is. The same approval
   * again is the same one.
   *
   * @param number from 1 on
   * @param withdrawn digest of the next roster that it had approved before; empty for the first
   */
  public record Given(int number, Optional<String> withdrawn) {
    private static final Given FIRST = new Given(1, Optional.empty());

    /** Behind the signature, as the store has it. */
    private String stored() {
      return " " + number + " " + withdrawn.orElse("-");
    }

    private static Given parse(byte[] stored) {
      String[] words = new String(stored, StandardCharsets.US_ASCII).split(" ");
      return words.length < 3
          ? FIRST
          : new Given(
              Integer.parseInt(words[1]), Optional.of(words[2]).filter(word -> !word.equals("-")));
    }

    private Given next(String before) {
      return new Given(number + 1, Optional.of(before));
    }
  }

  /**
   * A request, invitation or approval that cannot be taken; the message says why and what to do.
   */
  public static final class RefusedException extends RuntimeException {
    RefusedException(String message) {
      super(message);
    }
  }

  private final Genesis genesis;
  private final Entries entries;
  private final Clock clock;
  private final SignatureCheck signatures;
  private final Revocations revocations;
  private final Documents documents;
  private volatile RosterChain chain;

  /**
   * Changes that wait for signatures, by the next roster's digest, as the store has them: to parse
   * one is to verify a request. On the mailbox thread.
   */
  private final Map<String, RosterChange> proposals = new TreeMap<>();

  /** Of members of the roster in force, by member. */
  private volatile Map<MemberId, MemberExit> exits = Map.of();

  /** Loads the chain; every signature is verified again. */
  public Directory(Genesis genesis, Entries entries, DocumentFiles files, Clock clock) {
    this(genesis, entries, files, clock, IdentityKey::verify);
  }

  /** The same, with signatures on envelopes checked in another way. */
  public Directory(
      Genesis genesis,
      Entries entries,
      DocumentFiles files,
      Clock clock,
      SignatureCheck signatures) {
    this.genesis = genesis;
    this.entries = entries;
    this.clock = clock;
    this.signatures = signatures;
    this.chain =
        RosterChain.of(
            genesis,
            entries.all(Kinds.ROSTERS).values().stream().map(SignedRoster::parse).toList());
    entries
        .all(Kinds.CHANGES)
        .forEach((digest, change) -> proposals.put(digest, RosterChange.parse(change)));
    loadExits();
    revocations = new Revocations(this::chain, entries, clock);
    documents = new Documents(this::chain, files);
  }

  /** Which certificates are revoked. */
  public Revocations revocations() {
    return revocations;
  }

  /** What rosters name: the policies and agreements. */
  public Documents documents() {
    return documents;
  }

  private void loadExits() {
    Map<MemberId, MemberExit> open = new TreeMap<>();
    for (byte[] stored : entries.all(Kinds.EXITS).values()) {
      MemberExit exit = MemberExit.parse(stored);
      if (exit.concerns(roster())) {
        open.put(exit.member(), exit);
      }
    }
    exits = Collections.unmodifiableMap(open);
  }

  /**
   * Takes rosters that a member has kept, where this store has lost them. Durable when it returns.
   *
   * @return how many are new; 0 where all of them are known
   * @throws RefusedException if they contradict those that are known
   * @throws org.concordat.certs.CertsException if they do not follow from the genesis
   */
  public int recover(byte[] kept) {
    RosterChain offered = RosterChain.parse(genesis, kept);
    int known = roster().version();
    RosterChain longer = offered.latest().version() > known ? offered : chain;
    RosterChain shorter = offered.latest().version() > known ? chain : offered;
    if (longer.find(shorter.latest().digest()).isEmpty()) {
      throw new RefusedException(
          "these rosters and those in the store are signed both, and exclude each other: ask the"
              + " members who signed two next ones of version "
              + (shorter.latest().version() - 1)
              + " or before");
    }
    if (longer == chain) {
      return 0;
    }
    List<Entries.Change> changes = new ArrayList<>();
    for (SignedRoster signed : offered.later()) {
      if (signed.roster().version() > known) {
        changes.add(
            new Entries.Put(
                Kinds.ROSTERS,
                Kinds.digits(signed.roster().version(), ROSTER_DIGITS),
                signed.toBytes()));
      }
    }
    int fresh = changes.size();
    changes.addAll(withoutProposals()); // they are about a roster before
    entries.apply(changes);
    proposals.clear();
    chain = offered;
    loadExits();
    return fresh;
  }

  public Genesis genesis() {
    return genesis;
  }

  public RosterChain chain() {
    return chain;
  }

  /** The roster in force. */
  public Roster roster() {
    return chain.latest();
  }

  @Override
  public boolean verify(String sender, byte[] message, byte[] signature) {
    return find(sender)
        .map(entry -> signatures.verify(entry.identityKey(), message, signature))
        .orElse(false);
  }

  /**
   * Checks what the coordinator keeps of the past: also with keys that were revoked since. Nothing
   * that comes in is checked by it alone, see {@link MembersNotary}.
   */
  public Envelopes.Verifier ofRecord() {
    return (sender, message, signature) ->
        verify(sender, message, signature)
            || formerKeys(sender).stream()
                .anyMatch(key -> signatures.verify(key, message, signature));
  }

  /** Keys that a former member of this name had. */
  List<IdentityKey> formerKeys(String name) {
    try {
      return roster().formerKeys(new MemberId(name));
    } catch (IllegalArgumentException noSuchName) {
      return List.of();
    }
  }

  /** Whether a participant is in the roster in force, not suspended there, and has not left. */
  public boolean isMember(String name) {
    return find(name).isPresent() && gone(name).isEmpty();
  }

  /**
   * Why a participant is no member any more, or not now, in words; empty if it is one, or never
   * was.
   */
  public Optional<String> gone(String name) {
    Optional<RosterEntry> entry = find(name);
    if (entry.isPresent()) {
      MemberId id = entry.get().id();
      return Optional.ofNullable(exits.get(id))
          .map(exit -> "'" + name + "' has left the alliance: " + exit.reason())
          .or(
              () ->
                  roster()
                      .findSuspended(id)
                      .map(suspended -> "'" + name + "' is suspended: " + suspended.reason()));
    }
    return roster().revoked().stream()
        .filter(revoked -> revoked.id().value().equals(name))
        .reduce((older, newer) -> newer)
        .map(revoked -> "'" + name + "' was removed from the alliance: " + revoked.reason());
  }

  /**
   * The same of who has certificates of this member CA: of a member whose keys were replaced, those
   * before are nobody's.
   */
  public Optional<String> gone(String name, Optional<Sha256> memberCa) {
    return gone(name).or(() -> memberCa.flatMap(ca -> replaced(name, ca)));
  }

  /** The same of who was listed in an earlier roster, with the keys that it had there. */
  public Optional<String> goneSince(String name, Sha256 roster) {
    Optional<String> gone = gone(name);
    if (gone.isPresent() || formerKeys(name).isEmpty()) {
      return gone;
    }
    return chain
        .find(roster)
        .flatMap(then -> find(then, name))
        .flatMap(entry -> replaced(name, entry.memberCa()));
  }

  private Optional<String> replaced(String name, Sha256 memberCa) {
    return roster()
        .findRevoked(memberCa)
        .map(revoked -> "the keys of '" + name + "' were replaced: " + revoked.reason());
  }

  /** Leavings that no roster in force follows yet. */
  public List<MemberExit> exits() {
    return List.copyOf(exits.values());
  }

  /** A participant of the roster in force. */
  public Optional<RosterEntry> find(String member) {
    return find(roster(), member);
  }

  private static Optional<RosterEntry> find(Roster roster, String member) {
    try {
      return roster.find(new MemberId(member));
    } catch (IllegalArgumentException noSuchName) {
      return Optional.empty();
    }
  }

  /** Keeps an invitation for the joiner's request. Durable when it returns. */
  public void register(Invitation invitation) {
    if (roster().find(invitation.invitee()).isPresent()) {
      throw new RefusedException(
          "'" + invitation.invitee() + "' is a member already: invite it under another name");
    }
    invitation.requireValid(genesis.digest(), roster(), clock.instant());
    byte[] bytes = invitation.toBytes();
    if (!entries.putIfAbsent(Kinds.INVITATIONS, invitation.nonce(), bytes)
        && !Arrays.equals(
            entries.get(Kinds.INVITATIONS, invitation.nonce()).orElseThrow(), bytes)) {
      throw new RefusedException("another invitation has this nonce: make a new one");
    }
  }

  /**
   * Takes one member's approval of a joiner: its signature on the next roster. With the quorum's
   * last one the next roster is in force. Durable when it returns.
   */
  public ApprovalOutcome approve(MemberRequest request, MemberSignature approval) {
    Roster current = roster();
    String nonce = Optional.ofNullable(request.profile().invitationNonce()).orElse("");
    byte[] invitation =
        entries
            .get(Kinds.INVITATIONS, nonce)
            .orElseThrow(
                () ->
                    new RefusedException(
                        "no invitation is registered for the request of '"
                            + request.profile().id()
                            + "': a member administrator runs 'member invite' first"));
    Invitation.parse(invitation).requireAdmits(request, genesis.digest(), current, clock.instant());
    Roster next = current.joined(request);
    next.requireApproval(current, approval);
    return count(current, next, approval);
  }

  private ApprovalOutcome count(Roster current, Roster next, MemberSignature approval) {
    return count(current, next, approval, approval.base64(), List.of());
  }

  /**
   * Keeps an approval that was checked; with the quorum's last one the roster is in force.
   *
   * @param stored the approval as it is kept, which begins with its signature
   * @param others kept together with it, while the roster is not in force
   */
  private ApprovalOutcome count(
      Roster current,
      Roster next,
      MemberSignature approval,
      String stored,
      List<Entries.Change> others) {
    String prefix = next.digest() + "/";
    List<MemberSignature> approvals = new ArrayList<>(approvals(prefix));
    approvals.removeIf(kept -> kept.member().equals(approval.member()));
    approvals.add(approval);
    List<Entries.Change> changes = new ArrayList<>();
    boolean inForce = approvals.size() >= current.quorum();
    if (inForce) {
      SignedRoster signed = new SignedRoster(next, approvals);
      RosterChain longer = chain.append(signed);
      changes.add(
          new Entries.Put(
              Kinds.ROSTERS, Kinds.digits(next.version(), ROSTER_DIGITS), signed.toBytes()));
      changes.addAll(withoutProposals()); // they are about the roster before
      entries.apply(changes);
      proposals.clear();
      chain = longer;
      loadExits();
    } else {
      changes.addAll(others);
      changes.add(
          new Entries.Put(
              Kinds.APPROVALS,
              prefix + approval.member(),
              stored.getBytes(StandardCharsets.US_ASCII)));
      entries.apply(changes);
    }
    return new ApprovalOutcome(approvals.size(), current.quorum(), inForce, next);
  }

  /**
   * Takes one member's approval of a change: its signature on the next roster, which has the reason
   * in it. The first one proposes it. A member approves one change of a kind about a member: with
   * another one its earlier approval is withdrawn. Durable when it returns.
   */
  public ChangeOutcome change(RosterChange change, MemberSignature approval) {
    Roster current = roster();
    Roster next = requirePossible(current, change, approval.member());
    next.requireApproval(current, approval);
    String own = next.digest().hex();
    List<Entries.Change> changes = new ArrayList<>();
    List<String> others = new ArrayList<>();
    List<String> over = new ArrayList<>();
    Given given = given(own, approval.member()).orElse(Given.FIRST);
    for (Map.Entry<String, RosterChange> proposed : proposals.entrySet()) {
      RosterChange other = proposed.getValue();
      boolean same =
          other.about().equals(change.about()) && other.getClass().equals(change.getClass());
      if (same && !proposed.getKey().equals(own)) {
        String digest = proposed.getKey();
        given = given(digest, approval.member()).map(before -> before.next(digest)).orElse(given);
        changes.add(new Entries.Delete(Kinds.APPROVALS, digest + "/" + approval.member()));
        if (approvals(digest + "/").stream()
            .allMatch(kept -> kept.member().equals(approval.member()))) {
          changes.add(new Entries.Delete(Kinds.CHANGES, digest));
          over.add(digest);
        } else {
          others.add(other.reason());
        }
      }
    }
    changes.add(new Entries.Put(Kinds.CHANGES, own, change.toBytes()));
    ApprovalOutcome outcome =
        count(current, next, approval, approval.base64() + given.stored(), changes);
    if (!outcome.inForce()) {
      proposals.put(own, change);
      over.forEach(proposals::remove);
    }
    if (change instanceof RosterChange.Document) {
      documents.retain(proposals.values());
    }
    return new ChangeOutcome(outcome, others, given);
  }

  private Optional<Given> given(String digest, MemberId approver) {
    return entries.get(Kinds.APPROVALS, digest + "/" + approver).map(Given::parse);
  }

  private Roster requirePossible(Roster current, RosterChange proposed, MemberId approver) {
    if (!(proposed instanceof RosterChange.OfMember change)) {
      Roster next = proposed.next(current);
      chain.requireOverlap(next);
      return next;
    }
    MemberId member = change.member();
    RosterEntry entry =
        current
            .find(member)
            .orElseThrow(
                () ->
                    new RefusedException(
                        gone(member.value())
                                .orElse(
                                    "'"
                                        + member
                                        + "' is not in roster version "
                                        + current.version())
                            + ": 'member list' names the members"));
    if (entry.roles().contains(Role.COORDINATOR)) {
      throw new RefusedException(
          change instanceof RosterChange.NewKeys
              ? "'"
                  + member
                  + "' is the coordinator, whose keys everybody has pinned: they are not replaced"
              : "'" + member + "' is the coordinator, which no alliance is without: it stays");
    }
    if (exits.containsKey(member) && !(change instanceof RosterChange.NewKeys)) {
      // a thief can leave with the keys that are replaced; that leaving is then nobody's
      throw new RefusedException(
          gone(member.value()).orElseThrow() + ": nothing else is to change");
    }
    Roster next = change.next(current);
    if (change instanceof RosterChange.Removal) {
      requireNotOwn(member, approver, "removal: it leaves with 'member exit'");
      requireOthers(current, next, member, "removed");
    } else if (change instanceof RosterChange.Suspension) {
      requireNotOwn(member, approver, "suspension: it stops its agent");
      requireOthers(current, next, member, "suspended");
    } else if (change instanceof RosterChange.NewKeys
        && others(current, member) >= current.quorum()) {
      requireNotOwn( // a thief may have the keys that would sign
          member,
          approver,
          "new keys where the others are enough: " + current.quorum() + " of them do");
    }
    return next;
  }

  private static int others(Roster current, MemberId member) {
    return (int) current.agents().stream().filter(one -> !one.id().equals(member)).count();
  }

  private static void requireNotOwn(MemberId member, MemberId approver, String instead) {
    if (approver.equals(member)) {
      throw new RefusedException("'" + member + "' does not approve its own " + instead);
    }
  }

  /** Without a member the others must still be a quorum. */
  private static void requireOthers(Roster current, Roster next, MemberId member, String what) {
    int others = others(current, member);
    if (others < current.quorum() || next.agents().size() < current.minimumQuorum()) {
      throw new RefusedException(
          ("without '%s' there are %d agents, and it takes %d signatures (at least %d by the genesis):"
                  + " nobody can be %s. Invite another member first, or '%s' leaves by itself"
                  + " ('member exit')")
              .formatted(member, others, current.quorum(), current.minimumQuorum(), what, member));
    }
  }

  /** Erases what was proposed, with its approvals. */
  private List<Entries.Delete> withoutProposals() {
    List<Entries.Delete> changes = new ArrayList<>();
    for (String digest : proposals.keySet()) {
      changes.add(new Entries.Delete(Kinds.CHANGES, digest));
      approvals(digest + "/")
          .forEach(
              one -> changes.add(new Entries.Delete(Kinds.APPROVALS, digest + "/" + one.member())));
    }
    return changes;
  }

  /**
   * Takes a member's leaving, which holds from now on. The same again changes nothing. Durable when
   * it returns.
   *
   * @return how many agents have signed the roster that follows from it
   */
  public ApprovalOutcome leave(MemberExit exit) {
    Roster current = roster();
    exit.requireValid(genesis.digest(), current);
    if (current
        .find(exit.member())
        .filter(entry -> entry.roles().contains(Role.COORDINATOR))
        .isPresent()) {
      throw new RefusedException(
          "'" + exit.member() + "' is the coordinator, which no alliance is without: it stays");
    }
    Roster next = exit.next(current);
    String id = exit.identityKey().base64();
    MemberExit before = exits.get(exit.member());
    if (before != null && !before.reason().equals(exit.reason())) {
      throw new RefusedException(
          "'" + exit.member() + "' has left already, for the reason: " + before.reason());
    }
    if (before == null) {
      entries.put(Kinds.EXITS, id, exit.toBytes());
      loadExits();
    }
    int approvals = approvals(next.digest() + "/").size();
    return new ApprovalOutcome(approvals, current.quorum(), false, next);
  }

  /** Takes an agent's signature on the roster that follows from a leaving. */
  public ApprovalOutcome follow(MemberExit exit, MemberSignature approval) {
    MemberExit known = exits.get(exit.member());
    if (known == null || !known.equals(exit)) {
      throw new RefusedException("no leaving of '" + exit.member() + "' waits for signatures");
    }
    Roster current = roster();
    Roster next = exit.next(current);
    next.requireApproval(current, approval);
    return count(current, next, approval);
  }

  private List<MemberSignature> approvals(String prefix) {
    List<MemberSignature> found = new ArrayList<>();
    for (Map.Entry<String, byte[]> entry : entries.all(Kinds.APPROVALS).entrySet()) {
      if (entry.getKey().startsWith(prefix)) {
        found.add(
            new MemberSignature(
                new MemberId(entry.getKey().substring(prefix.length())),
                new String(entry.getValue(), StandardCharsets.US_ASCII).split(" ", 2)[0]));
      }
    }
    return found;
  }
}
