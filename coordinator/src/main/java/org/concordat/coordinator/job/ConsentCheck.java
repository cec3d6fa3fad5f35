package org.concordat.coordinator.job;

import java.util.List;
import org.concordat.auditlog.EntryOutcome;
import org.concordat.auditlog.EntryType;
import org.concordat.coordinator.audit.AuditTrail;
import org.concordat.coordinator.directory.Directory;
import org.concordat.coordinator.job.PersonsApproval.BadApprovalException;
import org.concordat.jurisdictions.Obligation;
import org.concordat.protocol.v1.Consent;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Notary;

/** Whether a member's consent counts, and what the log says of it. On the mailbox thread. */
public final class ConsentCheck {
  private final Notary notary;
  private final Directory directory;
  private final AlliancePolicy policy;
  private final CohortPlan plan;
  private final AuditTrail audit;

  public ConsentCheck(
      Notary notary,
      Directory directory,
      AlliancePolicy policy,
      CohortPlan plan,
      AuditTrail audit) {
    this.notary = notary;
    this.directory = directory;
    this.policy = policy;
    this.plan = plan;
    this.audit = audit;
  }

  static boolean isAbout(Job job, String member, Consent consent) {
    return consent.getSpecDigest().size() == Digest.SIZE_BYTES
        && (!consent.getGranted() || consent.getDataSetDigest().size() == Digest.SIZE_BYTES)
        && job.record().getMembersList().contains(member)
        && new Digest(consent.getSpecDigest().toByteArray()).equals(job.planDigest());
  }

  /** A consent without the approval that the policy asks for, or with a bad one, is a refusal. */
  Consent counted(Job job, String member, Consent consent) {
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

  /**
   * In the log when it returns.
   *
   * @param again makes the entries' ids another's than the first answer's
   */
  void write(Job job, String member, Consent consent, String again) {
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
}
