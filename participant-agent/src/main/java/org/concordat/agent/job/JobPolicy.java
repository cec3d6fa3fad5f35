package org.concordat.agent.job;

import java.util.List;
import java.util.Optional;
import org.concordat.agent.data.DataSet;
import org.concordat.agent.data.DataSets;
import org.concordat.agent.job.SiteJobs.SiteJob;
import org.concordat.agent.policy.SitePolicies.NoPolicyException;
import org.concordat.agent.policy.SitePolicy;
import org.concordat.agent.policy.SumFacts;
import org.concordat.agent.report.Reports;
import org.concordat.jurisdictions.Action;
import org.concordat.jurisdictions.Decision;

/** Asks the site's policy again before each action of a job that was consented to. */
public record JobPolicy(SitePolicy policy, DataSets dataSets, SiteJobs jobs, Reports reports) {
  /**
   * Why this site's policy does not let it take part in all of these actions, or the obligations of
   * one are not met; empty where it may. A denial is an alarm, unless the consent was taken back:
   * that is told as what it is.
   */
  public String denial(SiteJob job, SumFacts sum, Action... actions) {
    Optional<String> withdrawn = jobs.withdrawn(job.spec().getJob());
    if (withdrawn.isPresent()) {
      return withdrawn.get();
    }
    for (Action action : actions) {
      String denial = denial(job, sum, action);
      if (!denial.isEmpty()) {
        reports.alarm("ALARM: the coordinator asks for what this site's policy denies. " + denial);
        return denial;
      }
    }
    return "";
  }

  private String denial(SiteJob job, SumFacts sum, Action action) {
    Optional<DataSet> data = dataSets.find(job.spec().getDataSet());
    if (data.isEmpty()) {
      return "data set '" + job.spec().getDataSet() + "' is no longer configured";
    }
    String agreed = policy.denialByAgreement(job.spec(), List.of());
    if (!agreed.isEmpty()) {
      return agreed;
    }
    try {
      Decision decision =
          policy.decide(
              action, job.spec(), data.get().dataClass(), data.get().subjectRegions(), sum);
      return decision.allowed()
          ? policy.unmet(decision, sum, jobs.byPerson(job.spec().getJob()))
          : SitePolicy.denial(decision);
    } catch (NoPolicyException none) {
      return String.valueOf(none.getMessage());
    }
  }
}
