package org.concordat.coordinator.epoch;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.InfeasibleCohortException;
import org.concordat.secureagg.blame.Verdict;

/**
 * Who is left out of the next epoch. Follows from the epochs and the proofs that are kept, so that
 * a restart gives the same: a liar stays out as long as the roster is the same; who did not answer
 * a complaint stays out until the next certified epoch's tokens are used up, since nobody can prove
 * that it was asked.
 */
final class LeftOut {
  private static final long NOT_YET = 0;

  private final Map<Digest, Set<String>> liars = new HashMap<>();

  /** Number of the certified epoch for which it is left out. */
  private final Map<String, Long> unresponsive = new HashMap<>();

  void failed(Digest roster, List<Verdict> verdicts) {
    verdicts.forEach(verdict -> blamed(roster, verdict.liar(), verdict.proven()));
  }

  /** One verdict of a failed number. */
  void blamed(Digest roster, String member, boolean isProven) {
    if (isProven) {
      proven(roster, member);
    } else {
      unresponsive.put(member, NOT_YET);
    }
  }

  /** Somebody has lied, outside the setting up of an epoch. */
  void proven(Digest roster, String liar) {
    liars.computeIfAbsent(roster, any -> new HashSet<>()).add(liar);
  }

  void certified(long number) {
    unresponsive.replaceAll((member, until) -> until == NOT_YET ? number : until);
    unresponsive.values().removeIf(until -> until < number);
  }

  Cohort without(Cohort cohort, long certified, int tokensLeft) {
    Set<String> out = new HashSet<>(liars.getOrDefault(cohort.rosterDigest(), Set.of()));
    unresponsive.forEach(
        (member, until) -> {
          if (until == NOT_YET || (until == certified && tokensLeft > 0)) {
            out.add(member);
          }
        });
    List<String> rest = cohort.members().stream().filter(member -> !out.contains(member)).toList();
    if (rest.size() == cohort.members().size()) {
      return cohort;
    }
    try {
      return new Cohort(
          cohort.alliance(),
          cohort.rosterDigest(),
          cohort.policyDigest(),
          rest,
          cohort.coordinator(),
          cohort.colluders(),
          cohort.minSurvivors());
    } catch (InfeasibleCohortException tooFew) {
      out.retainAll(cohort.members());
      throw new InfeasibleCohortException(
          tooFew.getMessage()
              + "; left out for what they did (concordat round evidence): "
              + String.join(", ", new TreeSet<>(out)));
    }
  }
}
