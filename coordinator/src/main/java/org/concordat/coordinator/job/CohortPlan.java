package org.concordat.coordinator.job;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.concordat.certs.Roster;
import org.concordat.certs.RosterChain;
import org.concordat.certs.Sha256;
import org.concordat.coordinator.directory.Directory;
import org.concordat.secureagg.Alliance;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.InfeasibleCohortException;
import org.concordat.secureagg.cohorts.Assignment;
import org.concordat.secureagg.cohorts.CohortBounds;
import org.concordat.secureagg.cohorts.Drawn;

/**
 * Whether the roster in force is one cohort or is drawn into several, and what that means for a
 * job.
 *
 * @param coordinator this participant's id
 * @param cohortSize more agents than that are drawn into cohorts of up to so many
 * @param drawColluders K at the least; where it is not stated, nothing is drawn
 */
public record CohortPlan(
    Directory directory, String coordinator, int cohortSize, OptionalInt drawColluders) {
  private static final int MIN_COHORT = 3;

  /** The roster has more agents than one cohort takes. */
  public boolean several() {
    return agents() > cohortSize;
  }

  /** Which agents the roster in force has more, and which less, than an earlier one, in words. */
  public String changeSince(Digest earlier) {
    List<String> now = agentsOf(directory.roster());
    List<String> before =
        directory.chain().find(new Sha256(earlier.hex())).map(CohortPlan::agentsOf).orElse(now);
    List<String> changes = new ArrayList<>();
    now.stream().filter(one -> !before.contains(one)).forEach(one -> changes.add(one + " joined"));
    before.stream().filter(one -> !now.contains(one)).forEach(one -> changes.add(one + " left"));
    return changes.isEmpty() ? "the same agents" : String.join(", ", changes);
  }

  private static List<String> agentsOf(Roster roster) {
    return roster.agents().stream().map(entry -> entry.id().value()).sorted().toList();
  }

  private int agents() {
    return directory.roster().agents().size();
  }

  /** All agents of the roster in force, with K for a job that assumes so many colluders. */
  public Alliance alliance(int colluders) {
    RosterChain chain = directory.chain();
    Roster roster = chain.latest();
    return new Alliance(
        roster.alliance().value(),
        new Digest(chain.latestDigest().bytes()),
        new Digest(chain.policyDigest().bytes()),
        agentsOf(roster),
        coordinator,
        Math.max(drawColluders.orElse(0), colluders));
  }

  /** The size of the largest cohort that a draw of the roster makes. */
  int largest() {
    int count = count();
    return (agents() + count - 1) / count;
  }

  /** The size of the smallest. */
  int smallest() {
    return agents() / count();
  }

  private int count() {
    return Assignment.count(agents(), cohortSize);
  }

  /**
   * Refuses a job that can make no progress.
   *
   * @throws InfeasibleCohortException naming the numbers
   */
  void requireFeasible(List<String> members, int colluders) {
    if (!several()) {
      cohort(members, colluders);
      return;
    }
    requireDrawColluders();
    Drawn.requireFeasible(agents(), alliance(colluders).colluders(), cohortSize);
    int least = count() * bounds(colluders).minSurvivors();
    if (members.size() < least) {
      throw new InfeasibleCohortException(
          "No round can end with %d of %d members: %d cohorts need %d survivors each."
              .formatted(members.size(), agents(), count(), bounds(colluders).minSurvivors()));
    }
  }

  /**
   * A draw serves every job under its roster, and its quorum counts with K: nobody should get the
   * weakest without having said so.
   *
   * @throws InfeasibleCohortException naming the setting
   */
  public void requireDrawColluders() {
    if (drawColluders.isEmpty()) {
      throw new InfeasibleCohortException(
          ("%d agents are more than one cohort of %d takes, and have to be drawn into several: state"
                  + " 'rounds.draw-colluders' in the coordinator's file, how many of them may work"
                  + " with a malicious coordinator, then start it again and submit the job.")
              .formatted(agents(), cohortSize));
    }
  }

  private CohortBounds bounds(int colluders) {
    return CohortBounds.of(agents(), alliance(colluders).colluders(), smallest());
  }

  /** What sums a job of these members would have. */
  SumFacts planned(List<String> members, int colluders) {
    if (several()) {
      CohortBounds bounds = bounds(colluders);
      return SumFacts.planned(bounds.minSurvivors(), bounds.colluders());
    }
    return SumFacts.planned(cohort(members, colluders).minSurvivors(), colluders);
  }

  /** What the numbers mean for a member, in one sentence. */
  String explain(List<String> members, int colluders) {
    if (!several()) {
      return cohort(members, colluders).explain();
    }
    CohortBounds bounds = bounds(colluders);
    return ("%d members in %d cohorts of %d to %d, drawn by all of them: a round ends if at most %d of each cohort drop"
            + " out (T = %d), and even if the coordinator and %d members work together they learn of your update only"
            + " your cohort's sum, with at least %d honest members in it: more than c = %d of them are in one cohort"
            + " with a chance below 2^-37. Each cohort's sum is seen, not only the total.")
        .formatted(
            agents(),
            count(),
            smallest(),
            largest(),
            bounds.toleratedDrops(),
            bounds.threshold(),
            alliance(colluders).colluders(),
            bounds.minSurvivors() - bounds.colluders(),
            bounds.colluders());
  }

  /** The one cohort of these members under the roster and the policy in force. */
  Cohort cohort(List<String> members, int colluders) {
    return cohort(members, members.size(), colluders);
  }

  /**
   * The same for those of a job's members that take part.
   *
   * @param asked how many the job has, also where they refused or have left the roster: each has
   *     consented to no smaller survivor set than all of them give
   */
  public Cohort cohort(List<String> members, int asked, int colluders) {
    List<String> listed = members.stream().filter(directory::isMember).toList();
    // a job with fewer members than the roster must not be weaker than what every member pinned for
    // all of them
    int pinned = Cohort.leastSurvivors(directory.roster().agents().size(), colluders);
    int least =
        listed.size() < MIN_COHORT ? pinned : Cohort.leastSurvivors(listed.size(), colluders);
    return new Cohort(
        directory.roster().alliance().value(),
        new Digest(directory.chain().latestDigest().bytes()),
        new Digest(directory.chain().policyDigest().bytes()),
        listed.stream().sorted().toList(),
        coordinator,
        colluders,
        Math.max(Math.max(least, pinned), Cohort.leastSurvivors(asked, colluders)));
  }

  /**
   * A drawn cohort without those who take no part in a job.
   *
   * @throws InfeasibleCohortException if too few are left
   */
  public static Cohort taking(Cohort drawn, List<String> members) {
    return new Cohort(
        drawn.alliance(),
        drawn.rosterDigest(),
        drawn.policyDigest(),
        drawn.members().stream().filter(members::contains).toList(),
        drawn.coordinator(),
        drawn.colluders(),
        drawn.minSurvivors());
  }
}
