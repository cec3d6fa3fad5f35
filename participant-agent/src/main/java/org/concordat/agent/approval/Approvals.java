package org.concordat.agent.approval;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.concordat.agent.data.DataSet;
import org.concordat.agent.data.DataSets;
import org.concordat.agent.data.InvalidDataException;
import org.concordat.agent.job.SiteJobs;
import org.concordat.agent.job.SiteJobs.SiteJob;
import org.concordat.agent.policy.Obligations;
import org.concordat.agent.policy.SitePolicies.NoPolicyException;
import org.concordat.agent.policy.SitePolicy;
import org.concordat.agent.policy.SumFacts;
import org.concordat.agent.round.DurableMember;
import org.concordat.agent.site.FirstStoreMark;
import org.concordat.jurisdictions.Action;
import org.concordat.jurisdictions.Decision;
import org.concordat.jurisdictions.Obligation;
import org.concordat.protocol.JobSpecs;
import org.concordat.protocol.v1.JobSpec;
import org.concordat.secureagg.Digest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This site's own judgement of a job: its evaluation of the policy for every action it will be
 * asked for, its rule, its data, and what was opened of that data before.
 */
public record Approvals(
    ApprovalRule rule,
    int maxTrainerMemoryMib,
    SitePolicy policy,
    DataSets dataSets,
    SiteJobs jobs,
    DurableMember member,
    FirstStoreMark firstStore) {
  private static final Logger LOG = LoggerFactory.getLogger(Approvals.class);
  private static final List<Action> ACTIONS =
      List.of(
          Action.DISPATCH,
          Action.TRAIN,
          Action.SUBMIT,
          Action.REVEAL,
          Action.AGGREGATE,
          Action.EVALUATE,
          Action.RELEASE);
  private static final String WITHIN_ONE_JOB =
      "within one job, too, rounds over different survivors can be compared";

  private static final class RefusedException extends Exception {
    RefusedException(String why) {
      super(why);
    }
  }

  /**
   * Judges a job.
   *
   * @param members whose updates would be added up
   */
  Verdict judge(SiteJob job, List<String> members) {
    JobSpec spec = job.spec();
    try {
      requireWellFormed(spec);
      require(
          jobs.use(spec.getJob()).isEmpty(),
          "this site consented to another job named '%s': submit under a new name"
              .formatted(spec.getJob()));
      DataSet data = data(spec);
      requireRule(spec);
      String agreed = policy.denialByAgreement(spec, members);
      require(agreed.isEmpty(), agreed);
      String noRoute = policy.routes().denial(members);
      require(noRoute.isEmpty(), noRoute);
      Set<Obligation> obligations = obligations(spec, data, sum(spec, members));
      List<String> reasons = reasons(job, data, members, Obligations.needsPerson(obligations));
      requireTerms(job, members);
      return new Verdict.Possible(
          data, reasons, remarks(spec, data), obligations.contains(Obligation.NOTIFY));
    } catch (RefusedException refused) {
      return new Verdict.Refused(String.valueOf(refused.getMessage()));
    }
  }

  /** What the policy sees of the sum, in one of several cohorts where the members are drawn. */
  private SumFacts sum(JobSpec spec, List<String> members) {
    return SumFacts.ofJob(
        Math.min(members.size(), member.ownCohort().orElse(members.size())),
        spec.getSecureAggregation().getColluders());
  }

  private static void requireTerms(SiteJob job, List<String> members) throws RefusedException {
    try {
      job.terms(members);
    } catch (IllegalArgumentException contradiction) {
      throw new RefusedException(
          "the job's terms contradict each other: " + contradiction.getMessage());
    }
  }

  private static void requireWellFormed(JobSpec spec) throws RefusedException {
    List<String> problems = JobSpecs.problems(spec);
    require(problems.isEmpty(), "the job is not well-formed: " + String.join("; ", problems));
  }

  private DataSet data(JobSpec spec) throws RefusedException {
    DataSet data;
    try {
      Optional<DataSet> found = dataSets.current(spec.getDataSet());
      data =
          found.orElseThrow(
              () ->
                  new RefusedException(
                      "this site has no data set '%s'; it has %s"
                          .formatted(spec.getDataSet(), dataSets.names())));
    } catch (InvalidDataException invalid) {
      LOG.warn("{}", invalid.getMessage()); // may show cells, and stays here
      throw new RefusedException(
          ("this site's data set '%s' does not fit its description any more (%s mistakes;"
                  + " the agent's log lists them)")
              .formatted(spec.getDataSet(), invalid.found()));
    }
    require(
        data.dataClass().equals(spec.getDataClass()),
        "the job says data class '%s', this site's data is '%s'"
            .formatted(spec.getDataClass(), data.dataClass()));
    String contradiction = policy.contradiction(data.subjectRegions());
    require(contradiction.isEmpty(), "this site contradicts itself: " + contradiction);
    String misfit = data.misfit(spec);
    require(misfit.isEmpty(), misfit);
    return data;
  }

  private void requireRule(JobSpec spec) throws RefusedException {
    require(
        rule.purposes().contains(spec.getPurpose()),
        "purpose '%s' is not among those this site approves: %s"
            .formatted(spec.getPurpose(), rule.purposes()));
    require(
        spec.getSecureAggregation().getColluders() >= rule.colluders(),
        "the job assumes %s colluders, this site asks for at least %s"
            .formatted(spec.getSecureAggregation().getColluders(), rule.colluders()));
    require(
        spec.getTrainerMemoryMib() <= maxTrainerMemoryMib,
        "the job asks for %s MiB for its trainer, this site allows %s"
            .formatted(spec.getTrainerMemoryMib(), maxTrainerMemoryMib));
  }

  /** All that must be met, whatever the job asks for. */
  private Set<Obligation> obligations(JobSpec spec, DataSet data, SumFacts sum)
      throws RefusedException {
    Set<Obligation> all = EnumSet.noneOf(Obligation.class);
    for (Action action : ACTIONS) {
      Decision decision = decide(action, spec, data, sum);
      require(decision.allowed(), SitePolicy.denial(decision));
      requireMet(decision, sum);
      all.addAll(decision.obligations());
    }
    return all;
  }

  private Decision decide(Action action, JobSpec spec, DataSet data, SumFacts sum)
      throws RefusedException {
    try {
      return policy.decide(action, spec, data.dataClass(), data.subjectRegions(), sum);
    } catch (NoPolicyException none) {
      throw new RefusedException(String.valueOf(none.getMessage()));
    }
  }

  private void requireMet(Decision decision, SumFacts sum) throws RefusedException {
    try {
      String unmet = policy.unmet(decision, sum, true);
      require(unmet.isEmpty(), unmet);
    } catch (NoPolicyException none) {
      throw new RefusedException(String.valueOf(none.getMessage()));
    }
  }

  private List<String> reasons(SiteJob job, DataSet data, List<String> members, boolean byPolicy) {
    List<String> reasons = new ArrayList<>();
    jobs.startedFromSameModel(job)
        .ifPresent(
            earlier ->
                reasons.add(
                    ("job '%s' started from the very same model: the difference of the first sums"
                            + " of both is exactly the update of whoever is in one and not in the other")
                        .formatted(earlier)));
    if (!firstStore.isFirst(member.member().incarnation())) {
      reasons.add(
          "this site's state was lost or is new: it cannot tell which sums over this data set were"
              + " opened before, so anybody's update could be told apart");
    }
    reasons.addAll(
        FurtherJob.reasons(
            rule.furtherJobs(),
            jobs.usesOf(data.name(), new Digest(data.digest())),
            members,
            job.spec().getRounds() + 1L));
    if (byPolicy) {
      reasons.add(
          "the alliance's policy allows it with the obligation "
              + Obligation.APPROVAL_BY_PERSON.text());
    }
    if (!reasons.isEmpty()) {
      reasons.add(WITHIN_ONE_JOB);
    }
    return reasons;
  }

  /** What the operator should know of this site's data, without any of it. */
  private static List<String> remarks(JobSpec spec, DataSet data) {
    double most = spec.getSecureAggregation().getMaxWeight();
    return data.trainRows() > most
        ? List.of(
            "this site has "
                + data.trainRows()
                + " training rows and max-weight is "
                + (most == Math.rint(most) ? String.valueOf((long) most) : String.valueOf(most))
                + ": it weighs as if it had no more")
        : List.of();
  }

  private static void require(boolean holds, String why) throws RefusedException {
    if (!holds) {
      throw new RefusedException(why);
    }
  }
}
