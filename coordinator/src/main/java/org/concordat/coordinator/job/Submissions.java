package org.concordat.coordinator.job;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.concordat.auditlog.AuditEntry;
import org.concordat.auditlog.EntryOutcome;
import org.concordat.auditlog.EntryType;
import org.concordat.certs.Role;
import org.concordat.certs.Roster;
import org.concordat.coordinator.audit.AuditTrail;
import org.concordat.coordinator.directory.Directory;
import org.concordat.jurisdictions.Action;
import org.concordat.jurisdictions.Decision;
import org.concordat.jurisdictions.MemberVerdict;
import org.concordat.jurisdictions.Obligation;
import org.concordat.learning.InitialModel;
import org.concordat.protocol.JobSpecs;
import org.concordat.protocol.v1.JobSpec;
import org.concordat.protocol.v1.MemberDecision;
import org.concordat.protocol.v1.SubmitJobReply;
import org.concordat.secureagg.BadEnvelopeException;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.kernel.Quantisation;

/** Specs that are submitted: checked, explained, and proposed. Used on the mailbox thread only. */
public final class Submissions {
  /** Above it the operator is warned. */
  private static final double MAX_RELATIVE_ERROR = 0.01;

  /** Obligations that an operator notices, in words. */
  private static final Map<Obligation, String> OBLIGATIONS =
      Map.of(
          Obligation.APPROVAL_BY_PERSON,
          "a person is asked at every site before it takes part",
          Obligation.DELETE_UPDATES_AFTER_ROUND,
          "masked updates are erased when their round is over; then nobody can check them leaf by"
              + " leaf",
          Obligation.MEMBERS_ONLY,
          "models and sums go to agents of the roster only",
          Obligation.RETAIN_DAYS,
          "what is kept of a round is deleted in time; then nobody can check it any more",
          Obligation.NOTIFY,
          "each member's agent tells its people of the job");

  private final JobBook book;
  private final Jobs jobs;
  private final Directory directory;
  private final Notary notary;
  private final AlliancePolicy policy;
  private final AuditTrail audit;
  private final CohortPlan plan;

  public Submissions(
      JobBook book,
      Jobs jobs,
      Directory directory,
      Notary notary,
      AlliancePolicy policy,
      AuditTrail audit,
      CohortPlan plan) {
    this.book = book;
    this.jobs = jobs;
    this.directory = directory;
    this.notary = notary;
    this.policy = policy;
    this.audit = audit;
    this.plan = plan;
  }

  /**
   * Checks a job, explains it, and proposes it to its members unless it is a dry run. The same
   * signed spec again is the same job.
   */
  public SubmitJobReply submit(String caller, byte[] sealed, boolean dryRun)
      throws JobRefusedException {
    JobSpec spec = open(caller, sealed);
    List<String> problems = JobSpecs.problems(spec);
    if (!problems.isEmpty()) {
      throw new JobRefusedException(JobRefusedException.Kind.INVALID, String.join("\n", problems));
    }
    Optional<Job> before = book.find(spec.getJob());
    if (before.isPresent() && !before.get().spec().equals(spec)) {
      throw new JobRefusedException(
          JobRefusedException.Kind.CONFLICT,
          "another job is named '" + spec.getJob() + "': give this one another name");
    }
    if (before.isEmpty() && audit.tellsOf(spec.getJob(), Digest.sha256(sealed))) {
      throw new JobRefusedException(
          JobRefusedException.Kind.CONFLICT,
          "the log tells of a job '%s' that a lost store knew: give this one another name"
              .formatted(spec.getJob()));
    }
    List<String> members = members(spec);
    SubmitJobReply.Builder reply =
        SubmitJobReply.newBuilder().setJob(spec.getJob()).setExisted(before.isPresent());
    explainNumbers(spec, members, reply);
    String denials = policy.agreement().denialOfJob(spec, members);
    if (denials.isEmpty()) {
      denials = policy.routes().denial(members);
    }
    if (denials.isEmpty()) {
      denials = decide(spec, members, reply);
    }
    if (!denials.isEmpty()) {
      return reply.setReason(denials).build();
    }
    if (!dryRun && before.isEmpty()) {
      propose(caller, sealed, spec, members);
    }
    return reply.setAccepted(true).build();
  }

  /**
   * What the policy says of dispatching, and of whatever the coordinator decides later: the first
   * action that is denied is the answer.
   */
  private String decide(JobSpec spec, List<String> members, SubmitJobReply.Builder reply) {
    SumFacts sums = plan.planned(members, spec.getSecureAggregation().getColluders());
    Decision decision = policy.decide(Action.DISPATCH, spec, members, sums, "submit");
    for (Action later : AlliancePolicy.ACTIONS) {
      if (policy.denials(decision, sums).isEmpty()) {
        Decision next = policy.preview(later, spec, members, sums);
        decision = policy.denials(next, sums).isEmpty() ? decision : next;
      }
    }
    audit.append(List.of());
    for (MemberVerdict verdict : decision.members().values()) {
      reply.addDecisions(
          MemberDecision.newBuilder()
              .setMember(verdict.member())
              .setAllowed(verdict.allowed())
              .setExplanation(verdict.explain()));
    }
    for (Obligation obligation : policy.obligations(spec, members, sums)) {
      String meaning = OBLIGATIONS.getOrDefault(obligation, "");
      if (!meaning.isEmpty()) {
        reply.addNotes(obligation.text() + ": " + meaning);
      }
    }
    if (decision.allowed()) {
      return policy.denials(decision, sums);
    }
    return "the alliance's policy does not allow '%s' for every member that this job names"
        .formatted(decision.action());
  }

  private JobSpec open(String caller, byte[] sealed) throws JobRefusedException {
    try {
      Notary.Opened opened = notary.open(sealed);
      if (!opened.sender().equals(caller) || !opened.type().equals(Job.SPEC_TYPE)) {
        throw new JobRefusedException(
            JobRefusedException.Kind.INVALID,
            "the job is not signed as a job by its caller '" + caller + "'");
      }
      return JobSpec.parseFrom(opened.payload());
    } catch (BadEnvelopeException | InvalidProtocolBufferException bad) {
      throw new JobRefusedException(
          JobRefusedException.Kind.INVALID, "the job cannot be read: " + bad.getMessage());
    }
  }

  private List<String> members(JobSpec spec) throws JobRefusedException {
    Roster roster = directory.roster();
    if (spec.getMembersCount() == 0) {
      return roster.agents().stream()
          .map(entry -> entry.id().value())
          .filter(directory::isMember)
          .sorted()
          .toList();
    }
    for (String member : spec.getMembersList()) {
      Optional<String> gone = directory.gone(member);
      if (gone.isPresent()) {
        throw new JobRefusedException(JobRefusedException.Kind.INVALID, gone.get());
      }
      if (directory.find(member).filter(entry -> entry.roles().contains(Role.AGENT)).isEmpty()) {
        throw new JobRefusedException(
            JobRefusedException.Kind.INVALID,
            "'"
                + member
                + "' is no agent of roster version "
                + roster.version()
                + "; agents are "
                + roster.agents().stream().map(entry -> entry.id().value()).toList());
      }
    }
    return spec.getMembersList().stream().sorted().toList();
  }

  private void explainNumbers(JobSpec spec, List<String> members, SubmitJobReply.Builder reply)
      throws JobRefusedException {
    try {
      int colluders = spec.getSecureAggregation().getColluders();
      plan.requireFeasible(members, colluders);
      int size = plan.several() ? plan.largest() : members.size();
      Quantisation quantisation = Job.quantisation(spec.getSecureAggregation(), size);
      int parameters =
          InitialModel.parameterCount(spec.getModel().getInputs(), JobSpecs.units(spec.getModel()));
      reply
          .setGuarantee(plan.explain(members, colluders))
          .setWireBits(quantisation.wireBits())
          .setRelativeError(quantisation.expectedRelativeError(parameters, size))
          .setQuantisationStep(quantisation.step())
          .addAllNotes(
              coarse(spec, quantisation, quantisation.expectedRelativeError(parameters, size)));
    } catch (IllegalArgumentException infeasible) {
      throw new JobRefusedException(
          JobRefusedException.Kind.INVALID, String.valueOf(infeasible.getMessage()));
    }
  }

  /** Warnings, where updates are likely to drown in the rounding. */
  private static List<String> coarse(JobSpec spec, Quantisation quantisation, double error) {
    double largest = spec.getPlan().getLearningRate() * spec.getPlan().getLocalEpochs();
    List<String> notes = new ArrayList<>();
    if (quantisation.step() > largest) {
      notes.add(
          String.format(
              Locale.ROOT,
              "one quantisation step is %.3g, and values of an update are seldom above learning-rate"
                  + " times local-epochs, %.3g: most of it would be rounded away. Next: a smaller"
                  + " coordinate-bound, or more quantisation-bits",
              quantisation.step(),
              largest));
    }
    if (error > MAX_RELATIVE_ERROR) {
      notes.add(
          String.format(
              Locale.ROOT,
              "quantisation alone moves the mean by %.3g of clip-norm-l2: more quantisation-bits"
                  + " make it smaller",
              error));
    }
    return notes;
  }

  private void propose(String caller, byte[] sealed, JobSpec spec, List<String> members) {
    AuditEntry entry =
        audit
            .entry(
                "job/" + spec.getJob() + "/proposed",
                EntryType.JOB,
                caller,
                spec.getJob(),
                EntryOutcome.OK)
            .inJob(spec.getJob())
            .detail("purpose", spec.getPurpose())
            .detail("dataSet", spec.getDataSet())
            .detail("members", String.join(",", members))
            .digest(AuditTrail.SPEC, Digest.sha256(sealed).hex());
    audit.once(policy.agreement().under(entry, spec));
    jobs.propose(caller, sealed, spec, members);
  }
}
