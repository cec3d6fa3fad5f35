package org.concordat.coordinator.job;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.concordat.auditlog.AuditEntry;
import org.concordat.auditlog.EntryOutcome;
import org.concordat.auditlog.EntryType;
import org.concordat.certs.Role;
import org.concordat.certs.RosterEntry;
import org.concordat.coordinator.audit.AuditTrail;
import org.concordat.coordinator.directory.Directory;
import org.concordat.coordinator.directory.MemberFacts;
import org.concordat.jurisdictions.Action;
import org.concordat.jurisdictions.Decision;
import org.concordat.jurisdictions.FactName;
import org.concordat.jurisdictions.FactSource;
import org.concordat.jurisdictions.Facts;
import org.concordat.jurisdictions.MemberVerdict;
import org.concordat.jurisdictions.Obligation;
import org.concordat.jurisdictions.Policy;
import org.concordat.protocol.v1.JobSpec;

/**
 * The policy sealed into the genesis, evaluated with what the coordinator knows: facts of the
 * signed roster and of the job. Each agent evaluates the same policy with its own facts, and the
 * site wins. Every decision is logged.
 */
public final class AlliancePolicy {
  /** What a job makes happen, from the first task to the released model. */
  static final List<Action> ACTIONS =
      List.of(
          Action.DISPATCH,
          Action.TRAIN,
          Action.SUBMIT,
          Action.REVEAL,
          Action.AGGREGATE,
          Action.EVALUATE,
          Action.RELEASE);

  /**
   * Decisions are logged before they are acted on; consents carry persons' approvals; uploads are
   * erased with their round; results go to agents of the roster, which are members.
   */
  private static final Set<Obligation> MET =
      Set.of(
          Obligation.LOG_BEFORE_ACTING,
          Obligation.APPROVAL_BY_PERSON,
          Obligation.DELETE_UPDATES_AFTER_ROUND,
          Obligation.MEMBERS_ONLY);

  /** Nobody is asked for each export, and what is exported is not for members only. */
  private static final Set<Obligation> MET_BY_EXPORT =
      Set.of(Obligation.LOG_BEFORE_ACTING, Obligation.DELETE_UPDATES_AFTER_ROUND);

  private static final String MEMBERS_ONLY =
      "the policy gives this to members only (obligation members-only), and '%s' has not the role"
          + " agent";

  private final Policy policy;
  private final Directory directory;
  private final MemberFacts stated;
  private final String coordinator;
  private final AuditTrail audit;
  private final Clock clock;

  public AlliancePolicy(
      Directory directory, MemberFacts stated, String coordinator, AuditTrail audit, Clock clock) {
    this.policy = Policy.parse(Path.of("policy-of-the-genesis"), directory.genesis().policy());
    this.directory = directory;
    this.stated = stated;
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
   */
  public Decision decide(
      Action action, JobSpec spec, List<String> members, SumFacts sums, String context) {
    Decision decision = preview(action, spec, members, sums);
    log(decision, spec, context);
    return decision;
  }

  /**
   * Why one of these actions is denied, the first that is, or empty; logged like {@link #decide}.
   */
  public String denials(
      List<Action> actions, JobSpec spec, List<String> members, SumFacts sums, String context) {
    return actions.stream()
        .map(action -> denials(decide(action, spec, members, sums, context)))
        .filter(denial -> !denial.isEmpty())
        .findFirst()
        .orElse("");
  }

  /** What {@link #decide} would say; not logged, nobody acts on it. */
  public Decision preview(Action action, JobSpec spec, List<String> members, SumFacts sums) {
    return evaluate(action, facts(action, spec, sums, coordinator()), touched(members));
  }

  private SortedMap<String, Facts> touched(List<String> members) {
    SortedMap<String, Facts> touched = new TreeMap<>();
    members.forEach(
        member -> directory.find(member).ifPresent(entry -> touched.put(member, facts(entry))));
    return touched;
  }

  /** What whoever acts for this job must do beside, as far as the coordinator's facts tell. */
  Set<Obligation> obligations(JobSpec spec, List<String> members, SumFacts sums) {
    Set<Obligation> all = EnumSet.noneOf(Obligation.class);
    SortedMap<String, Facts> touched = touched(members);
    for (Action action : ACTIONS) {
      Facts alliance = facts(action, spec, sums, coordinator());
      all.addAll(policy.evaluateOnly(action, alliance, touched, clock.instant()).obligations());
    }
    return all;
  }

  /**
   * Whether uploads are erased as soon as their round is over. A rule that asks for it counts for
   * every job: better once too often.
   */
  public boolean deletesUpdates() {
    return policy.obligations().contains(Obligation.DELETE_UPDATES_AFTER_ROUND);
  }

  /**
   * Decides again, for one member, what was decided and logged for all when the round was opened:
   * facts may have expired since. Only a denial is logged.
   */
  public String denialNow(
      Action action, JobSpec spec, String member, SumFacts sums, String context) {
    Decision decision = preview(action, spec, List.of(member), sums);
    String denials = denials(decision);
    if (!denials.isEmpty()) {
      log(decision, spec, context);
    }
    return denials;
  }

  /**
   * Why a participant may not receive what comes from these members, or empty: leaves of their
   * masked updates ({@code SUBMIT}, as to the aggregator), their sum or the model that they made
   * ({@code RELEASE} to a member, {@code EXPORT} to anybody else). A permission is in the log with
   * the next append where it is an export.
   *
   * @param owners a member that is no longer in the roster is a denial: nothing is known of it
   * @param context names the occasion in the log; empty: this denial is not logged
   */
  public String denialFor(
      Action action,
      JobSpec spec,
      List<String> owners,
      SumFacts sums,
      String recipient,
      String context) {
    SortedMap<String, Facts> touched = new TreeMap<>();
    for (String owner : owners) {
      Optional<RosterEntry> entry = directory.find(owner);
      if (entry.isEmpty()) {
        return "'" + owner + "' is no longer in the roster: nothing permits to pass on what is its";
      }
      touched.put(owner, facts(entry.get()));
    }
    RosterEntry to = directory.find(recipient).orElseThrow();
    Decision decision = evaluate(action, facts(action, spec, sums, to), touched);
    boolean outsider =
        decision.obligations().contains(Obligation.MEMBERS_ONLY)
            && !to.roles().contains(Role.AGENT);
    String denials = outsider ? MEMBERS_ONLY.formatted(recipient) : denials(decision);
    if ((!denials.isEmpty() || action == Action.EXPORT) && !context.isEmpty()) {
      log(decision, spec, context + " to " + recipient, denials);
    }
    return denials;
  }

  /** What would flip a decision is only looked for where it denies. */
  private Decision evaluate(Action action, Facts alliance, SortedMap<String, Facts> touched) {
    Instant now = clock.instant();
    Decision decision = policy.evaluateOnly(action, alliance, touched, now);
    return decision.allowed() ? decision : policy.evaluate(action, alliance, touched, now);
  }

  /**
   * Why nobody acts on a decision: the explanations of those who are denied, or obligations that
   * this program cannot meet. Empty where it acts.
   */
  public static String denials(Decision decision) {
    Set<Obligation> unmet = EnumSet.noneOf(Obligation.class);
    unmet.addAll(decision.obligations());
    unmet.removeAll(decision.action() == Action.EXPORT ? MET_BY_EXPORT : MET);
    if (!unmet.isEmpty()) {
      return "the policy allows "
          + decision.action()
          + " with the obligation "
          + unmet.stream().map(Obligation::text).collect(Collectors.joining(", "))
          + ", which the coordinator cannot meet: refused";
    }
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

  private RosterEntry coordinator() {
    return directory.find(coordinator).orElseThrow();
  }

  private Facts facts(Action action, JobSpec spec, SumFacts sums, RosterEntry recipient) {
    RosterEntry aggregator = coordinator();
    return Facts.builder()
        .put(FactName.RECIPIENT_COUNTRY, recipient.country().code(), FactSource.ROSTER)
        .put(FactName.RECIPIENT_CONTROL, recipient.controllingCountry().code(), FactSource.ROSTER)
        .put(FactName.PURPOSE, spec.getPurpose(), FactSource.JOB)
        .put(FactName.DATA_CLASS, spec.getDataClass(), FactSource.JOB)
        .put(FactName.SECURE_AGGREGATION, true, FactSource.MEASURED)
        .put(FactName.COHORT_SIZE, sums.cohortSize(), sums.source())
        .put(FactName.COLLUDERS, sums.colluders(), sums.source())
        .put(FactName.ARTEFACT, action.artefact(), FactSource.MEASURED)
        .put(FactName.AGGREGATOR_COUNTRY, aggregator.country().code(), FactSource.ROSTER)
        .put(FactName.AGGREGATOR_CONTROL, aggregator.controllingCountry().code(), FactSource.ROSTER)
        .put(FactName.PROCESSING_REGION, aggregator.jurisdiction().code(), FactSource.ROSTER)
        .build();
  }

  /** Of the signed roster, and what the member has stated. */
  private Facts facts(RosterEntry entry) {
    Facts.Builder facts =
        Facts.builder()
            .put(FactName.MEMBER, entry.id().value(), FactSource.ROSTER)
            .put(FactName.JURISDICTION, entry.jurisdiction().code(), FactSource.ROSTER)
            .put(FactName.COUNTRY, entry.country().code(), FactSource.ROSTER)
            .put(FactName.CONTROL, entry.controllingCountry().code(), FactSource.ROSTER);
    stated.of(entry).ifPresent(sheet -> sheet.addTo(facts));
    return facts.build();
  }

  private void log(Decision decision, JobSpec spec, String context) {
    log(decision, spec, context, denials(decision));
  }

  private void log(Decision decision, JobSpec spec, String context, String denials) {
    AuditEntry entry =
        audit
            .entry(
                AuditTrail.freshId(),
                EntryType.DECISION,
                coordinator,
                decision.action().text(),
                denials.isEmpty() ? EntryOutcome.ALLOW : EntryOutcome.DENY)
            .inJob(spec.getJob())
            .detail("context", context)
            .detail("members", String.join(",", decision.members().keySet()))
            .detail("rules", String.join(",", decision.rules()))
            .digest("policy", decision.policyDigest().hex());
    String obligations =
        decision.obligations().stream().map(Obligation::text).collect(Collectors.joining(","));
    if (!obligations.isEmpty()) {
      entry = entry.detail("obligations", obligations);
    }
    audit.later(denials.isEmpty() ? entry : entry.remark("explanation", denials));
  }
}
