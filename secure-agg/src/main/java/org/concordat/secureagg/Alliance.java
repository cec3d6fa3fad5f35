package org.concordat.secureagg;

import static org.concordat.secureagg.codec.MalformedMessageException.check;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.concordat.secureagg.codec.ByteReader;

/**
 * All agents of a roster version, as a member's own copy of the signed roster says: whoever may be
 * drawn into cohorts. A member's position in the sorted list is its index here.
 *
 * @param alliance the alliance's id
 * @param rosterDigest the signed roster in force
 * @param policyDigest the signed policy in force
 * @param members 3 to 10,000 ids, sorted, distinct
 * @param coordinator the id whose messages members obey; not a member
 * @param colluders K: how many members are assumed to work with a malicious coordinator
 */
public record Alliance(
    String alliance,
    Digest rosterDigest,
    Digest policyDigest,
    List<String> members,
    String coordinator,
    int colluders) {
  public static final int MAX_MEMBERS = 10_000;
  private static final String LABEL = "secagg.alliance.v1";

  public Alliance {
    Ids.check("alliance", alliance);
    Ids.check("coordinator", coordinator);
    members = List.copyOf(members);
    check(
        members.size() >= 3 && members.size() <= MAX_MEMBERS,
        "an alliance of %d members, 3 to %d can be drawn into cohorts",
        members.size(),
        MAX_MEMBERS);
    Ids.checkMembers(members, coordinator);
    check(colluders >= 0 && colluders < members.size(), "colluders %d", colluders);
  }

  /** N. */
  public int size() {
    return members.size();
  }

  /** The member's index, or -1. */
  public int indexOf(String member) {
    return Math.max(-1, Collections.binarySearch(members, member));
  }

  /** T_all = ⌊(N + K)/2⌋ + 1: two sets of so many members share one that is not a colluder. */
  public int quorum() {
    return Cohort.threshold(size(), colluders);
  }

  /**
   * Everybody in one cohort; empty where there are too many for one sum.
   *
   * @throws InfeasibleCohortException if not even a round without drops could end
   */
  public Optional<Cohort> whole() {
    if (size() > Cohort.MAX_MEMBERS) {
      return Optional.empty();
    }
    return Optional.of(
        Cohort.of(alliance, rosterDigest, policyDigest, members, coordinator, colluders));
  }

  public byte[] encode() {
    return new RosterFields(alliance, rosterDigest, policyDigest, members, coordinator, colluders)
        .write(LABEL)
        .toBytes();
  }

  public static Alliance decode(byte[] bytes) {
    ByteReader in = new ByteReader(bytes);
    RosterFields read = RosterFields.read(in, LABEL, "an alliance", MAX_MEMBERS);
    Alliance alliance =
        new Alliance(
            read.alliance(),
            read.rosterDigest(),
            read.policyDigest(),
            read.members(),
            read.coordinator(),
            read.colluders());
    in.end();
    return alliance;
  }
}
