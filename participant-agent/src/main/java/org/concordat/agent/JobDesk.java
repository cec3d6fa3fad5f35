package org.concordat.agent;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.concordat.agent.approval.Approvals;
import org.concordat.agent.approval.InboxException;
import org.concordat.agent.approval.Request;
import org.concordat.agent.approval.Requests;
import org.concordat.agent.approval.SiteJobs;
import org.concordat.agent.approval.SiteJobs.SiteJob;
import org.concordat.agent.approval.SumFacts;
import org.concordat.agent.approval.Verdict;
import org.concordat.agent.session.Link;
import org.concordat.certs.Role;
import org.concordat.protocol.v1.Consent;
import org.concordat.protocol.v1.JobSpec;
import org.concordat.protocol.v1.SecureAggregationPlan;
import org.concordat.secureagg.BadEnvelopeException;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.JobTerms;
import org.concordat.secureagg.Notary;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This site's answers to jobs: by its rule, or by a person whom it asks through its inbox. A job is
 * answered once; what is answered is durable before it is sent. On the {@link Desk}'s mailbox only.
 */
final class JobDesk {
  private static final Logger LOG = LoggerFactory.getLogger(JobDesk.class);
  private static final String SPEC_TYPE = "job.spec";
  private static final String CONSENT_TYPE = "job.consent";
  private static final String RULE = "rule";
  private static final String PERSON = "person:";
  private static final int SHORT_HEX = 12;

  /**
   * A job that was proposed.
   *
   * @param members whose updates it would add up
   */
  private record Proposal(byte[] sealedSpec, SiteJob job, List<String> members) {}

  /**
   * Who decided.
   *
   * @param person the approver's id, or empty where the rule did
   * @param sealedApproval the approver's envelope, or empty
   */
  private record Decider(String person, byte[] sealedApproval) {
    private static final Decider BY_RULE = new Decider("", new byte[0]);

    String text() {
      return person.isEmpty() ? RULE : PERSON + person;
    }
  }

  private final Desk desk;
  private final Rosters rosters;
  private final Notary notary;
  private final MemberSteps steps;
  private final SiteJobs jobs;
  private final Approvals approvals;
  private final Requests requests;
  private final AgentStatus status;
  private final byte[] policyDigest;
  private final Link link;
  private final BooleanSupplier historyKnown;
  private String inboxTrouble = "";

  JobDesk(
      Desk desk,
      Rosters rosters,
      Notary notary,
      MemberSteps steps,
      SiteJobs jobs,
      Approvals approvals,
      Requests requests,
      AgentStatus status,
      byte[] policyDigest,
      Link link,
      BooleanSupplier historyKnown) {
    this.desk = desk;
    this.rosters = rosters;
    this.notary = notary;
    this.steps = steps;
    this.jobs = jobs;
    this.approvals = approvals;
    this.requests = requests;
    this.status = status;
    this.policyDigest = policyDigest;
    this.link = link;
    this.historyKnown = historyKnown;
    status.set("waitingForApproval", requests.open());
  }

  /** Answers a proposal: at once, or by asking a person; what was answered before is sent again. */
  void proposed(byte[] sealedSpec) {
    Digest plan = Digest.sha256(sealedSpec);
    Optional<byte[]> before = jobs.answer(plan);
    Optional<Request> asked = requests.openFor(plan);
    if (before.isPresent()) {
      link.send(before.get());
    } else if (!ofAnOperator(sealedSpec)) {
      return;
    } else if (asked.isPresent()) {
      saysWaiting(asked.get());
    } else {
      SiteJob job = SiteJobs.parse(sealedSpec);
      judged(new Proposal(sealedSpec, job, members(job)));
    }
  }

  private boolean ofAnOperator(byte[] sealedSpec) {
    try {
      Notary.Opened opened = notary.open(sealedSpec);
      boolean operator =
          rosters
              .find(opened.sender())
              .map(entry -> entry.roles().contains(Role.OPERATOR))
              .orElse(false);
      if (opened.type().equals(SPEC_TYPE) && operator) {
        return true;
      }
      desk.alarm(
          "a job that no operator signed was refused; it is signed by '" + opened.sender() + "'");
    } catch (BadEnvelopeException bad) {
      desk.alarm("a job was refused: " + bad.getMessage());
    }
    return false;
  }

  private void judged(Proposal proposal) {
    Verdict verdict = judge(proposal);
    if (verdict instanceof Verdict.Refused refused) {
      refuse(proposal.job(), refused.why(), Decider.BY_RULE);
      return;
    }
    Verdict.Possible possible = (Verdict.Possible) verdict;
    if (possible.askPerson().isEmpty()) {
      String why =
          "purpose '"
              + proposal.job().spec().getPurpose()
              + "' is approved by this site's rule, and its policy allows every action";
      consent(proposal, possible, why, Decider.BY_RULE);
    } else if (requests.anybodyCanApprove()) {
      asks(proposal, possible);
    } else {
      refuse(
          proposal.job(),
          "a person must approve this job ("
              + String.join("; ", possible.askPerson())
              + "), and nobody could: approval.approvers of the agent's file names no participant"
              + " with the role approver",
          Decider.BY_RULE);
    }
  }

  private void asks(Proposal proposal, Verdict.Possible possible) {
    saysWaiting(
        requests.ask(
            proposal.job().spec(),
            proposal.sealedSpec(),
            proposal.job().planDigest(),
            new Digest(possible.data().digest()),
            proposal.members(),
            possible.askPerson()));
  }

  private Verdict judge(Proposal proposal) {
    Verdict verdict = verdict(proposal);
    try {
      if (verdict instanceof Verdict.Possible) {
        terms(proposal.job(), proposal.members());
      }
      return verdict;
    } catch (IllegalArgumentException contradiction) {
      return new Verdict.Refused(
          "the job's terms contradict each other: " + contradiction.getMessage());
    }
  }

  private Verdict verdict(Proposal proposal) {
    List<String> members = proposal.members();
    int inOneSum = Math.min(members.size(), steps.ownCohort().orElse(members.size()));
    JobSpec spec = proposal.job().spec();
    return approvals.judge(
        proposal.job(),
        members,
        SumFacts.ofJob(inOneSum, spec.getSecureAggregation().getColluders()),
        historyKnown.getAsBoolean());
  }

  private void saysWaiting(Request request) {
    LOG.warn(
        "job '{}' waits for a person's approval, request {}: {}",
        request.job(),
        request.id(),
        String.join("; ", request.reasons()));
    status.set("waitingForApproval", requests.open());
    desk.say("waiting for a person's approval", request.job(), 0);
  }

  /** Takes the answers of people from the inbox. One that cannot be read is told once. */
  void lookAtInbox() {
    try {
      takeAnswers();
      inboxTrouble = "";
    } catch (InboxException trouble) {
      if (!inboxTrouble.equals(trouble.getMessage())) {
        desk.alarm(String.valueOf(trouble.getMessage()));
      }
      inboxTrouble = String.valueOf(trouble.getMessage());
    }
  }

  private void takeAnswers() {
    for (Requests.Answered answered : requests.answered()) {
      if (jobs.answer(Digest.ofHex(answered.request().specDigest())).isEmpty()) {
        decided(answered);
      }
      requests.close(answered);
      status.set("waitingForApproval", requests.open());
      desk.say("idle", "", 0);
    }
  }

  private void decided(Requests.Answered answered) {
    Request request = answered.request();
    Proposal proposal =
        new Proposal(
            answered.sealedSpec(), SiteJobs.parse(answered.sealedSpec()), request.members());
    Decider decider = new Decider(answered.approver(), answered.sealedApproval());
    String comment = answered.comment().isEmpty() ? "" : ": " + answered.comment();
    if (!answered.accepted()) {
      refuse(proposal.job(), decider.person() + " rejected it" + comment, decider);
      return;
    }
    Verdict verdict = judge(proposal);
    String approved = decider.person() + " approved it" + comment;
    if (verdict instanceof Verdict.Refused refused) {
      refuse(proposal.job(), approved + ". But now: " + refused.why(), decider);
      return;
    }
    Verdict.Possible possible = (Verdict.Possible) verdict;
    if (!request.reasons().containsAll(possible.askPerson())) {
      asks(proposal, possible); // what the person was not shown, it has not approved
      return;
    }
    String now = new Digest(possible.data().digest()).hex();
    if (now.equals(request.dataSetDigest())) {
      consent(proposal, possible, approved, decider);
    } else {
      refuse(
          proposal.job(),
          approved
              + ". But the data has changed since: asked was about "
              + request.dataSetDigest().substring(0, SHORT_HEX)
              + ", now it is "
              + now.substring(0, SHORT_HEX)
              + ". Submit the job anew",
          decider);
    }
  }

  private void refuse(SiteJob job, String why, Decider decider) {
    Consent consent = answer(job, why, decider).build();
    told(consent);
    byte[] answer = notary.seal(CONSENT_TYPE, 0, 0, consent.toByteArray());
    jobs.refused(job, answer);
    link.send(answer);
  }

  private void consent(Proposal proposal, Verdict.Possible possible, String why, Decider decider) {
    SiteJob job = proposal.job();
    Digest data = new Digest(possible.data().digest());
    List<String> remarks = possible.remarks();
    Consent consent =
        answer(job, remarks.isEmpty() ? why : why + ". " + String.join("; ", remarks), decider)
            .setGranted(true)
            .setDataSetDigest(ByteString.copyFrom(data.bytes()))
            .build();
    if (!admit(job, proposal.members(), decider)) {
      refuse(job, "this site cannot admit the job, see its lastAlarm", decider);
      return;
    }
    told(consent);
    byte[] answer = notary.seal(CONSENT_TYPE, 0, 0, consent.toByteArray());
    jobs.consented(
        proposal.sealedSpec(), job, answer, possible.data(), proposal.members(), decider.person());
    link.send(answer);
  }

  /** Tells secure aggregation of the job; a person's word covers a model that was summed before. */
  private boolean admit(SiteJob job, List<String> members, Decider decider) {
    String id = job.spec().getJob();
    return desk.attempt(member -> member.admitJob(terms(job, members)))
        && (decider.person().isEmpty()
            || desk.attempt(member -> member.approveSecondSum(id, job.initialModel())));
  }

  /** What this site's consent is to, by the signed job. */
  private static JobTerms terms(SiteJob job, List<String> members) {
    SecureAggregationPlan plan = job.spec().getSecureAggregation();
    return new JobTerms(
        job.spec().getJob(),
        job.initialState(),
        job.spec().getRounds(),
        members,
        plan.getColluders(),
        job.vectorLength(),
        plan.getQuantisationBits(),
        plan.getWireBits(),
        plan.getClipNormL2(),
        plan.getCoordinateBound(),
        plan.getMaxWeight());
  }

  private Consent.Builder answer(SiteJob job, String why, Decider decider) {
    return Consent.newBuilder()
        .setJob(job.spec().getJob())
        .setSpecDigest(ByteString.copyFrom(job.planDigest().bytes()))
        .setPolicyDigest(ByteString.copyFrom(policyDigest))
        .setExplanation(why)
        .setDecidedBy(decider.text())
        .setSealedApproval(ByteString.copyFrom(decider.sealedApproval()));
  }

  private void told(Consent consent) {
    String what =
        "job '"
            + consent.getJob()
            + "' is "
            + (consent.getGranted() ? "consented to: " : "refused: ")
            + consent.getExplanation();
    status.set("lastAnswer", what);
    if (consent.getGranted()) {
      LOG.info("{}", what);
    } else {
      LOG.warn("{}", what);
    }
  }

  /** A job has ended: nobody need be asked about it any more. */
  void closed(String job, String state) {
    requests.withdraw(job, "the job is " + state);
    status.set("waitingForApproval", requests.open());
  }

  /** Whose updates a job would add up: those that it names, or all agents of this site's roster. */
  private List<String> members(SiteJob job) {
    return job.spec().getMembersCount() > 0
        ? job.spec().getMembersList().stream().sorted().toList()
        : rosters.latest().agents().stream().map(entry -> entry.id().value()).sorted().toList();
  }
}
