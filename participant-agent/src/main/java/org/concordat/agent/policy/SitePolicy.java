package org.concordat.agent.policy;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.concordat.agent.policy.SitePolicies.NoPolicyException;
import org.concordat.agent.site.Rosters;
import org.concordat.certs.RosterEntry;
import org.concordat.certs.Sha256;
import org.concordat.jurisdictions.Action;
import org.concordat.jurisdictions.Decision;
import org.concordat.jurisdictions.FactName;
import org.concordat.jurisdictions.FactSheet;
import org.concordat.jurisdictions.FactSource;
import org.concordat.jurisdictions.FactValue;
import org.concordat.jurisdictions.Facts;
import org.concordat.jurisdictions.Policy;
import org.concordat.jurisdictions.agreement.Agreement;
import org.concordat.protocol.v1.JobSpec;

/**
 * The alliance's policy, in force or the one that an epoch is bound to, as this site evaluates it:
 * facts about the aggregator from the roster that the members signed, never from a request, and
 * facts about the data from the site's own description of it. The site wins.
 */
public final class SitePolicy {
  private final SitePolicies policies;
  private final Rosters rosters;
  private final SiteFacts facts;
  private final String self;
  private final String coordinator;
  private final Clock clock;
  private final SiteRoutes routes;

  public SitePolicy(
      SitePolicies policies, SiteRoutes routes, SiteFacts facts, String coordinator, Clock clock) {
    this.policies = policies;
    this.rosters = routes.rosters();
    this.facts = facts;
    this.self = routes.self();
    this.coordinator = coordinator;
    this.clock = clock;
    this.routes = routes;
  }

  /** Where updates go. */
  public SiteRoutes routes() {
    return routes;
  }

  /**
   * Decides about an action that touches this site's data or update.
   *
   * @param dataClass of the site's own data set
   * @param subjectRegions of the site's own data set
   * @param sum what the update goes into
   * @throws NoPolicyException when there is nothing here to judge by: then this site may not
   */
  public Decision decide(
      Action action, JobSpec spec, String dataClass, List<String> subjectRegions, SumFacts sum)
      throws NoPolicyException {
    Policy policy = policy(sum);
    TreeMap<String, Facts> touched = new TreeMap<>();
    rosters.find(self).ifPresent(entry -> touched.put(self, own(entry, dataClass, subjectRegions)));
    String aggregator = aggregator(action, self);
    Facts alliance = alliance(action, spec, sum, aggregator, aggregator);
    Instant now = clock.instant();
    Decision decision = policy.evaluateOnly(action, alliance, touched, now);
    return decision.allowed() ? decision : policy.evaluate(action, alliance, touched, now);
  }

  /** Updates are submitted and added up in the region, where the roster names an aggregator. */
  private String aggregator(Action action, String member) {
    return action == Action.SUBMIT || action == Action.AGGREGATE
        ? routes.aggregatorOf(member).map(entry -> entry.id().value()).orElse(coordinator)
        : coordinator;
  }

  /**
   * Why a job may not run by the agreement in force here, or empty: the same as the coordinator
   * asks, of this site's own copy.
   *
   * @param members whose data it uses; with none, this site's is meant
   */
  public String denialByAgreement(JobSpec spec, Collection<String> members) {
    try {
      Optional<Agreement> agreement = policies.agreement();
      if (agreement.isEmpty()) {
        return spec.getClause().isEmpty()
            ? ""
            : "the job names clause '%s', and no agreement is in force here"
                .formatted(spec.getClause());
      }
      return agreement
          .get()
          .denialOfJob(
              spec.getClause(),
              spec.getPurpose(),
              members.isEmpty() ? List.of(self) : members,
              LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC));
    } catch (NoPolicyException none) {
      return String.valueOf(none.getMessage());
    }
  }

  /**
   * Why this site does not act on a decision that allows; empty where it meets all obligations.
   *
   * @param sum that was decided about
   * @param byPerson whether a person approved the job here
   * @throws NoPolicyException as {@link #decide}
   */
  public String unmet(Decision decision, SumFacts sum, boolean byPerson) throws NoPolicyException {
    return unmet(policy(sum), decision, sum, byPerson);
  }

  private static String unmet(Policy policy, Decision decision, SumFacts sum, boolean byPerson) {
    String tooFew = policy.tooFew(decision, sum.cohortSize());
    return tooFew.isEmpty()
        ? Obligations.unmet(decision.action(), decision.obligations(), byPerson)
        : tooFew;
  }

  private Policy policy(SumFacts sum) throws NoPolicyException {
    return policies.policy(
        sum.policy().map(digest -> new Sha256(digest.hex())).orElseGet(policies::digest));
  }

  /**
   * Why this site may not hold leaves of other members' masked updates ({@code SUBMIT}), or of
   * partial sums that they went into ({@code AGGREGATE}), or empty: they are submitted to it as
   * they were to the aggregator. Facts are those of the signed roster: an owner that is not in it
   * is denied. Never empty unless the policy allows every owner's.
   *
   * @param sum that the owners' updates went into
   * @param byPerson whether a person approved the job here; where the policy asks for that, it asks
   *     for it at every owner's site
   */
  public String denialOfLeaves(
      Action action, JobSpec spec, Collection<String> owners, SumFacts sum, boolean byPerson) {
    if (owners.isEmpty()) {
      return "no owner of a leaf is named";
    }
    TreeMap<String, List<String>> byAggregator = new TreeMap<>();
    for (String owner : owners) {
      byAggregator.computeIfAbsent(aggregator(action, owner), any -> new ArrayList<>()).add(owner);
    }
    return byAggregator.entrySet().stream()
        .map(
            group ->
                denialOfLeaves(
                    action,
                    alliance(action, spec, sum, self, group.getKey()),
                    group.getValue(),
                    sum,
                    byPerson))
        .filter(denial -> !denial.isEmpty())
        .findFirst()
        .orElse("");
  }

  private String denialOfLeaves(
      Action action, Facts alliance, List<String> owners, SumFacts sum, boolean byPerson) {
    TreeMap<String, Facts> touched = new TreeMap<>();
    for (String owner : owners) {
      Optional<RosterEntry> entry = rosters.find(owner);
      if (entry.isEmpty()) {
        return "'%s' is not in the roster in force: nothing is known that would allow it"
            .formatted(owner);
      }
      touched.put(owner, known(entry.get(), facts.of(entry.get())).build());
    }
    Policy policy;
    try {
      policy = policy(sum);
    } catch (NoPolicyException none) {
      return String.valueOf(none.getMessage());
    }
    Instant now = clock.instant();
    Decision decision = policy.evaluateOnly(action, alliance, touched, now);
    if (decision.allowed()) {
      return unmet(policy, decision, sum, byPerson);
    }
    String explained =
        policy.evaluate(action, alliance, touched, now).members().values().stream()
            .filter(verdict -> !verdict.allowed())
            .map(verdict -> verdict.explain())
            .collect(Collectors.joining("\n"));
    return explained.isBlank() ? "the policy does not allow it, and gives no reason" : explained;
  }

  /** Why this site may not, in words; empty where it may. */
  public static String denial(Decision decision) {
    if (decision.allowed()) {
      return "";
    }
    return decision.members().isEmpty()
        ? "this site is no longer in the roster"
        : decision.members().values().iterator().next().explain();
  }

  private Facts alliance(
      Action action, JobSpec spec, SumFacts sum, String recipient, String aggregatorName) {
    Facts.Builder facts =
        Facts.builder()
            .put(FactName.PURPOSE, spec.getPurpose(), FactSource.JOB)
            .put(FactName.DATA_CLASS, spec.getDataClass(), FactSource.JOB)
            .put(FactName.SECURE_AGGREGATION, true, FactSource.MEASURED)
            .put(FactName.COHORT_SIZE, sum.cohortSize(), sum.source())
            .put(FactName.COLLUDERS, sum.colluders(), sum.source())
            .put(FactName.ARTEFACT, action.artefact(), FactSource.MEASURED);
    rosters
        .find(recipient)
        .ifPresent(
            entry ->
                facts
                    .put(FactName.RECIPIENT_COUNTRY, entry.country().code(), FactSource.ROSTER)
                    .put(
                        FactName.RECIPIENT_CONTROL,
                        entry.controllingCountry().code(),
                        FactSource.ROSTER));
    rosters
        .find(aggregatorName)
        .ifPresent(
            aggregator ->
                facts
                    .put(
                        FactName.AGGREGATOR_COUNTRY, aggregator.country().code(), FactSource.ROSTER)
                    .put(
                        FactName.AGGREGATOR_CONTROL,
                        aggregator.controllingCountry().code(),
                        FactSource.ROSTER)
                    .put(
                        FactName.PROCESSING_REGION,
                        aggregator.jurisdiction().code(),
                        FactSource.ROSTER));
    return facts.build();
  }

  /** Of the signed roster, and what the member has stated. */
  private static Facts.Builder known(RosterEntry entry, Optional<FactSheet> stated) {
    Facts.Builder known =
        Facts.builder()
            .put(FactName.MEMBER, entry.id().value(), FactSource.ROSTER)
            .put(FactName.JURISDICTION, entry.jurisdiction().code(), FactSource.ROSTER)
            .put(FactName.COUNTRY, entry.country().code(), FactSource.ROSTER)
            .put(FactName.CONTROL, entry.controllingCountry().code(), FactSource.ROSTER);
    stated.ifPresent(sheet -> sheet.addTo(known));
    return known;
  }

  /** Where the data set and the member's sheet tell two sets of regions, neither counts. */
  private Facts own(RosterEntry entry, String dataClass, List<String> subjectRegions) {
    Optional<FactSheet> stated = facts.of(entry);
    if (!subjectRegions.isEmpty()) {
      stated = stated.map(sheet -> sheet.without(FactName.SUBJECT_REGIONS));
    }
    Facts.Builder own =
        known(entry, stated).put(FactName.DATA_CLASS, dataClass, FactSource.MEMBER_ATTESTED);
    if (!subjectRegions.isEmpty() && contradiction(subjectRegions).isEmpty()) {
      own.put(FactName.SUBJECT_REGIONS, new TreeSet<>(subjectRegions), FactSource.MEMBER_ATTESTED);
    }
    return own.build();
  }

  /**
   * How this site's data set and its sheet of facts contradict each other; empty if they do not.
   */
  public String contradiction(List<String> subjectRegions) {
    return rosters
        .find(self)
        .flatMap(facts::of)
        .flatMap(sheet -> sheet.find(FactName.SUBJECT_REGIONS))
        .map(fact -> ((FactValue.TextSet) fact.value()).texts())
        .filter(said -> !subjectRegions.isEmpty() && !said.equals(new TreeSet<>(subjectRegions)))
        .map(
            said ->
                "its data set says subject-regions %s, its sheet of facts says %s: correct one"
                    .formatted(new TreeSet<>(subjectRegions), said))
        .orElse("");
  }
}
