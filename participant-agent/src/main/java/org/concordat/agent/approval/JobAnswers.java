package org.concordat.agent.approval;

import java.util.List;
import java.util.Optional;
import org.concordat.agent.approval.Consents.Decider;
import org.concordat.agent.approval.Consents.Proposal;
import org.concordat.agent.job.SiteJobs;
import org.concordat.agent.job.SiteJobs.SiteJob;
import org.concordat.agent.report.Reports;
import org.concordat.agent.site.Rosters;
import org.concordat.certs.Role;
import org.concordat.protocol.v1.JobClosed;
import org.concordat.secureagg.BadEnvelopeException;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Notary;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This site's answers to jobs: by its rule, or by a person whom it asks through its inbox. A job is
 * answered once. On the mailbox only.
 */
public final class JobAnswers {
  private static final Logger LOG = LoggerFactory.getLogger(JobAnswers.class);
  private static final String SPEC_TYPE = "job.spec";
  private static final int SHORT_HEX = 12;

  private final Rosters rosters;
  private final Notary notary;
  private final SiteJobs jobs;
  private final Approvals approvals;
  private final Requests requests;
  private final Consents consents;
  private final Reports reports;
  private String inboxTrouble = "";

  public JobAnswers(
      Rosters rosters,
      Notary notary,
      SiteJobs jobs,
      Approvals approvals,
      Requests requests,
      Consents consents,
      Reports reports) {
    this.rosters = rosters;
    this.notary = notary;
    this.jobs = jobs;
    this.approvals = approvals;
    this.requests = requests;
    this.consents = consents;
    this.reports = reports;
    showOpen();
  }

  private void showOpen() {
    reports.show("waitingForApproval", requests.open());
  }

  /** Answers a proposal: at once, or by asking a person; what was answered before is sent again. */
  public void proposed(byte[] sealedSpec) {
    Digest plan = Digest.sha256(sealedSpec);
    Optional<byte[]> before = jobs.answer(plan);
    Optional<Request> asked = requests.openFor(plan);
    if (before.isPresent()) {
      consents.sendAgain(before.get());
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
      if (opened.type().equals(SPEC_TYPE) && rosters.has(opened.sender(), Role.OPERATOR)) {
        return true;
      }
      reports.alarm(
          "a job that no operator signed was refused; it is signed by '" + opened.sender() + "'");
    } catch (BadEnvelopeException bad) {
      reports.alarm("a job was refused: " + bad.getMessage());
    }
    return false;
  }

  private void judged(Proposal proposal) {
    Verdict verdict = approvals.judge(proposal.job(), proposal.members());
    if (!(verdict instanceof Verdict.Possible possible)) {
      consents.refuse(proposal.job(), ((Verdict.Refused) verdict).why(), Decider.BY_RULE);
    } else if (possible.askPerson().isEmpty()) {
      String why =
          "purpose '"
              + proposal.job().spec().getPurpose()
              + "' is approved by this site's rule, and its policy allows every action";
      consents.grant(proposal, possible, why, Decider.BY_RULE);
    } else if (requests.anybodyCanApprove()) {
      asks(proposal, possible);
    } else {
      consents.refuse(
          proposal.job(),
          ("a person must approve this job (%s), and nobody could: approval.approvers of"
                  + " the agent's file names no participant with the role approver")
              .formatted(String.join("; ", possible.askPerson())),
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

  private void saysWaiting(Request request) {
    LOG.warn(
        "job '{}' waits for a person's approval, request {}: {}",
        request.job(),
        request.id(),
        String.join("; ", request.reasons()));
    showOpen();
    reports.doing("waiting for a person's approval", request.job(), 0);
  }

  /** Takes the answers of people from the inbox. One that cannot be read is told once. */
  public void lookAtInbox() {
    try {
      takeAnswers();
      inboxTrouble = "";
    } catch (InboxException trouble) {
      if (!inboxTrouble.equals(trouble.getMessage())) {
        reports.alarm(String.valueOf(trouble.getMessage()));
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
      showOpen();
      reports.idle();
    }
  }

  private void decided(Requests.Answered answered) {
    Request request = answered.request();
    Proposal proposal =
        new Proposal(
            answered.sealedSpec(), SiteJobs.parse(answered.sealedSpec()), request.members());
    ApprovalCheck.Answer answer = answered.answer();
    Decider decider = new Decider(answer.approver(), answer.sealed());
    String comment = answer.comment().isEmpty() ? "" : ": " + answer.comment();
    if (!answer.accepted()) {
      consents.refuse(proposal.job(), decider.person() + " rejected it" + comment, decider);
      return;
    }
    Verdict verdict = approvals.judge(proposal.job(), proposal.members());
    String approved = decider.person() + " approved it" + comment;
    if (verdict instanceof Verdict.Refused refused) {
      consents.refuse(proposal.job(), approved + ". But now: " + refused.why(), decider);
      return;
    }
    Verdict.Possible possible = (Verdict.Possible) verdict;
    String now = new Digest(possible.data().digest()).hex();
    if (!request.reasons().containsAll(possible.askPerson())) {
      asks(proposal, possible); // what the person was not shown, it has not approved
    } else if (now.equals(request.dataSetDigest())) {
      consents.grant(proposal, possible, approved, decider);
    } else {
      consents.refuse(
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

  /** A job has ended: nobody need be asked about it any more. */
  public void closed(JobClosed closed) {
    requests.withdraw(closed.getJob(), "the job is " + closed.getState());
    showOpen();
  }

  /** Whose updates a job would add up: those that it names, or all agents of this site's roster. */
  private List<String> members(SiteJob job) {
    return job.spec().getMembersCount() > 0
        ? job.spec().getMembersList().stream().sorted().toList()
        : rosters.latest().agents().stream().map(entry -> entry.id().value()).sorted().toList();
  }
}
