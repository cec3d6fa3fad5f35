package org.concordat.agent.approval;

import com.google.protobuf.ByteString;
import org.concordat.agent.approval.Consents.Decider;
import org.concordat.agent.job.SiteJobs.SiteJob;
import org.concordat.agent.policy.SitePolicies;
import org.concordat.agent.report.Reports;
import org.concordat.protocol.v1.Consent;
import org.concordat.secureagg.Notary;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a site's answer to a job says, and its signature.
 *
 * @param policies of which the one in force is named in each answer
 */
public record AnswerForm(Notary notary, SitePolicies policies, Reports reports) {
  private static final Logger LOG = LoggerFactory.getLogger(AnswerForm.class);
  private static final String TYPE = "job.consent";

  Consent.Builder answer(SiteJob job, String why, Decider decider) {
    return Consent.newBuilder()
        .setJob(job.spec().getJob())
        .setSpecDigest(ByteString.copyFrom(job.planDigest().bytes()))
        .setPolicyDigest(ByteString.copyFrom(policies.digest().bytes()))
        .setExplanation(why)
        .setDecidedBy(decider.text())
        .setSealedApproval(ByteString.copyFrom(decider.sealedApproval()));
  }

  /** Signs an answer, and tells this site's people. */
  byte[] sealed(Consent consent) {
    String what =
        "job '%s' is %s: %s"
            .formatted(
                consent.getJob(),
                consent.getGranted() ? "consented to" : "refused",
                consent.getExplanation());
    reports.show("lastAnswer", what);
    if (consent.getGranted()) {
      LOG.info("{}", what);
    } else {
      LOG.warn("{}", what);
    }
    return notary.seal(TYPE, 0, 0, consent.toByteArray());
  }
}
