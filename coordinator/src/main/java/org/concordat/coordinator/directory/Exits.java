package org.concordat.coordinator.directory;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.concordat.certs.MemberExit;
import org.concordat.certs.MemberId;
import org.concordat.certs.Roster;
import org.concordat.coordinator.stored.Kinds;
import org.concordat.store.Entries;

/** Leavings that no roster in force follows yet, by member. Changed on the mailbox thread. */
final class Exits {
  private final Entries entries;
  private volatile Map<MemberId, MemberExit> open = Map.of();

  Exits(Entries entries, Roster inForce) {
    this.entries = entries;
    load(inForce);
  }

  /** Of members of a roster that is in force now. */
  void load(Roster inForce) {
    Map<MemberId, MemberExit> found = new TreeMap<>();
    for (byte[] stored : entries.all(Kinds.EXITS).values()) {
      MemberExit exit = MemberExit.parse(stored);
      if (exit.concerns(inForce)) {
        found.put(exit.member(), exit);
      }
    }
    open = Collections.unmodifiableMap(found);
  }

  /** Durable when it returns. */
  void put(MemberExit exit, Roster inForce) {
    entries.put(Kinds.EXITS, exit.identityKey().base64(), exit.toBytes());
    load(inForce);
  }

  Optional<MemberExit> find(MemberId member) {
    return Optional.ofNullable(open.get(member));
  }

  List<MemberExit> all() {
    return List.copyOf(open.values());
  }
}
