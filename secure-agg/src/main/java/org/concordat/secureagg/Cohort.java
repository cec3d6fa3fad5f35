package org.concordat.secureagg;

import static org.concordat.secureagg.codec.MalformedMessageException.check;

import java.util.List;
import java.util.stream.IntStream;
import org.concordat.secureagg.codec.ByteReader;

/**
 * The members of one sum and the parameters that protect them ("Parameters" of the protocol). A
 * member's position in the sorted list is its index; its Shamir abscissa is the index plus one.
 *
 * @param alliance the alliance's id
 * @param rosterDigest the signed roster in force
 * @param policyDigest the signed policy in force
 * @param members 3 to 256 ids, sorted, distinct
 * @param coordinator the id whose messages members obey; not a member
 * @param colluders c: how many members are assumed to work with a malicious coordinator, 0 or more
 * @param minSurvivors N_min: a sum over fewer is refused; at least {@code max(T, 3 + c)}
 */
public record Cohort(
    String alliance,
    Digest rosterDigest,
    Digest policyDigest,
    List<String> members,
    String coordinator,
    int colluders,
    int minSurvivors) {
  public static final int MAX_MEMBERS = 256;
  private static final int MIN_MEMBERS = 3;
  private static final String LABEL = "secagg.cohort.v1";

  /**
   * @throws InfeasibleCohortException if not even a round without drops could end
   */
  public Cohort {
    Ids.check("alliance", alliance);
    Ids.check("coordinator", coordinator);
    members = List.copyOf(members);
    checkMembers(members, coordinator);
    check(colluders >= 0 && colluders <= MAX_MEMBERS, "colluders %d", colluders);
    check(minSurvivors >= 0 && minSurvivors <= 2 * MAX_MEMBERS, "minSurvivors %d", minSurvivors);
    int least = leastSurvivors(members.size(), colluders);
    if (least > members.size()) {
      throw new InfeasibleCohortException(infeasible(members.size(), colluders));
    }
    check(
        minSurvivors >= least, "minSurvivors %d is below max(T, 3 + c) = %d", minSurvivors, least);
    if (minSurvivors > members.size()) {
      throw new InfeasibleCohortException(
          "No round can end: it asks for %d survivors of %d members. Ask for %d to %d."
              .formatted(minSurvivors, members.size(), least, members.size()));
    }
  }

  /** A cohort with the smallest N_min that the protocol allows; sorts the members. */
  public static Cohort of(
      String alliance,
      Digest rosterDigest,
      Digest policyDigest,
      List<String> members,
      String coordinator,
      int colluders) {
    int least = Math.min(leastSurvivors(members.size(), colluders), 2 * MAX_MEMBERS);
    List<String> sorted = members.stream().sorted().toList();
    return new Cohort(alliance, rosterDigest, policyDigest, sorted, coordinator, colluders, least);
  }

  /** {@code T = ⌊(n + c) / 2⌋ + 1}: two sets of T members share one that is not a colluder. */
  public static int threshold(int members, int colluders) {
    return (members + colluders) / 2 + 1;
  }

  /** {@code max(T, 3 + c)}. */
  public static int leastSurvivors(int members, int colluders) {
    return Math.max(threshold(members, colluders), 3 + colluders);
  }

  /** n. */
  public int size() {
    return members.size();
  }

  /** T: quorum of signatures and Shamir threshold. */
  public int threshold() {
    return threshold(size(), colluders);
  }

  /** d: how many members may be gone for good, at most, while rounds still end. */
  public int toleratedDrops() {
    return size() - minSurvivors;
  }

  /** The member's index, or -1. */
  public int indexOf(String member) {
    return members.indexOf(member);
  }

  /** Identifies members and parameters; bound into every mask. */
  public Digest digest() {
    return Digest.sha256(encode());
  }

  /** What the numbers mean for a member, in one sentence, for {@code job submit}. */
  public String explain() {
    return ("%d members: a round ends if at most %d of them drop out, and even %s of your update only one sum with at"
            + " least %d honest members in it.")
        .formatted(size(), toleratedDrops(), whoLearns(), minSurvivors - colluders);
  }

  private String whoLearns() {
    if (colluders == 0) {
      return "the coordinator, if no member works with it, learns";
    }
    return "if the coordinator and %d member%s work together they learn"
        .formatted(colluders, colluders == 1 ? "" : "s");
  }

  /**
   * Whether a member that pinned this cohort may work in {@code epoch}: same alliance, roster,
   * policy and coordinator, no member from outside, and no weaker parameters. (A subset is how an
   * alliance goes on without an excluded member.)
   */
  public boolean admits(Cohort epoch) {
    return alliance.equals(epoch.alliance)
        && rosterDigest.equals(epoch.rosterDigest)
        && policyDigest.equals(epoch.policyDigest)
        && coordinator.equals(epoch.coordinator)
        && members.containsAll(epoch.members)
        && epoch.colluders >= colluders
        && epoch.minSurvivors >= minSurvivors;
  }

  public byte[] encode() {
    return new RosterFields(alliance, rosterDigest, policyDigest, members, coordinator, colluders)
        .write(LABEL)
        .u16(minSurvivors)
        .toBytes();
  }

  public static Cohort decode(byte[] bytes) {
    ByteReader in = new ByteReader(bytes);
    RosterFields read = RosterFields.read(in, LABEL, "a cohort", MAX_MEMBERS);
    Cohort cohort =
        new Cohort(
            read.alliance(),
            read.rosterDigest(),
            read.policyDigest(),
            read.members(),
            read.coordinator(),
            read.colluders(),
            in.u16());
    in.end();
    return cohort;
  }

  private static void checkMembers(List<String> members, String coordinator) {
    if (members.size() < MIN_MEMBERS) {
      throw new InfeasibleCohortException(
          "A sum of %d members would show them each other's updates; take at least 3 (6 or more recommended)."
              .formatted(members.size()));
    }
    check(members.size() <= MAX_MEMBERS, "%d members in one sum, at most 256", members.size());
    Ids.checkMembers(members, coordinator);
  }

  private static String infeasible(int members, int colluders) {
    int enough =
        IntStream.rangeClosed(MIN_MEMBERS, MAX_MEMBERS)
            .filter(n -> leastSurvivors(n, colluders) <= n)
            .findFirst()
            .orElse(MAX_MEMBERS);
    int fewer =
        IntStream.iterate(colluders, c -> c >= 0, c -> c - 1)
            .filter(c -> leastSurvivors(members, c) <= members)
            .findFirst()
            .orElse(0);
    return "No round can end with %d members and %d assumed colluders: it would need %d survivors. Feasible: %d members, or %d colluders."
        .formatted(members, colluders, leastSurvivors(members, colluders), enough, fewer);
  }
}
