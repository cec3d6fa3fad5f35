package org.concordat.agent.approval;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.concordat.agent.AgentConfig.ApprovalRule;
import org.concordat.agent.data.DataSet;
import org.concordat.jurisdictions.Action;
import org.concordat.jurisdictions.Decision;
import org.concordat.protocol.JobSpecs;
import org.concordat.protocol.v1.Consent;
import org.concordat.protocol.v1.JobSpec;
import org.concordat.secureagg.Digest;

/**
 * This site's answer to a job: its own evaluation of the policy for every action it will be asked
 * for, its own rule, and whether it has the data at all.
 */
public final class Approvals {
  private static final List<Action> ACTIONS =
      List.of(
          Action.DISPATCH,
          Action.TRAIN,
          Action.SUBMIT,
          Action.REVEAL,
          Action.AGGREGATE,
          Action.EVALUATE,
          Action.RELEASE);

  private final SitePolicy policy;
  private final ApprovalRule rule;
  private final Map<String, DataSet> dataSets;
  private final int maxTrainerMemoryMib;
  private final SiteJobs jobs;

  public Approvals(
      SitePolicy policy,
      ApprovalRule rule,
      Map<String, DataSet> dataSets,
      int maxTrainerMemoryMib,
      SiteJobs jobs) {
    this.jobs = jobs;
    this.policy = policy;
    this.rule = rule;
    this.dataSets = dataSets;
    this.maxTrainerMemoryMib = maxTrainerMemoryMib;
  }

  /**
   * Answers.
   *
   * @param planDigest of the signed spec
   * @param policyDigest of the policy that this site has pinned
   * @param members how many members the job names
   */
  public Consent answer(JobSpec spec, Digest planDigest, byte[] policyDigest, int members) {
    Consent.Builder consent =
        Consent.newBuilder()
            .setJob(spec.getJob())
            .setSpecDigest(ByteString.copyFrom(planDigest.bytes()))
            .setPolicyDigest(ByteString.copyFrom(policyDigest))
            .setDecidedBy("rule");
    String refusal = refusal(spec, members);
    if (!refusal.isEmpty()) {
      return consent.setExplanation(refusal).build();
    }
    DataSet data = Objects.requireNonNull(dataSets.get(spec.getDataSet()));
    return consent
        .setGranted(true)
        .setExplanation(
            "purpose '"
                + spec.getPurpose()
                + "' is approved by this site's rule, and its policy allows every action")
        .setDataSetDigest(ByteString.copyFrom(data.digest()))
        .build();
  }

  private String refusal(JobSpec spec, int members) {
    List<String> problems = JobSpecs.problems(spec);
    if (!problems.isEmpty()) {
      return "the job is not well-formed: " + String.join("; ", problems);
    }
    DataSet data = dataSets.get(spec.getDataSet());
    if (data == null) {
      return "this site has no data set '" + spec.getDataSet() + "'; it has " + dataSets.keySet();
    }
    if (!data.dataClass().equals(spec.getDataClass())) {
      return "the job says data class '"
          + spec.getDataClass()
          + "', this site's data is '"
          + data.dataClass()
          + "'";
    }
    if (!rule.purposes().contains(spec.getPurpose())) {
      return "purpose '"
          + spec.getPurpose()
          + "' is not among those this site approves: "
          + rule.purposes();
    }
    if (spec.getSecureAggregation().getColluders() < rule.colluders()) {
      return "the job assumes "
          + spec.getSecureAggregation().getColluders()
          + " colluders, this site asks for at least "
          + rule.colluders();
    }
    if (spec.getTrainerMemoryMib() > maxTrainerMemoryMib) {
      return "the job asks for "
          + spec.getTrainerMemoryMib()
          + " MiB for its trainer, this site allows "
          + maxTrainerMemoryMib;
    }
    Optional<String> sameModel = jobs.startedFromSameModel(new SiteJobs.SiteJob(spec, Digest.NONE));
    if (sameModel.isPresent()) {
      return "job '"
          + sameModel.get()
          + "' started from the same initial model, and a second sum from one model would tell"
          + " the difference of two: submit with another initial-seed";
    }
    return policyDenials(spec, data, members);
  }

  private String policyDenials(JobSpec spec, DataSet data, int members) {
    for (Action action : ACTIONS) {
      Decision decision =
          policy.decide(action, spec, data.dataClass(), data.subjectRegions(), members);
      if (!decision.allowed()) {
        return SitePolicy.denial(decision);
      }
    }
    return "";
  }
}
