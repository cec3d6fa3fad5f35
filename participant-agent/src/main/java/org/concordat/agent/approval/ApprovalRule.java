package org.concordat.agent.approval;

import java.util.List;
import org.concordat.certs.MemberId;
import org.concordat.config.Section;

/**
 * The local rule of an agent's file.
 *
 * @param purposes jobs of these purposes are consented to; empty: of none
 * @param colluders c below which no job is taken
 * @param approvers ids of the participants whose approval counts where a person must be asked;
 *     empty: nobody can approve
 * @param furtherJobs how many sums over a data set are allowed without asking a person
 */
public record ApprovalRule(
    List<String> purposes, int colluders, List<String> approvers, FurtherJobs furtherJobs) {
  /**
   * Which jobs on a data set of which a sum may have been opened before are consented to without
   * asking a person.
   *
   * @param sums how many sums over one data set, those before and those that the job would add,
   *     evaluations included; 0: a person is always asked
   * @param sameMembersOnly whether every job on the data set must have the same members
   */
  public record FurtherJobs(long sums, boolean sameMembersOnly) {
    /** Always ask. */
    public static final FurtherJobs ASK = new FurtherJobs(0, true);

    private enum Members {
      SAME,
      ANY
    }

    private static FurtherJobs read(Section section) {
      long sums = section.integer("sums", 0, 1_000_000_000, null);
      Members members = section.choice("members", Members.class, null);
      section.done();
      return new FurtherJobs(sums, members == Members.SAME);
    }
  }

  /** Mistakes are told with those of the rest of the file. */
  public static ApprovalRule read(Section section) {
    List<String> purposes = section.texts("purposes");
    int colluders = (int) section.integer("colluders", 0, 255, 0L);
    List<String> approvers = section.texts("approvers");
    for (String approver : approvers) {
      try {
        new MemberId(approver);
      } catch (IllegalArgumentException wrong) {
        section.problem("approvers", "'approval.approvers': " + wrong.getMessage());
      }
    }
    FurtherJobs further =
        section.has("further-jobs")
            ? FurtherJobs.read(section.section("further-jobs"))
            : FurtherJobs.ASK;
    section.done();
    return new ApprovalRule(purposes, colluders, approvers, further);
  }
}
