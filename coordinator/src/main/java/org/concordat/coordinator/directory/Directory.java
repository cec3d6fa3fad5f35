package org.concordat.coordinator.directory;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.concordat.certs.DocumentFiles;
import org.concordat.certs.Genesis;
import org.concordat.certs.IdentityKey;
import org.concordat.certs.Invitation;
import org.concordat.certs.MemberExit;
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
  private final Proposals proposals;
  private final Exits exits;
  private final Standing standing;
  private final ChangeRules rules;
  private volatile RosterChain chain;

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
    proposals = new Proposals(entries);
    exits = new Exits(entries, chain.latest());
    standing = new Standing(this::chain, exits);
    rules = new ChangeRules(this::chain, exits, standing);
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
    changes.addAll(proposals.withoutAny()); // they are about a roster before
    entries.apply(changes);
    proposals.erased();
    chain = offered;
    exits.load(roster());
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
    return standing.formerKeys(name);
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
    return standing.gone(name);
  }

  /**
   * The same of who has certificates of this member CA: of a member whose keys were replaced, those
   * before are nobody's.
   */
  public Optional<String> gone(String name, Optional<Sha256> memberCa) {
    return standing.gone(name, memberCa);
  }

  /** The same of who was listed in an earlier roster, with the keys that it had there. */
  public Optional<String> goneSince(String name, Sha256 roster) {
    return standing.goneSince(name, roster);
  }

  /** Leavings that no roster in force follows yet. */
  public List<MemberExit> exits() {
    return exits.all();
  }

  /** A participant of the roster in force. */
  public Optional<RosterEntry> find(String member) {
    return standing.find(member);
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
    String digest = next.digest().hex();
    List<MemberSignature> approvals = new ArrayList<>(proposals.approvals(digest));
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
      changes.addAll(proposals.withoutAny()); // they are about the roster before
      entries.apply(changes);
      proposals.erased();
      chain = longer;
      exits.load(roster());
    } else {
      changes.addAll(others);
      changes.add(Proposals.keep(digest, approval.member(), stored));
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
    Roster next = rules.requirePossible(change, approval.member());
    next.requireApproval(current, approval);
    String digest = next.digest().hex();
    Proposals.Replacement by = proposals.replacing(digest, change, approval.member());
    String stored = approval.base64() + by.given().stored();
    ApprovalOutcome outcome = count(current, next, approval, stored, by.writes());
    if (!outcome.inForce()) {
      proposals.replaced(digest, change, by);
    }
    if (change instanceof RosterChange.Document) {
      documents.retain(proposals.all());
    }
    return new ChangeOutcome(outcome, by.otherReasons(), by.given());
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
    Optional<MemberExit> before = exits.find(exit.member());
    if (before.isEmpty()) {
      exits.put(exit, current);
    } else if (!before.get().reason().equals(exit.reason())) {
      throw new RefusedException(
          "'" + exit.member() + "' has left already, for the reason: " + before.get().reason());
    }
    int approvals = proposals.approvals(next.digest().hex()).size();
    return new ApprovalOutcome(approvals, current.quorum(), false, next);
  }

  /** Takes an agent's signature on the roster that follows from a leaving. */
  public ApprovalOutcome follow(MemberExit exit, MemberSignature approval) {
    if (exits.find(exit.member()).filter(exit::equals).isEmpty()) {
      throw new RefusedException("no leaving of '" + exit.member() + "' waits for signatures");
    }
    Roster current = roster();
    Roster next = exit.next(current);
    next.requireApproval(current, approval);
    return count(current, next, approval);
  }
}
