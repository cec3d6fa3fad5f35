package org.concordat.coordinator.directory;

import java.util.function.Supplier;
import org.concordat.certs.MemberId;
import org.concordat.certs.Role;
import org.concordat.certs.Roster;
import org.concordat.certs.RosterChain;
import org.concordat.certs.RosterChange;
import org.concordat.certs.RosterEntry;
import org.concordat.coordinator.directory.Directory.RefusedException;

/** Which changes of the roster in force may be proposed, and by whom they may be approved. */
final class ChangeRules {
  private final Supplier<RosterChain> chain;
  private final Exits exits;
  private final Standing standing;

  ChangeRules(Supplier<RosterChain> chain, Exits exits, Standing standing) {
    this.chain = chain;
    this.exits = exits;
    this.standing = standing;
  }

  /**
   * The next roster, if this change may be proposed, and this member may approve it.
   *
   * @throws RefusedException naming why not
   */
  Roster requirePossible(RosterChange proposed, MemberId approver) {
    Roster current = chain.get().latest();
    if (!(proposed instanceof RosterChange.OfMember change)) {
      Roster next = proposed.next(current);
      chain.get().requireOverlap(next);
      return next;
    }
    MemberId member = change.member();
    RosterEntry entry =
        current
            .find(member)
            .orElseThrow(
                () ->
                    new RefusedException(
                        standing
                                .gone(member.value())
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
    if (exits.find(member).isPresent() && !(change instanceof RosterChange.NewKeys)) {
      // a thief can leave with the keys that are replaced; that leaving is then nobody's
      throw new RefusedException(
          standing.gone(member.value()).orElseThrow() + ": nothing else is to change");
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
}
