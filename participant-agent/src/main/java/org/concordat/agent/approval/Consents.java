package org.concordat.agent.approval;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import org.concordat.agent.job.SiteJobs;
import org.concordat.agent.job.SiteJobs.SiteJob;
import org.concordat.agent.report.NoticeFile;
import org.concordat.agent.report.Reports;
import org.concordat.agent.round.ProtocolSteps;
import org.concordat.agent.round.Training;
import org.concordat.agent.session.Link;

/**
 * Gives consent, refuses it, or takes it back: signed, and durable before it is sent. Before a
 * consent, secure aggregation is told within which terms it may take part.
 *
 * @param training told of each job that this site consented to
 * @param notices where this site's people are told of a job
 */
public record Consents(
    AnswerForm form,
    ProtocolSteps steps,
    SiteJobs jobs,
    Link link,
    Reports reports,
    Training training,
    NoticeFile notices) {
  /**
   * A job that was proposed.
   *
   * @param members whose updates it would add up
   */
  record Proposal(byte[] sealedSpec, SiteJob job, List<String> members) {}

  /**
   * Who decided.
   *
   * @param person the approver's id, or empty where the rule did
   * @param sealedApproval the approver's envelope, or empty
   */
  record Decider(String person, byte[] sealedApproval) {
    static final Decider BY_RULE = new Decider("", new byte[0]);

    String text() {
      return person.isEmpty() ? "rule" : "person:" + person;
    }
  }

  /** Sends an answer that was given before. */
  void sendAgain(byte[] answer) {
    link.send(answer);
  }

  void refuse(SiteJob job, String why, Decider decider) {
    byte[] answer = form.sealed(form.answer(job, why, decider).build());
    jobs.refused(job, answer);
    link.send(answer);
  }

  /** Refuses after all where secure aggregation does not admit the job. */
  void grant(Proposal proposal, Verdict.Possible possible, String why, Decider decider) {
    SiteJob job = proposal.job();
    if (!admit(job, proposal.members(), decider)) {
      refuse(job, "this site cannot admit the job, see its lastAlarm", decider);
      return;
    }
    List<String> remarks = new ArrayList<>(possible.remarks());
    if (possible.tellPeople()) {
      String trouble = notices.tell(notice(job, decider));
      if (!trouble.isEmpty()) {
        refuse(job, trouble, decider);
        return;
      }
      reports.show("notices", notices.file().toString());
      remarks.add("this site's people are told in %s (notify)".formatted(NoticeFile.NAME));
    }
    byte[] answer =
        form.sealed(
            form.answer(
                    job, remarks.isEmpty() ? why : why + ". " + String.join("; ", remarks), decider)
                .setGranted(true)
                .setDataSetDigest(ByteString.copyFrom(possible.data().digest()))
                .build());
    jobs.consented(
        proposal.sealedSpec(), job, answer, possible.data(), proposal.members(), decider.person());
    if (possible.tellPeople()) {
      jobs.tell(job.spec().getJob());
    }
    link.send(answer);
    jobs.use(job.spec().getJob()).ifPresent(use -> training.expect(job, use));
  }

  /**
   * Takes a consent back: from now on this site trains, uploads and reveals nothing for the job.
   * The coordinator logs it, and is told again whenever it proposes the job again.
   */
  void withdraw(SiteJob job, String why, Decider decider) {
    byte[] answer = form.sealed(form.answer(job, why, decider).build());
    jobs.withdraw(job, why, answer);
    link.send(answer);
    training.withdrawn(job);
  }

  private static String notice(SiteJob job, Decider decider) {
    return "job '%s' uses data set '%s' for the purpose '%s'; decided by %s; the policy wants you told"
        .formatted(
            job.spec().getJob(), job.spec().getDataSet(), job.spec().getPurpose(), decider.text());
  }

  /** Tells secure aggregation of the job; a person's word covers a model that was summed before. */
  private boolean admit(SiteJob job, List<String> members, Decider decider) {
    String id = job.spec().getJob();
    return steps.attempt(member -> member.admitJob(job.terms(members)))
        && (decider.person().isEmpty()
            || steps.attempt(member -> member.approveSecondSum(id, job.initialModel())));
  }
}
