package org.concordat.coordinator.operations;

import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.concordat.auditlog.EntryOutcome;
import org.concordat.auditlog.EntryType;
import org.concordat.coordinator.audit.AuditTrail;
import org.concordat.coordinator.job.AlliancePolicy;
import org.concordat.coordinator.job.Job;
import org.concordat.coordinator.job.JobBook;
import org.concordat.coordinator.job.JobRefusedException;
import org.concordat.coordinator.job.SumFacts;
import org.concordat.coordinator.round.RoundSummaries;
import org.concordat.jurisdictions.Action;
import org.concordat.jurisdictions.FactSource;
import org.concordat.protocol.v1.ModelSummary;
import org.concordat.protocol.v1.RoundSummary;
import org.concordat.secureagg.message.Task;

/** Whether a participant may have a published model; on the mailbox thread. */
public final class Exports {
  private final JobBook book;
  private final RoundSummaries rounds;
  private final AlliancePolicy policy;
  private final AuditTrail audit;

  public Exports(JobBook book, RoundSummaries rounds, AlliancePolicy policy, AuditTrail audit) {
    this.book = book;
    this.rounds = rounds;
    this.policy = policy;
    this.audit = audit;
  }

  /**
   * Asks the policy for every member whose update is in the model; for the initial model, whose
   * values are drawn by a published rule, for everybody who consented. Who consented to the job
   * receives what was released to it ({@code release}); for anybody else it leaves the members that
   * made it ({@code export}). The answer is in the log when this returns.
   *
   * @param dryRun nothing will be handed out
   * @throws JobRefusedException FORBIDDEN with the policy's explanation
   */
  public void require(ModelSummary model, String caller, boolean dryRun)
      throws JobRefusedException {
    Job job = book.find(model.getJob()).orElseThrow();
    Action action = job.consenting().contains(caller) ? Action.RELEASE : Action.EXPORT;
    List<RoundSummary> made =
        rounds.committed(model.getJob()).stream()
            .filter(round -> round.getKind().equals(Task.Kind.TRAIN.name()))
            .filter(round -> round.getRound() <= model.getVersion())
            .toList();
    SortedSet<String> owners = new TreeSet<>();
    made.forEach(round -> owners.addAll(round.getSurvivorsList()));
    String what = "model " + model.getJob() + "/" + model.getVersion();
    String denial =
        policy.denialFor(
            action,
            job.spec(),
            owners.isEmpty() ? job.consenting() : List.copyOf(owners),
            sums(job, made),
            caller,
            what);
    audit.once(
        audit
            .entry(
                AuditTrail.freshId(),
                EntryType.MODEL_RELEASE,
                caller,
                model.getJob() + "/" + model.getVersion(),
                denial.isEmpty() ? EntryOutcome.ALLOW : EntryOutcome.DENY)
            .inJob(model.getJob())
            .detail("step", dryRun ? "asked for" : "handed out")
            .detail("action", action.text())
            .detail("version", String.valueOf(model.getVersion()))
            .detail("to", caller)
            .remark("explanation", denial)
            .digest("model", model.getDigest()));
    if (!denial.isEmpty()) {
      throw new JobRefusedException(
          JobRefusedException.Kind.FORBIDDEN,
          (action == Action.EXPORT
                  ? "'"
                      + caller
                      + "' did not consent to job '"
                      + job.id()
                      + "', so it is an export. "
                  : "")
              + denial);
    }
  }

  /** The smallest sum that is in the model, and the fewest colluders that one withstood. */
  private static SumFacts sums(Job job, List<RoundSummary> made) {
    return new SumFacts(
        made.stream().mapToInt(RoundSummary::getSurvivorsCount).min().orElse(0),
        made.stream()
            .mapToInt(RoundSummary::getColluders)
            .min()
            .orElse(job.spec().getSecureAggregation().getColluders()),
        FactSource.MEASURED,
        Optional.empty());
  }
}
