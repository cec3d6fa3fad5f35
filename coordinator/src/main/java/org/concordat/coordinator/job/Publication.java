package org.concordat.coordinator.job;

import java.util.Optional;
import org.concordat.auditlog.AuditEntry;
import org.concordat.auditlog.EntryOutcome;
import org.concordat.auditlog.EntryType;
import org.concordat.certs.DocumentKind;
import org.concordat.certs.Roster;
import org.concordat.certs.Sha256;
import org.concordat.coordinator.audit.AuditTrail;
import org.concordat.coordinator.directory.Directory;
import org.concordat.coordinator.model.ModelRegistry;
import org.concordat.jurisdictions.Policy;
import org.concordat.protocol.v1.ModelSummary;
import org.concordat.secureagg.message.Task;

/**
 * Publishes a version of a job's model, and says in the log on what it rests: its base, the signed
 * job, policy, agreement and roster, and the program that added up. On the mailbox thread.
 */
public final class Publication {
  /** The detail of an entry that says so. */
  public static final String STEP = "published";

  private final ModelRegistry models;
  private final AuditTrail audit;
  private final AlliancePolicy policy;
  private final Directory directory;
  private final String software;

  /**
   * @param software name and version of this program
   */
  public Publication(
      ModelRegistry models,
      AuditTrail audit,
      AlliancePolicy policy,
      Directory directory,
      String software) {
    this.models = models;
    this.audit = audit;
    this.policy = policy;
    this.directory = directory;
    this.software = software;
  }

  /**
   * The model that a round has led to, or the one that a job begins with. In the log, and then
   * published, when it returns; the same again changes nothing.
   *
   * @param model what is the version's own; clause and agreement are added here
   * @param task of the round that made it; empty for the initial model
   */
  public void publish(Job job, ModelSummary model, Optional<Task> task) {
    audit.once(entry(job, model, task));
    models.publish(
        model.toBuilder()
            .setClause(job.spec().getClause())
            .setAgreementDigest(policy.agreement().digest(job.spec()))
            .setLoss(Double.NaN)
            .setAccuracy(Double.NaN)
            .build());
  }

  /** Adds what a later round learned of a version. */
  public void evaluated(String job, int version, double loss, double accuracy) {
    models.evaluated(job, version, loss, accuracy);
  }

  private AuditEntry entry(Job job, ModelSummary model, Optional<Task> task) {
    Roster roster = directory.roster();
    Policy rules =
        task.map(one -> directory.documents().policy(new Sha256(one.policyDigest().hex())))
            .orElseGet(() -> directory.documents().policy());
    AuditEntry entry =
        audit
            .entry(
                "model/" + model.getJob() + "/" + model.getVersion() + "/published",
                EntryType.MODEL_RELEASE,
                policy.coordinatorName(),
                model.getJob() + "/" + model.getVersion(),
                EntryOutcome.OK)
            .inJob(model.getJob())
            .detail("step", STEP)
            .detail("software", software)
            .detail("rosterVersion", String.valueOf(roster.version()))
            .detail("policyVersion", String.valueOf(rules.version()))
            .digest("model", model.getDigest())
            .digest("spec", job.planDigest().hex())
            .digest("roster", roster.digest().hex())
            .digest("policy", rules.digest().hex());
    if (task.isPresent()) {
      entry = entry.digest("base", task.get().modelDigest().hex());
    }
    Optional<Integer> version =
        roster.document(DocumentKind.AGREEMENT).map(document -> document.version());
    if (version.isPresent() && !job.spec().getClause().isEmpty()) {
      entry = entry.detail("agreementVersion", String.valueOf(version.get()));
    }
    return policy.agreement().under(entry, job.spec());
  }
}
