package org.concordat.agent.approval;

import java.util.Map;
import java.util.Optional;
import org.concordat.agent.approval.Consents.Decider;
import org.concordat.agent.job.SiteJobs;
import org.concordat.agent.job.SiteJobs.SiteJob;
import org.concordat.agent.report.Reports;

/**
 * Consents that people take back, at any time: a signed file in the inbox is enough. From then on
 * the site does nothing more for the job; what it sent before stays sent. On the mailbox only.
 *
 * @param site this site's id
 */
public record Withdrawals(
    String site,
    Inbox inbox,
    ApprovalCheck check,
    SiteJobs jobs,
    Consents consents,
    Reports reports) {

  /** Takes what waits in the inbox. One that does not count is told, and set aside. */
  public void look() {
    try {
      for (Map.Entry<String, byte[]> waiting : inbox.withdrawals().entrySet()) {
        take(waiting.getKey(), waiting.getValue());
      }
    } catch (InboxException unreadable) {
      // JobAnswers looks into the same folder, and tells it
    }
  }

  private void take(String id, byte[] sealed) {
    try {
      ApprovalCheck.Withdrawal withdrawal = check.withdrawal(site, sealed);
      Optional<SiteJob> job = jobs.find(withdrawal.job());
      if (job.isEmpty()) {
        aside(id, "there is no consent to a running job '" + Plain.text(withdrawal.job()) + "'");
        return;
      }
      if (jobs.withdrawn(withdrawal.job()).isEmpty()) {
        String comment = withdrawal.comment().isEmpty() ? "" : ": " + withdrawal.comment();
        String why = withdrawal.signer() + " took this site's consent back" + comment;
        consents.withdraw(job.get(), why, new Decider(withdrawal.signer(), withdrawal.sealed()));
      }
      inbox.withdrawn(id);
    } catch (BadApprovalException bad) {
      aside(id, String.valueOf(bad.getMessage()));
    }
  }

  private void aside(String id, String why) {
    reports.alarm("a withdrawal in the inbox did not count: " + why);
    inbox.setWithdrawalAside(id);
  }
}
