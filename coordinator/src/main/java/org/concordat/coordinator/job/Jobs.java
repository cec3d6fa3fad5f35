package org.concordat.coordinator.job;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.concordat.auditlog.AuditEntry;
import org.concordat.auditlog.EntryOutcome;
import org.concordat.auditlog.EntryType;
import org.concordat.certs.Role;
import org.concordat.certs.Roster;
import org.concordat.coordinator.audit.AuditTrail;
import org.concordat.coordinator.directory.Directory;
import org.concordat.coordinator.job.PersonsApproval.BadApprovalException;
import org.concordat.coordinator.job.record.Answered;
import org.concordat.coordinator.job.record.JobRecord;
import org.concordat.coordinator.job.record.JobState;
import org.concordat.coordinator.session.Sessions;
import org.concordat.jurisdictions.Action;
import org.concordat.jurisdictions.Decision;
import org.concordat.jurisdictions.MemberVerdict;
import org.concordat.jurisdictions.Obligation;
import org.concordat.learning.InitialModel;
import org.concordat.learning.ModelState;
import org.concordat.protocol.JobSpecs;
import org.concordat.protocol.v1.AgentReport;
import org.concordat.protocol.v1.Consent;
import org.concordat.protocol.v1.JobClosed;
import org.concordat.protocol.v1.JobProposal;
import org.concordat.protocol.v1.JobSpec;
import org.concordat.protocol.v1.MemberDecision;
import org.concordat.protocol.v1.ModelSummary;
import org.concordat.protocol.v1.SessionDown;
import org.concordat.protocol.v1.SubmitJobReply;
import org.concordat.secureagg.BadEnvelopeException;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.InfeasibleCohortException;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.kernel.Quantisation;
import org.concordat.store.Blobs;

/** From a submitted spec to a running job. Used on the mailbox thread only. */
public final class Jobs {
  /** People are given a week where a site says that it waits for one. */
  private static final Duration PERSON_WAIT = Duration.ofDays(7);

  /** How a site's report says so. */
  private static final String PERSON = "person's approval";

  /** Of one site to one job; one refusal more is taken, so that a consent can be taken back. */
  private static final int MAX_ANSWERS = 16;

  /** Above it the operator is warned. */
  private static final double MAX_RELATIVE_ERROR = 0.01;

  /** How sites end the explanation of a consent that they add nothing to. */
  private static final String USUAL_CONSENT = "and its policy allows every action";

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
  private final Directory directory;
  private final Sessions sessions;
  private final Notary notary;
  private final AlliancePolicy policy;
  private final AuditTrail audit;
  private final Publication publication;
  private final Blobs blobs;
  private final Clock clock;
  private final CohortPlan plan;
  private final String coordinator;
  private final Duration consentWait;
  private final Duration personWait;

  public Jobs(
      JobBook book,
      Directory directory,
      Sessions sessions,
      Notary notary,
      AlliancePolicy policy,
      AuditTrail audit,
      Publication publication,
      Blobs blobs,
      Clock clock,
      CohortPlan plan,
      Duration consentWait) {
    this.book = book;
    this.directory = directory;
    this.sessions = sessions;
    this.notary = notary;
    this.policy = policy;
    this.audit = audit;
    this.publication = publication;
    this.blobs = blobs;
    this.clock = clock;
    this.plan = plan;
    this.coordinator = plan.coordinator();
    this.consentWait = consentWait;
    this.personWait = consentWait.compareTo(PERSON_WAIT) > 0 ? consentWait : PERSON_WAIT;
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
    JobRecord record =
        JobRecord.newBuilder()
            .setSealedSpec(ByteString.copyFrom(sealed))
            .setState(JobState.PROPOSED)
            .addAllMembers(members)
            .setSubmittedMillis(clock.millis())
            .setSubmittedBy(caller)
            .build();
    Job job = book.put(record, spec);
    members.forEach(member -> tell(job, member));
  }

  /** Tells a member that has just connected about every job that it has to do with. */
  public void connected(String member) {
    for (Job job : book.all()) {
      if (job.record().getMembersList().contains(member)) {
        tell(job, member);
      }
    }
  }

  /** Tells a member about a job that it has to do with: what it is, or how it ended. */
  public void tell(Job job, String member) {
    SessionDown.Builder message = SessionDown.newBuilder();
    if (job.ended()) {
      message.setJobClosed(
          JobClosed.newBuilder()
              .setJob(job.id())
              .setState(job.record().getState().name())
              .setReason(job.record().getReason()));
    } else {
      message.setJobProposal(JobProposal.newBuilder().setSealedSpec(job.record().getSealedSpec()));
    }
    sessions.push(member, message.build());
  }

  /**
   * Takes a member's answer. The first one decides who takes part, until the job runs: a consent
   * that is taken back before does not count. A different one in a running job (its store was lost,
   * its data is another) is logged and shown: what the member does of the rounds follows from its
   * own answer.
   */
  public Optional<Job> consent(String member, Notary.Opened opened) {
    Consent consent;
    try {
      consent = Consent.parseFrom(opened.payload());
    } catch (InvalidProtocolBufferException malformed) {
      return Optional.empty();
    }
    Optional<Job> found = book.find(consent.getJob());
    if (found.isEmpty() || !isAbout(found.get(), member, consent)) {
      return Optional.empty();
    }
    Job job = found.get();
    Answered before = job.record().getAnsweredOrDefault(member, Answered.getDefaultInstance());
    Digest digest = Digest.sha256(opened.payload());
    boolean first = job.record().getState() == JobState.PROPOSED && !answered(job, member);
    boolean another =
        before.getCount() > 0
            && before.getCount() < (consent.getGranted() ? MAX_ANSWERS : MAX_ANSWERS + 1)
            && !digest.equals(new Digest(before.getDigest().toByteArray()));
    boolean takenBack =
        job.record().getState() == JobState.PROPOSED && another && !consent.getGranted();
    if (!first && !takenBack && !(job.running() && another)) {
      return Optional.empty();
    }
    Consent counted = counted(job, member, consent);
    writeConsent(job, member, counted, first ? "" : "/" + digest.hex());
    JobRecord.Builder record =
        job.record().toBuilder()
            .putAnswered(
                member,
                Answered.newBuilder()
                    .setDigest(ByteString.copyFrom(digest.bytes()))
                    .setCount(before.getCount() + 1)
                    .build());
    if (first || takenBack) {
      record.putConsents(member, counted.getGranted());
    }
    if (!counted.getGranted()) {
      record.putExplanations(member, cut(counted.getExplanation())).removeRemarks(member);
    } else if (!remark(counted).isEmpty()) {
      record.putRemarks(member, cut(remark(counted)));
    }
    return Optional.of(startIfAnswered(book.put(record.build(), job.spec()), false));
  }

  /** A consent without the approval that the policy asks for, or with a bad one, is a refusal. */
  private Consent counted(Job job, String member, Consent consent) {
    if (!consent.getGranted()) {
      return consent;
    }
    String wrong = "";
    try {
      if (PersonsApproval.of(consent, member, notary, directory).isEmpty()
          && asksPerson(job, member)) {
        wrong =
            "the policy asks for a person's approval (obligation approval-by-person), and a rule"
                + " decided";
      }
    } catch (BadApprovalException bad) {
      wrong = String.valueOf(bad.getMessage());
    }
    return wrong.isEmpty()
        ? consent
        : consent.toBuilder()
            .setGranted(false)
            .setExplanation("its consent does not count: " + wrong)
            .build();
  }

  private boolean asksPerson(Job job, String member) {
    SumFacts sums =
        plan.planned(
            job.record().getMembersList(), job.spec().getSecureAggregation().getColluders());
    return policy
        .obligations(job.spec(), List.of(member), sums)
        .contains(Obligation.APPROVAL_BY_PERSON);
  }

  /** What a site adds to the sentence that every consent has. */
  private static String remark(Consent consent) {
    int usual = consent.getExplanation().indexOf(USUAL_CONSENT);
    String more =
        usual < 0
            ? consent.getExplanation()
            : consent.getExplanation().substring(usual + USUAL_CONSENT.length());
    return more.replaceFirst("^[\\s.,;:]+", "");
  }

  private static boolean answered(Job job, String member) {
    return job.record().containsConsents(member);
  }

  private static boolean isAbout(Job job, String member, Consent consent) {
    return consent.getSpecDigest().size() == Digest.SIZE_BYTES
        && (!consent.getGranted() || consent.getDataSetDigest().size() == Digest.SIZE_BYTES)
        && job.record().getMembersList().contains(member)
        && new Digest(consent.getSpecDigest().toByteArray()).equals(job.planDigest());
  }

  /**
   * @param again makes the entries' ids another's than the first answer's
   */
  private void writeConsent(Job job, String member, Consent consent, String again) {
    audit.once(
        audit
            .entry(
                "job/" + job.id() + "/consent/" + member + again,
                EntryType.CONSENT,
                member,
                job.id(),
                consent.getGranted() ? EntryOutcome.ALLOW : EntryOutcome.DENY)
            .inJob(job.id())
            .remark("decidedBy", consent.getDecidedBy())
            .remark("explanation", consent.getExplanation()));
    if (consent.getGranted() && !consent.getSealedApproval().isEmpty()) {
      writeApproval(job, member, consent, again);
    }
    if (consent.getGranted()) {
      audit.once(
          audit
              .entry(
                  "job/" + job.id() + "/dataset/" + member + again,
                  EntryType.DATASET,
                  member,
                  job.spec().getDataSet(),
                  EntryOutcome.OK)
              .inJob(job.id())
              .digest("dataSet", new Digest(consent.getDataSetDigest().toByteArray()).hex()));
    }
  }

  private void writeApproval(Job job, String member, Consent consent, String again) {
    PersonsApproval person;
    try {
      person = PersonsApproval.of(consent, member, notary, directory).orElseThrow();
    } catch (BadApprovalException impossible) {
      throw new IllegalStateException("an approval that counted", impossible);
    }
    audit.once(
        audit
            .entry(
                "job/" + job.id() + "/approval/" + member + again,
                EntryType.CONSENT,
                person.approver(),
                job.id(),
                EntryOutcome.ALLOW)
            .inJob(job.id())
            .detail("site", member)
            .detail("request", person.approval().getRequest())
            .remark("comment", person.approval().getComment())
            .digest("approval", Digest.sha256(consent.getSealedApproval().toByteArray()).hex())
            .digest(
                "dataSet", new Digest(person.approval().getDataSetDigest().toByteArray()).hex()));
  }

  /** Nobody waits for the answer of one that is no member any more. */
  private List<String> unanswered(Job job) {
    return job.record().getMembersList().stream()
        .filter(member -> !answered(job, member) && directory.isMember(member))
        .toList();
  }

  /**
   * A site has said what it does. That a person is asked is kept: it is so until the site answers,
   * whatever else it does meanwhile, and while it is away.
   */
  public void reported(String member, AgentReport report) {
    Optional<Job> asked =
        report.getState().contains(PERSON) ? book.find(report.getJob()) : Optional.empty();
    asked
        .filter(job -> job.record().getState() == JobState.PROPOSED)
        .filter(job -> unanswered(job).contains(member) && !isAskingPerson(job, member))
        .ifPresent(job -> book.put(job.record().toBuilder().addAsking(member).build(), job.spec()));
  }

  private static boolean isAskingPerson(Job job, String member) {
    return job.record().getAskingList().contains(member);
  }

  /** Whose answers a proposed job waits for, in words; empty for any other. */
  public String waitingFor(Job job) {
    List<String> missing = unanswered(job);
    if (job.record().getState() != JobState.PROPOSED || missing.isEmpty()) {
      return "";
    }
    return "answers of "
        + missing.stream()
            .map(
                member ->
                    sessions.find(member).isEmpty()
                        ? member + " (away)"
                        : isAskingPerson(job, member) ? member + " (a person is asked)" : member)
            .collect(Collectors.joining(", "));
  }

  /** Starts, or fails, jobs whose members have had long enough to answer. */
  public List<Job> tick() {
    List<Job> changed = new ArrayList<>();
    for (Job job : List.copyOf(book.all())) {
      long waited = clock.millis() - job.record().getSubmittedMillis();
      Duration limit =
          unanswered(job).stream().anyMatch(member -> isAskingPerson(job, member))
              ? personWait
              : consentWait;
      boolean due = waited > limit.toMillis() || unanswered(job).isEmpty();
      if (job.record().getState() == JobState.PROPOSED && due) {
        Job after = startIfAnswered(job, true);
        if (after != job) {
          changed.add(after);
        }
      }
    }
    return changed;
  }

  private Job startIfAnswered(Job job, boolean overdue) {
    if (job.record().getState() != JobState.PROPOSED
        || (!overdue && job.record().getConsentsCount() < job.record().getMembersCount())) {
      return job;
    }
    try {
      plan.requireFeasible(job.consenting(), job.spec().getSecureAggregation().getColluders());
    } catch (InfeasibleCohortException tooFew) {
      List<String> refusals = job.summary().getRefusalsList();
      return end(
          job,
          JobState.FAILED,
          (job.consenting().isEmpty()
                  ? "nobody consented"
                  : "only " + String.join(", ", job.consenting()) + " consented")
              + (refusals.isEmpty() ? "" : "; refused: " + String.join("; ", refusals))
              + ". "
              + tooFew.getMessage());
    }
    ModelState initial =
        InitialModel.draw(
            job.spec().getModel().getInputs(),
            JobSpecs.units(job.spec().getModel()),
            job.spec().getInitialSeed());
    String digest = blobs.put(initial.encode());
    byte[] state = initial.stateDigest(job.planDigest().bytes());
    publication.publish(
        job,
        ModelSummary.newBuilder()
            .setJob(job.id())
            .setVersion(0)
            .setDigest(digest)
            .setStateDigest(new Digest(state).hex())
            .setParameters(initial.size())
            .setPublishedMillis(clock.millis())
            .build(),
        Optional.empty());
    return book.put(
        job.record().toBuilder()
            .setState(JobState.RUNNING)
            .setModel(ByteString.copyFrom(Digest.ofHex(digest).bytes()))
            .setStateDigest(ByteString.copyFrom(state))
            .build(),
        job.spec());
  }

  /** Ends a job and tells its members. Durable and logged when it returns. */
  public Job end(Job job, JobState state, String reason) {
    audit.once(
        audit
            .entry(
                "job/" + job.id() + "/" + state,
                EntryType.JOB,
                coordinator,
                job.id(),
                state == JobState.COMPLETED ? EntryOutcome.OK : EntryOutcome.FAILED)
            .inJob(job.id())
            .detail("state", state.name())
            .remark("reason", reason));
    Job ended =
        book.put(job.record().toBuilder().setState(state).setReason(reason).build(), job.spec());
    ended.record().getMembersList().forEach(member -> tell(ended, member));
    return ended;
  }

  /**
   * Notes a committed round: the model that the next one starts from. The same again changes
   * nothing.
   */
  public Job committed(Job job, long index, Digest model, Digest state) {
    if (job.record().getRoundsCommitted() > index) {
      return job;
    }
    return book.put(
        job.record().toBuilder()
            .setRoundsCommitted((int) index + 1)
            .setModel(ByteString.copyFrom(model.bytes()))
            .setStateDigest(ByteString.copyFrom(state.bytes()))
            .build(),
        job.spec());
  }

  /** Whether the roster is one cohort or is drawn into several. */
  public CohortPlan plan() {
    return plan;
  }

  private static String cut(String text) {
    return text.length() > 2000 ? text.substring(0, 2000) + "…" : text;
  }
}
