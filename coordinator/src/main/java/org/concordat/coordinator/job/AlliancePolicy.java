package org.concordat.coordinator.job;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.concordat.auditlog.AuditEntry;
import org.concordat.auditlog.EntryOutcome;
import org.concordat.auditlog.EntryType;
import org.concordat.certs.RosterEntry;
import org.concordat.coordinator.audit.AuditTrail;
import org.concordat.coordinator.directory.Directory;
import org.concordat.jurisdictions.Action;
import org.concordat.jurisdictions.Decision;
import org.concordat.jurisdictions.FactName;
import org.concordat.jurisdictions.FactSource;
import org.concordat.jurisdictions.Facts;
import org.concordat.jurisdictions.MemberVerdict;
import org.concordat.jurisdictions.Policy;
import org.concordat.protocol.v1.JobSpec;

/**
 * The policy sealed into the genesis, evaluated with what the coordinator knows: facts of the
 * signed roster and of the job. Each agent evaluates the same policy with its own facts, and the
 * site wins. Every decision is logged.
 */
public final class AlliancePolicy {
  private final Policy policy;
  private final Directory directory;
  private final String coordinator;
  private final AuditTrail audit;
  private final Clock clock;

  public AlliancePolicy(Directory directory, String coordinator, AuditTrail audit, Clock clock) {
    this.policy = Policy.parse(Path.of("policy-of-the-genesis"), directory.genesis().policy());
    this.directory = directory;
    this.coordinator = coordinator;
    this.audit = audit;
    this.clock = clock;
  }

  /**
   * Decides about an action of a job. The decision is logged with the audit trail's next append;
   * whoever acts on it makes one first.
   *
   * @param context names the occasion in the log: "submit", or a round's stream
   * @param members whose data or update is touched
   * @param cohortSize members whose updates are added into one sum
   */
  public Decision decide(
      Action action, JobSpec spec, List<String> members, int cohortSize, String context) {
    SortedMap<String, Facts> touched = new TreeMap<>();
    members.forEach(
        member -> directory.find(member).ifPresent(entry -> touched.put(member, facts(entry))));
    Decision decision = evaluate(action, facts(action, spec, cohortSize), touched);
    log(decision, spec, context);
    return decision;
  }

  /**
   * Decides again, for one member, what was decided and logged for all when the round was opened:
   * facts may have expired since. Only a denial is logged.
   */
  public String denialNow(
      Action action, JobSpec spec, String member, int cohortSize, String context) {
    SortedMap<String, Facts> touched = new TreeMap<>();
    directory.find(member).ifPresent(entry -> touched.put(member, facts(entry)));
    Decision decision = evaluate(action, facts(action, spec, cohortSize), touched);
    if (!decision.allowed()) {
      log(decision, spec, context);
    }
    return denials(decision);
  }

  /**
   * Why a participant may not receive what comes from these members, or empty: leaves of their
   * masked updates ({@code SUBMIT}, as to the aggregator) or their sum ({@code RELEASE}).
   *
   * @param owners a member that is no longer in the roster is a denial: nothing is known of it
   * @param context names the occasion in the log; empty: this denial is not logged
   */
  public String denialFor(
      Action action, JobSpec spec, List<String> owners, String recipient, String context) {
    SortedMap<String, Facts> touched = new TreeMap<>();
    for (String owner : owners) {
      Optional<RosterEntry> entry = directory.find(owner);
      if (entry.isEmpty()) {
        return "'" + owner + "' is no longer in the roster: nothing permits to pass on what is its";
      }
      touched.put(owner, facts(entry.get()));
    }
    RosterEntry to = directory.find(recipient).orElseThrow();
    Decision decision = evaluate(action, facts(action, spec, owners.size(), to), touched);
    if (!decision.allowed() && !context.isEmpty()) {
      log(decision, spec, context + " to " + recipient);
    }
    return denials(decision);
  }

  /** What would flip a decision is only looked for where it denies. */
  private Decision evaluate(Action action, Facts alliance, SortedMap<String, Facts> touched) {
    Instant now = clock.instant();
    Decision decision = policy.evaluateOnly(action, alliance, touched, now);
    return decision.allowed() ? decision : policy.evaluate(action, alliance, touched, now);
  }

  /** The explanations of those who are denied, or empty where all are allowed. */
  public static String denials(Decision decision) {
    List<String> lines = new ArrayList<>();
    for (MemberVerdict verdict : decision.members().values()) {
      if (!verdict.allowed()) {
        lines.add(verdict.explain());
      }
    }
    return decision.allowed()
        ? ""
        : lines.isEmpty() ? "no member is touched" : String.join("\n", lines);
  }

  private Facts facts(Action action, JobSpec spec, int cohortSize) {
    return facts(action, spec, cohortSize, directory.find(coordinator).orElseThrow());
  }

  private Facts facts(Action action, JobSpec spec, int cohortSize, RosterEntry recipient) {
    RosterEntry aggregator = directory.find(coordinator).orElseThrow();
    return Facts.builder()
        .put(FactName.RECIPIENT_COUNTRY, recipient.country().code(), FactSource.ROSTER)
        .put(FactName.RECIPIENT_CONTROL, recipient.controllingCountry().code(), FactSource.ROSTER)
        .put(FactName.PURPOSE, spec.getPurpose(), FactSource.JOB)
        .put(FactName.DATA_CLASS, spec.getDataClass(), FactSource.JOB)
        .put(FactName.SECURE_AGGREGATION, true, FactSource.MEASURED)
        .put(FactName.COHORT_SIZE, cohortSize, FactSource.MEASURED)
        .put(FactName.COLLUDERS, spec.getSecureAggregation().getColluders(), FactSource.JOB)
        .put(FactName.ARTEFACT, action.artefact(), FactSource.MEASURED)
        .put(FactName.AGGREGATOR_COUNTRY, aggregator.country().code(), FactSource.ROSTER)
        .put(FactName.AGGREGATOR_CONTROL, aggregator.controllingCountry().code(), FactSource.ROSTER)
        .put(FactName.PROCESSING_REGION, aggregator.jurisdiction().code(), FactSource.ROSTER)
        .build();
  }

  private static Facts facts(RosterEntry entry) {
    return Facts.builder()
        .put(FactName.MEMBER, entry.id().value(), FactSource.ROSTER)
        .put(FactName.JURISDICTION, entry.jurisdiction().code(), FactSource.ROSTER)
        .put(FactName.COUNTRY, entry.country().code(), FactSource.ROSTER)
        .put(FactName.CONTROL, entry.controllingCountry().code(), FactSource.ROSTER)
        .build();
  }

  private void log(Decision decision, JobSpec spec, String context) {
    AuditEntry entry =
        audit
            .entry(
                AuditTrail.freshId(),
                EntryType.DECISION,
                coordinator,
                decision.action().text(),
                decision.allowed() ? EntryOutcome.ALLOW : EntryOutcome.DENY)
            .inJob(spec.getJob())
            .detail("context", context)
            .detail("members", String.join(",", decision.members().keySet()))
            .detail("rules", String.join(",", decision.rules()))
            .digest("policy", decision.policyDigest().hex());
    String denials = denials(decision);
    audit.later(denials.isEmpty() ? entry : entry.remark("explanation", denials));
  }
}
