package org.concordat.coordinator.regional;

import java.util.List;
import java.util.Optional;
import org.concordat.certs.MemberId;
import org.concordat.certs.Role;
import org.concordat.certs.Roster;
import org.concordat.certs.RosterEntry;
import org.concordat.certs.Sha256;
import org.concordat.coordinator.directory.Directory;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Refusal.Reason;

/**
 * Whose updates this aggregator adds up, by the signed rosters alone.
 *
 * @param self its id
 */
record RosterRegion(Directory directory, String self) implements Region {
  @Override
  public List<String> members(Cohort cohort) throws Refusal {
    Optional<Roster> roster = directory.chain().find(new Sha256(cohort.rosterDigest().hex()));
    Refusal.require(
        roster.isPresent(),
        Reason.EPOCH_UNKNOWN,
        cohort.coordinator(),
        "the roster %s of the epoch is not known here",
        cohort.rosterDigest().shortHex());
    for (String member : cohort.members()) {
      Refusal.require(
          find(roster.orElseThrow(), member)
              .filter(entry -> entry.roles().contains(Role.AGENT))
              .isPresent(),
          Reason.NOT_A_MEMBER,
          cohort.coordinator(),
          "\"%s\" is no agent of that roster",
          member);
    }
    return cohort.members().stream()
        .filter(member -> isMine(roster.orElseThrow(), member))
        .sorted()
        .toList();
  }

  @Override
  public boolean isMine(String member) {
    return directory.isMember(member) && isMine(directory.roster(), member);
  }

  private boolean isMine(Roster roster, String member) {
    return find(roster, member)
        .flatMap(roster::aggregatorOf)
        .filter(entry -> entry.id().value().equals(self))
        .isPresent();
  }

  private static Optional<RosterEntry> find(Roster roster, String member) {
    return roster.find(new MemberId(member));
  }
}
