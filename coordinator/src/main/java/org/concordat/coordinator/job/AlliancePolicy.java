package org.concordat.coordinator.job;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.concordat.certs.Role;
import org.concordat.certs.RosterEntry;
import org.concordat.certs.Sha256;
import org.concordat.coordinator.audit.AuditTrail;
import org.concordat.coordinator.directory.Directory;
import org.concordat.coordinator.directory.MemberFacts;
import org.concordat.jurisdictions.Action;
import org.concordat.jurisdictions.Decision;
import org.concordat.jurisdictions.DecisionFacts;
import org.concordat.jurisdictions.FactName;
import org.concordat.jurisdictions.FactSource;
import org.concordat.jurisdictions.Facts;
import org.concordat.jurisdictions.MemberVerdict;
import org.concordat.jurisdictions.Obligation;
import org.concordat.jurisdictions.Policy;
import org.concordat.protocol.v1.JobSpec;
import org.concordat.secureagg.Digest;

/**
 * The policy in force, or the one that a round began under, evaluated with what the coordinator
 * knows: facts of the signed roster and of the job. Each agent evaluates the same policy with its
 * own facts, and the site wins. Every decision is logged.
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
   * erased with their round, and all that is kept of it in time; results go to agents of the
   * roster, which are members; each agent tells its people with its consent.
   */
  private static final Set<Obligation> MET =
      Set.of(
          Obligation.LOG_BEFORE_ACTING,
          Obligation.APPROVAL_BY_PERSON,
          Obligation.DELETE_UPDATES_AFTER_ROUND,
          Obligation.MEMBERS_ONLY,
          Obligation.MIN_COHORT,
          Obligation.RETAIN_DAYS,
          Obligation.NOTIFY);

  /**
   * Nobody is asked for each export or told of it, what is exported is not for members only, and
   * nobody deletes it elsewhere.
   */
  private static final Set<Obligation> MET_BY_EXPORT =
      Set.of(
          Obligation.LOG_BEFORE_ACTING,
          Obligation.DELETE_UPDATES_AFTER_ROUND,
          Obligation.MIN_COHORT);

  private static final String MEMBERS_ONLY =
      "the policy gives this to members only (obligation members-only), and '%s' has not the role"
          + " agent";

  private final Directory directory;
  private final MemberFacts stated;
  private final String coordinator;
  private final DecisionLog log;
  private final Clock clock;
  private final AllianceAgreement agreement;
  private final Routes routes;

  public AlliancePolicy(
      Directory directory, MemberFacts stated, String coordinator, AuditTrail audit, Clock clock) {
    this.directory = directory;
    this.stated = stated;
    this.coordinator = coordinator;
    this.log = new DecisionLog(audit, coordinator);
    this.clock = clock;
    this.agreement = new AllianceAgreement(directory, clock);
    this.routes = new Routes(directory);
  }

  /** Where updates go. */
  public Routes routes() {
    return routes;
  }

  /** What the members agreed on beside it. */
  public AllianceAgreement agreement() {
    return agreement;
  }

  /**
   * Decides about an action of a job, of updates once for each place that they go to: one that is
   * denied is the answer, or else the first. The decision is logged with the audit trail's next
   * append; whoever acts on it makes one first.
   *
   * @param context names the occasion in the log: "submit", or a round's stream
   * @param members whose data or update is touched
   */
  public Decision decide(
      Action action, JobSpec spec, List<String> members, SumFacts sums, String context) {
    return answer(
        questions(action, spec, members, sums).stream()
            .map(
                facts -> {
                  Decision decision = evaluate(policy(sums), action, facts);
                  log.later(decision, facts, spec.getJob(), context, denials(decision, sums));
                  return decision;
                })
            .toList(),
        sums);
  }

  private Decision answer(List<Decision> decisions, SumFacts sums) {
    return decisions.stream()
        .filter(decision -> !denials(decision, sums).isEmpty())
        .findFirst()
        .orElse(decisions.get(0));
  }

  /**
   * Why one of these actions is denied, the first that is, or empty; logged like {@link #decide}.
   */
  public String denials(
      List<Action> actions, JobSpec spec, List<String> members, SumFacts sums, String context) {
    return actions.stream()
        .map(action -> denials(decide(action, spec, members, sums, context), sums))
        .filter(denial -> !denial.isEmpty())
        .findFirst()
        .orElse("");
  }

  /** What {@link #decide} would say; not logged, nobody acts on it. */
  public Decision preview(Action action, JobSpec spec, List<String> members, SumFacts sums) {
    return answer(
        questions(action, spec, members, sums).stream()
            .map(facts -> evaluate(policy(sums), action, facts))
            .toList(),
        sums);
  }

  /**
   * What the policy is asked: of updates, which are submitted and added up in a region where the
   * roster names an aggregator there, once for each such place.
   */
  private List<DecisionFacts> questions(
      Action action, JobSpec spec, List<String> members, SumFacts sums) {
    return byAggregator(action, members).entrySet().stream()
        .map(
            group ->
                new DecisionFacts(
                    facts(action, spec, sums, group.getKey(), group.getKey()),
                    touched(group.getValue())))
        .toList();
  }

  /** Never empty: with no members, or none that are known, the coordinator is asked about. */
  private Map<RosterEntry, List<String>> byAggregator(Action action, List<String> members) {
    Map<RosterEntry, List<String>> groups = new LinkedHashMap<>();
    for (String member : members) {
      groups.computeIfAbsent(aggregator(action, member), any -> new ArrayList<>()).add(member);
    }
    return groups.isEmpty() ? Map.of(coordinator(), List.of()) : groups;
  }

  private RosterEntry aggregator(Action action, String member) {
    return action == Action.SUBMIT || action == Action.AGGREGATE
        ? routes.aggregatorOf(member).orElseGet(this::coordinator)
        : coordinator();
  }

  /**
   * After how many days all that is kept of a round is deleted: of any rule, for every job. Empty
   * where none asks for it.
   */
  public OptionalInt retainDays() {
    return directory.documents().policy().bound(Obligation.RETAIN_DAYS);
  }

  /** Which one decides about such sums. */
  public String inWords(SumFacts sums) {
    Policy policy = policy(sums);
    return "policy '%s' version %d (%s)"
        .formatted(policy.name(), policy.version(), policy.digest());
  }

  private Policy policy(SumFacts sums) {
    return sums.policy()
        .map(digest -> directory.documents().policy(new Sha256(digest.hex())))
        .orElseGet(directory.documents()::policy);
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
    for (Action action : ACTIONS) {
      for (DecisionFacts facts : questions(action, spec, members, sums)) {
        all.addAll(
            policy(sums)
                .evaluateOnly(action, facts.alliance(), facts.members(), clock.instant())
                .obligations());
      }
    }
    return all;
  }

  /**
   * Whether uploads are erased as soon as their round is over: the policy in force asks for it, or
   * the one that the round was agreed under. A rule that asks for it counts for every job: better
   * once too often.
   *
   * @param agreed digest of the policy that the round's task names; empty where it is not known
   */
  public boolean deletesUpdates(Optional<Digest> agreed) {
    return deletesUpdates(directory.documents().policy())
        || agreed
            .map(digest -> directory.documents().policy(new Sha256(digest.hex())))
            .filter(AlliancePolicy::deletesUpdates)
            .isPresent();
  }

  private static boolean deletesUpdates(Policy policy) {
    return policy.obligations().contains(Obligation.DELETE_UPDATES_AFTER_ROUND);
  }

  /**
   * Decides again, for one member, what was decided and logged for all when the round was opened:
   * facts may have expired since. Only a denial is logged.
   */
  public String denialNow(
      Action action, JobSpec spec, String member, SumFacts sums, String context) {
    DecisionFacts facts = questions(action, spec, List.of(member), sums).get(0);
    Decision decision = evaluate(policy(sums), action, facts);
    String denials = denials(decision, sums);
    if (!denials.isEmpty()) {
      log.later(decision, facts, spec.getJob(), context, denials);
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
    for (String owner : owners) {
      if (directory.find(owner).isEmpty()) {
        return "'" + owner + "' is no longer in the roster: nothing permits to pass on what is its";
      }
    }
    RosterEntry to = directory.find(recipient).orElseThrow();
    return byAggregator(action, owners).entrySet().stream()
        .map(
            group ->
                denialFor(
                    action,
                    spec.getJob(),
                    new DecisionFacts(
                        facts(action, spec, sums, group.getKey(), to), touched(group.getValue())),
                    sums,
                    to,
                    context))
        .filter(denial -> !denial.isEmpty())
        .findFirst()
        .orElse("");
  }

  private String denialFor(
      Action action,
      String job,
      DecisionFacts facts,
      SumFacts sums,
      RosterEntry to,
      String context) {
    String recipient = to.id().value();
    Decision decision = evaluate(policy(sums), action, facts);
    boolean outsider =
        decision.obligations().contains(Obligation.MEMBERS_ONLY)
            && !to.roles().contains(Role.AGENT);
    String denials = outsider ? MEMBERS_ONLY.formatted(recipient) : denials(decision, sums);
    if ((!denials.isEmpty() || action == Action.EXPORT) && !context.isEmpty()) {
      log.later(decision, facts, job, context + " to " + recipient, denials);
    }
    return denials;
  }

  /** What would flip a decision is only looked for where it denies. */
  private Decision evaluate(Policy policy, Action action, DecisionFacts facts) {
    Instant now = clock.instant();
    Decision decision = policy.evaluateOnly(action, facts.alliance(), facts.members(), now);
    return decision.allowed()
        ? decision
        : policy.evaluate(action, facts.alliance(), facts.members(), now);
  }

  /**
   * Why nobody acts on a decision: the explanations of those who are denied, or obligations that
   * this program cannot meet. Empty where it acts.
   *
   * @param sums that it was decided with
   */
  public String denials(Decision decision, SumFacts sums) {
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
    String tooFew = policy(sums).tooFew(decision, sums.cohortSize());
    if (!tooFew.isEmpty()) {
      return tooFew + ": refused";
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

  /** Its participant's name. */
  public String coordinatorName() {
    return coordinator;
  }

  private RosterEntry coordinator() {
    return directory.find(coordinator).orElseThrow();
  }

  private static Facts facts(
      Action action, JobSpec spec, SumFacts sums, RosterEntry aggregator, RosterEntry recipient) {
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
}
