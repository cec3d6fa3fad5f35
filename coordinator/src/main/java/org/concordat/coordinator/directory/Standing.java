package org.concordat.coordinator.directory;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.concordat.certs.IdentityKey;
import org.concordat.certs.MemberId;
import org.concordat.certs.Roster;
import org.concordat.certs.RosterChain;
import org.concordat.certs.RosterEntry;
import org.concordat.certs.Sha256;

/** Who is a member now, and of who is none any more: why. */
final class Standing {
  private final Supplier<RosterChain> chain;
  private final Exits exits;

  Standing(Supplier<RosterChain> chain, Exits exits) {
    this.chain = chain;
    this.exits = exits;
  }

  private Roster roster() {
    return chain.get().latest();
  }

  /** A participant of the roster in force. */
  Optional<RosterEntry> find(String member) {
    return find(roster(), member);
  }

  private static Optional<RosterEntry> find(Roster roster, String member) {
    try {
      return roster.find(new MemberId(member));
    } catch (IllegalArgumentException noSuchName) {
      return Optional.empty();
    }
  }

  /** Keys that a former member of this name had. */
  List<IdentityKey> formerKeys(String name) {
    try {
      return roster().formerKeys(new MemberId(name));
    } catch (IllegalArgumentException noSuchName) {
      return List.of();
    }
  }

  /**
   * Why a participant is no member any more, or not now, in words; empty if it is one, or never
   * was.
   */
  Optional<String> gone(String name) {
    Optional<RosterEntry> entry = find(name);
    if (entry.isPresent()) {
      MemberId id = entry.get().id();
      return exits
          .find(id)
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
  Optional<String> gone(String name, Optional<Sha256> memberCa) {
    return gone(name).or(() -> memberCa.flatMap(ca -> replaced(name, ca)));
  }

  /** The same of who was listed in an earlier roster, with the keys that it had there. */
  Optional<String> goneSince(String name, Sha256 roster) {
    Optional<String> gone = gone(name);
    if (gone.isPresent() || formerKeys(name).isEmpty()) {
      return gone;
    }
    return chain
        .get()
        .find(roster)
        .flatMap(then -> find(then, name))
        .flatMap(entry -> replaced(name, entry.memberCa()));
  }

  private Optional<String> replaced(String name, Sha256 memberCa) {
    return roster()
        .findRevoked(memberCa)
        .map(revoked -> "the keys of '" + name + "' were replaced: " + revoked.reason());
  }
}
