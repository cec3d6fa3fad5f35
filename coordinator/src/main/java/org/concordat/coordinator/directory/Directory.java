package org.concordat.coordinator.directory;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.concordat.certs.Genesis;
import org.concordat.certs.IdentityKey;
import org.concordat.certs.Invitation;
import org.concordat.certs.MemberId;
import org.concordat.certs.MemberRequest;
import org.concordat.certs.MemberSignature;
import org.concordat.certs.Roster;
import org.concordat.certs.RosterChain;
import org.concordat.certs.RosterEntry;
import org.concordat.certs.SignatureCheck;
import org.concordat.certs.SignedRoster;
import org.concordat.coordinator.stored.Kinds;
import org.concordat.protocol.Envelopes;
import org.concordat.protocol.v1.SessionDown;
import org.concordat.store.Entries;

/**
 * The verified rosters from the genesis to the one in force, invitations, and approvals of joiners.
 * The coordinator cannot make a member: it only collects what members signed, and every process
 * verifies the chain itself.
 */
public final class Directory implements Envelopes.Verifier {

  /** What an approval led to. */
  public record ApprovalOutcome(int approvals, int needed, boolean inForce, Roster next) {}

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
  private volatile RosterChain chain;

  /** Loads the chain; every signature is verified again. */
  public Directory(Genesis genesis, Entries entries, Clock clock) {
    this(genesis, entries, clock, IdentityKey::verify);
  }

  /** The same, with signatures on envelopes checked in another way. */
  public Directory(Genesis genesis, Entries entries, Clock clock, SignatureCheck signatures) {
    this.genesis = genesis;
    this.entries = entries;
    this.clock = clock;
    this.signatures = signatures;
    RosterChain loaded = RosterChain.of(genesis);
    for (byte[] signed : entries.all(Kinds.ROSTERS).values()) {
      loaded = loaded.append(SignedRoster.parse(signed));
    }
    this.chain = loaded;
  }

  public Genesis genesis() {
    return genesis;
  }

  public RosterChain chain() {
    return chain;
  }

  /** The chain as a session carries it. */
  public SessionDown chainForAgents() {
    return SessionDown.newBuilder().setRosterChain(ByteString.copyFrom(chain.toBytes())).build();
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

  /** A participant of the roster in force. */
  public Optional<RosterEntry> find(String member) {
    try {
      return roster().find(new MemberId(member));
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
    String prefix = next.digest() + "/";
    entries.put(
        Kinds.APPROVALS,
        prefix + approval.member(),
        approval.base64().getBytes(StandardCharsets.US_ASCII));
    List<MemberSignature> approvals = approvals(prefix);
    boolean inForce = approvals.size() >= current.quorum();
    if (inForce) {
      SignedRoster signed = new SignedRoster(next, approvals);
      RosterChain longer = chain.append(signed);
      entries.put(Kinds.ROSTERS, Kinds.digits(next.version(), 9), signed.toBytes());
      chain = longer;
    }
    return new ApprovalOutcome(approvals.size(), current.quorum(), inForce, next);
  }

  private List<MemberSignature> approvals(String prefix) {
    List<MemberSignature> found = new ArrayList<>();
    for (Map.Entry<String, byte[]> entry : entries.all(Kinds.APPROVALS).entrySet()) {
      if (entry.getKey().startsWith(prefix)) {
        found.add(
            new MemberSignature(
                new MemberId(entry.getKey().substring(prefix.length())),
                new String(entry.getValue(), StandardCharsets.US_ASCII)));
      }
    }
    return found;
  }
}
