package org.concordat.agent.site;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.concordat.agent.stored.Kinds;
import org.concordat.certs.Genesis;
import org.concordat.certs.IdentityKey;
import org.concordat.certs.MemberExit;
import org.concordat.certs.MemberId;
import org.concordat.certs.ParticipantKeys;
import org.concordat.certs.RevokedEntry;
import org.concordat.certs.Role;
import org.concordat.certs.Roster;
import org.concordat.certs.RosterChain;
import org.concordat.certs.RosterEntry;
import org.concordat.certs.Sha256;
import org.concordat.certs.SignatureCheck;
import org.concordat.certs.SuspendedEntry;
import org.concordat.protocol.Envelopes;
import org.concordat.secureagg.Alliance;
import org.concordat.secureagg.Digest;
import org.concordat.store.Entries;

/**
 * This site's own verified chain of rosters. The coordinator delivers longer ones; nothing in them
 * is believed that the members did not sign, and no shorter or other chain replaces the one at
 * hand.
 */
public final class Rosters implements Envelopes.Verifier {
  private static final String ID = "latest";

  private final Genesis genesis;
  private final Entries entries;
  private final SignatureCheck signatures;
  private final SiteCrls crls;
  private volatile RosterChain chain;
  private volatile Map<Sha256, Roster> byDigest;

  public Rosters(Genesis genesis, Entries entries) {
    this(genesis, entries, IdentityKey::verify);
  }

  /** The same, with signatures on envelopes checked in another way. */
  public Rosters(Genesis genesis, Entries entries, SignatureCheck signatures) {
    this.genesis = genesis;
    this.entries = entries;
    this.signatures = signatures;
    this.chain =
        entries
            .get(Kinds.ROSTER_CHAIN, ID)
            .map(bytes -> RosterChain.parse(genesis, bytes))
            .orElseGet(() -> RosterChain.of(genesis));
    this.byDigest = byDigest(chain);
    this.crls = new SiteCrls(this, entries);
  }

  /** Which certificates are revoked. */
  public SiteCrls crls() {
    return crls;
  }

  private static Map<Sha256, Roster> byDigest(RosterChain chain) {
    Map<Sha256, Roster> all = new HashMap<>();
    all.put(chain.genesis().roster().digest(), chain.genesis().roster());
    chain.later().forEach(signed -> all.put(signed.roster().digest(), signed.roster()));
    return Map.copyOf(all);
  }

  /** SHA-256 of the genesis that this site has pinned. */
  public byte[] genesisDigest() {
    return genesis.digest().bytes();
  }

  /** All rosters after the genesis with their signatures, canonical JSON. */
  public byte[] chainBytes() {
    return chain.toBytes();
  }

  public Roster latest() {
    return chain.latest();
  }

  /** Every verified roster. */
  public RosterChain chain() {
    return chain;
  }

  /**
   * Takes a longer chain. Durable when it returns true.
   *
   * @return whether a newer roster is in force now
   * @throws org.concordat.certs.CertsException if the chain does not verify
   */
  public boolean offer(byte[] bytes) {
    RosterChain offered = RosterChain.parse(genesis, bytes);
    if (!offered.continues(chain)) {
      return false;
    }
    entries.put(Kinds.ROSTER_CHAIN, ID, offered.toBytes());
    chain = offered;
    byDigest = byDigest(offered);
    return true;
  }

  /**
   * With the key of the roster in force; of a name that it lists no more with the keys that the
   * former member had. Rounds of epochs that it was in end with its signatures; no later epoch has
   * it, since none has anybody from outside the roster.
   */
  @Override
  public boolean verify(String sender, byte[] message, byte[] signature) {
    return find(sender)
        .map(entry -> signatures.verify(entry.identityKey(), message, signature))
        .orElseGet(
            () ->
                formerKeys(sender).stream()
                    .anyMatch(key -> signatures.verify(key, message, signature)));
  }

  /**
   * The keys that an earlier roster of this chain gave; empty where there is none of that digest.
   */
  public Optional<Envelopes.Verifier> keysOf(Digest roster) {
    return Optional.ofNullable(byDigest.get(new Sha256(roster.hex())))
        .map(
            of ->
                (sender, message, signature) ->
                    find(of, sender)
                        .filter(entry -> signatures.verify(entry.identityKey(), message, signature))
                        .isPresent());
  }

  /** An earlier roster of this chain, or the one in force. */
  public Optional<Roster> find(Digest roster) {
    return Optional.ofNullable(byDigest.get(new Sha256(roster.hex())));
  }

  private List<IdentityKey> formerKeys(String name) {
    try {
      return latest().formerKeys(new MemberId(name));
    } catch (IllegalArgumentException noSuchName) {
      return List.of();
    }
  }

  /** Why the roster in force has these keys revoked; empty if it has not. */
  public Optional<String> revoked(IdentityKey own) {
    return latest().revoked().stream()
        .filter(entry -> entry.identityKey().equals(own))
        .map(RevokedEntry::reason)
        .findFirst();
  }

  /** Why the roster in force has a member suspended; empty if it has not. */
  public Optional<String> suspended(String member) {
    return find(member)
        .flatMap(entry -> latest().findSuspended(entry.id()))
        .map(SuspendedEntry::reason);
  }

  /**
   * This agent's signature on the roster that follows from another member's leaving.
   *
   * @throws org.concordat.certs.CertsException if nobody of the roster in force leaves by it
   */
  public byte[] follow(MemberExit exit, ParticipantKeys keys) {
    exit.requireValid(genesis.digest(), latest());
    return exit.next(latest()).approve(latest(), keys).bytes();
  }

  public Optional<RosterEntry> find(String member) {
    return find(latest(), member);
  }

  private static Optional<RosterEntry> find(Roster roster, String member) {
    try {
      return roster.find(new MemberId(member));
    } catch (IllegalArgumentException noSuchName) {
      return Optional.empty();
    }
  }

  /** Whether a participant of the roster in force has a role, and is not suspended. */
  public boolean has(String member, Role role) {
    return find(member)
        .filter(entry -> entry.roles().contains(role))
        .filter(entry -> latest().findSuspended(entry.id()).isEmpty())
        .isPresent();
  }

  /**
   * What this site pins for secure aggregation: all agents of its own roster, and at least that
   * many colluders.
   */
  public Alliance alliance(String coordinator, int colluders) {
    return new Alliance(
        latest().alliance().value(),
        new Digest(chain.latestDigest().bytes()),
        new Digest(chain.policyDigest().bytes()),
        latest().agents().stream().map(entry -> entry.id().value()).sorted().toList(),
        coordinator,
        colluders);
  }
}
