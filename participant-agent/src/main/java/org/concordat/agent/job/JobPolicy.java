package org.concordat.agent.job;

import java.util.List;
import java.util.Optional;
import org.concordat.agent.data.DataSet;
import org.concordat.agent.data.DataSets;
import org.concordat.agent.job.SiteJobs.SiteJob;
import org.concordat.agent.policy.SitePolicies.NoPolicyException;
import org.concordat.agent.policy.SitePolicy;
import org.concordat.agent.policy.SumFacts;
import org.concordat.agent.report.NoticeFile;
import org.concordat.agent.report.Reports;
import org.concordat.jurisdictions.Action;
import org.concordat.jurisdictions.Decision;
import org.concordat.jurisdictions.Obligation;

/**
 * Asks the site's policy again before each action of a job that was consented to. A policy that has
 * come into force since may want this site's people told: they are, before the first such action.
 *
 * @param notices where this site's people are told of a job
 */
public record JobPolicy(
    SitePolicy policy, DataSets dataSets, SiteJobs jobs, Reports reports, NoticeFile notices) {
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
      if (!decision.allowed()) {
        return SitePolicy.denial(decision);
      }
      String unmet = policy.unmet(decision, sum, jobs.byPerson(job.spec().getJob()));
      return unmet.isEmpty() ? untold(job, decision) : unmet;
    } catch (NoPolicyException none) {
      return String.valueOf(none.getMessage());
    }
  }

  /** Tells this site's people once, where the decision wants it; why that was not possible. */
  private String untold(SiteJob job, Decision decision) {
    String id = job.spec().getJob();
    if (!decision.obligations().contains(Obligation.NOTIFY) || jobs.told(id)) {
      return "";
    }
    String trouble =
        notices.tell(
            "job '%s' goes on using data set '%s' for the purpose '%s'; the policy wants you told"
                .formatted(id, job.spec().getDataSet(), job.spec().getPurpose()));
    if (trouble.isEmpty()) {
      jobs.tell(id);
      reports.show("notices", notices.file().toString());
    }
    return trouble;
  }
}
