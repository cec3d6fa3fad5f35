package org.concordat.agent.approval;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.concordat.agent.approval.ApprovalRule.FurtherJobs;
import org.concordat.agent.job.DataUse;

/**
 * A job on a data set of which a sum may have been opened before. Models that start near each other
 * give one member's update by subtraction where the member sets differ in it; so a person decides,
 * unless the site's rule says how many sums over which member sets it allows.
 */
final class FurtherJob {
  private FurtherJob() {}

  /**
   * Why a person must be asked; empty where none need be.
   *
   * @param before uses of the same data, all of them
   * @param planned sums that this job would add
   */
  static List<String> reasons(
      FurtherJobs rule, List<DataUse> before, List<String> members, long planned) {
    List<DataUse> opened = before.stream().filter(use -> use.sums() > 0).toList();
    long sums = opened.stream().mapToLong(DataUse::sums).sum();
    Set<String> mine = new TreeSet<>(members);
    boolean same = opened.stream().allMatch(use -> mine.equals(new TreeSet<>(use.members())));
    if (opened.isEmpty() || (sums + planned <= rule.sums() && (same || !rule.sameMembersOnly()))) {
      return List.of();
    }
    List<String> reasons = new ArrayList<>();
    Set<String> apart = new TreeSet<>();
    for (DataUse use : opened) {
      Set<String> theirs = new TreeSet<>(use.members());
      apart.addAll(difference(mine, theirs));
      apart.addAll(difference(theirs, mine));
    }
    reasons.add(
        opened.size()
            + (opened.size() == 1 ? " earlier job" : " earlier jobs")
            + " on this data set ("
            + names(opened)
            + ") opened or may open "
            + sums
            + " sums; this one adds "
            + planned
            + (rule.sums() == 0
                ? ", and this site has no rule for further jobs"
                : "; this site's rule allows %s%s"
                    .formatted(
                        rule.sums(), rule.sameMembersOnly() ? " over the same members" : "")));
    reasons.add(
        apart.isEmpty()
            ? "the members are the same as before: whoever compares the models of both jobs could"
                + " tell apart the update of any member that took part in a round of one and was"
                + " missing in the other's"
            : "by comparing the models of both jobs, the update of "
                + String.join(", ", apart)
                + " could be told apart: in one job and not in the other");
    return reasons;
  }

  private static Set<String> difference(Set<String> from, Set<String> without) {
    Set<String> left = new TreeSet<>(from);
    left.removeAll(without);
    return left;
  }

  private static String names(List<DataUse> uses) {
    List<String> names = uses.stream().map(DataUse::job).toList();
    int shown = Math.min(5, names.size());
    return String.join(", ", names.subList(names.size() - shown, names.size()))
        + (shown < names.size() ? " and " + (names.size() - shown) + " more" : "");
  }
}
