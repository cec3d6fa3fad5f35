package org.concordat.coordinator.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.concordat.jurisdictions.Action;
import org.concordat.jurisdictions.Decision;
import org.concordat.jurisdictions.Fact;
import org.concordat.jurisdictions.FactName;
import org.concordat.jurisdictions.FactSource;
import org.concordat.protocol.v1.JobSpec;
import org.concordat.protocol.v1.SubmitJobReply;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Digest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What the coordinator states to the alliance's policy, who vouches for it, and what follows. */
class AlliancePolicyTest {
  private static final String HEAD =
      """
      format: 1
      policy: test
      version: 1
      rules:
        - id: everybody
          effect: permit
          actions: [dispatch, train, submit, reveal, aggregate, evaluate, release, export]
          when: {fact: member, present: true}
          because: a test
          obligations: [OBLIGATIONS]
      """;
  private static final String TESTS =
      """
      tests:
        - name: who is not named is denied
          action: submit
          now: 2026-11-21T12:00:00Z
          alliance: {purpose: medical-research}
          members:
            zurich: {country: {value: CH, source: roster}}
          expect: denied
      """;
  private static final JobSpec JOB = Office.spec("job").build();
  private static final Cohort COHORT =
      Cohort.of(
          "test",
          Digest.sha256(new byte[] {1}),
          Digest.sha256(new byte[] {2}),
          Office.AGENTS,
          "coordinator",
          0);
  private static final SumFacts PLANNED = SumFacts.planned(3, 0);
  private static final SumFacts BEFORE = SumFacts.before(COHORT);
  private static final SumFacts AFTER = SumFacts.after(Office.AGENTS, 0, Optional.empty());

  @TempDir Path root;
  private Office office;

  @AfterEach
  void close() {
    office.close();
  }

  private void found(String obligations, String... rules) {
    office =
        new Office(
            root,
            HEAD.replace("OBLIGATIONS", obligations)
                + String.join("", Arrays.asList(rules))
                + TESTS);
  }

  private static String require(String id, String actions, String condition) {
    return "  - id: "
        + id
        + "\n    effect: require\n    actions: ["
        + actions
        + "]\n    when: "
        + condition
        + "\n    because: a test\n";
  }

  private static final String ALL = "dispatch, train, submit, reveal, aggregate, evaluate, release";

  // --- who vouches for what

  private static Map<FactName, FactSource> sources(Decision decision) {
    Map<FactName, FactSource> found = new EnumMap<>(FactName.class);
    for (Fact fact : decision.factsUsed()) {
      found.put(fact.name(), fact.source());
    }
    return found;
  }

  private void foundAskingForEverything() {
    found(
        "log-before-acting",
        Arrays.stream(FactName.values())
            .map(fact -> require("asks-" + fact, ALL, "{fact: " + fact + ", present: true}"))
            .toArray(String[]::new));
  }

  @Test
  void everyFactHasTheSourceThatVouchesForIt() {
    foundAskingForEverything();
    Decision decision = office.policy.preview(Action.SUBMIT, JOB, List.of("zurich"), PLANNED);
    Map<FactName, FactSource> due = new EnumMap<>(FactName.class);
    due.put(FactName.SECURE_AGGREGATION, FactSource.MEASURED);
    due.put(FactName.ARTEFACT, FactSource.MEASURED);
    due.put(FactName.COHORT_SIZE, FactSource.JOB);
    due.put(FactName.COLLUDERS, FactSource.JOB);
    due.put(FactName.PURPOSE, FactSource.JOB);
    due.put(FactName.DATA_CLASS, FactSource.JOB);
    for (FactName ofRoster :
        List.of(
            FactName.RECIPIENT_COUNTRY,
            FactName.RECIPIENT_CONTROL,
            FactName.AGGREGATOR_COUNTRY,
            FactName.AGGREGATOR_CONTROL,
            FactName.PROCESSING_REGION,
            FactName.CONTROL,
            FactName.COUNTRY,
            FactName.JURISDICTION,
            FactName.MEMBER)) {
      due.put(ofRoster, FactSource.ROSTER);
    }
    assertThat(sources(decision)).isEqualTo(due);
    assertThat(decision.missing())
        .as("what the coordinator cannot know, and what waits for later versions")
        .isEqualTo(
            EnumSet.of(
                FactName.SUBJECT_REGIONS,
                FactName.RETENTION_DAYS,
                FactName.DP_EPSILON_LIMIT,
                FactName.DP_EPSILON_SPENT,
                FactName.TRANSFER_MECHANISM,
                FactName.TRANSFER_REFERENCE,
                FactName.KEY_LOCATION,
                FactName.HOSTING,
                FactName.HOSTING_CONTROL));
    assertThat(decision.allowed()).isFalse();
  }

  @Test
  void aSumIsThePlansUntilAManifestSaysWhatItIs() {
    foundAskingForEverything();
    for (SumFacts measured : List.of(BEFORE, AFTER)) {
      Map<FactName, FactSource> found =
          sources(office.policy.preview(Action.SUBMIT, JOB, List.of("zurich"), measured));
      assertThat(found)
          .containsEntry(FactName.COHORT_SIZE, FactSource.MEASURED)
          .containsEntry(FactName.COLLUDERS, FactSource.MEASURED)
          .containsEntry(FactName.PURPOSE, FactSource.JOB);
    }
    assertThat(BEFORE.cohortSize()).as("N_min").isEqualTo(COHORT.minSurvivors());
    assertThat(AFTER.cohortSize()).as("the survivors").isEqualTo(4);
  }

  private Map<FactName, String> values(Action action, List<String> members) {
    return office.policy.preview(action, JOB, members, PLANNED).factsUsed().stream()
        .collect(Collectors.toMap(Fact::name, fact -> fact.value().toString()));
  }

  @ParameterizedTest
  @EnumSource(Action.class)
  void whatMovesFollowsFromTheAction(Action action) {
    found(
        "log-before-acting", require("asks", ALL + ", export", "{fact: artefact, present: true}"));
    assertThat(values(action, List.of("zurich")).get(FactName.ARTEFACT))
        .contains(action.artefact());
  }

  @Test
  void theRecipientIsWhoeverReceivesAndTheAggregatorStaysTheCoordinator() {
    found(
        "log-before-acting",
        require(
            "swiss-recipients", "release", "{fact: recipient-country, from: [roster], equals: CH}"),
        require(
            "german-aggregator",
            "release",
            "{fact: aggregator-country, from: [roster], equals: DE}"));
    List<String> owners = List.of("boston", "zurich");
    assertThat(office.policy.denialFor(Action.RELEASE, JOB, owners, AFTER, "zurich", "")).isEmpty();
    assertThat(office.policy.denialFor(Action.RELEASE, JOB, owners, AFTER, "boston", ""))
        .contains("swiss-recipients")
        .doesNotContain("german-aggregator");
    assertThat(office.policy.preview(Action.RELEASE, JOB, owners, AFTER).allowed())
        .as("to the coordinator, in DE")
        .isFalse();
  }

  // --- a policy that insists on a source

  private SubmitJobReply submit() throws JobRefusedException {
    return office.submit(JOB);
  }

  /**
   * The numbers are the plan's while a job is submitted: a rule that takes measured ones only
   * denies every job then, also where it is about steps that come when they are measured.
   */
  @ParameterizedTest
  @CsvSource({
    "cohort-size, dispatch",
    "cohort-size, submit",
    "cohort-size, aggregate",
    "cohort-size, release",
    "colluders, submit",
    "colluders, release"
  })
  void aRuleThatTakesMeasuredSumsOnlyAcceptsNoJob(String fact, String action) throws Exception {
    found(
        "log-before-acting",
        require("measured", action, "{fact: " + fact + ", from: [measured], atLeast: 0}"));
    SubmitJobReply reply = submit();
    assertThat(reply.getAccepted()).isFalse();
    assertThat(reply.getReason())
        .isEqualTo(
            "the alliance's policy does not allow '%s' for every member that this job names"
                .formatted(action));
    assertThat(reply.getDecisionsList())
        .hasSize(4)
        .allSatisfy(
            decision -> {
              assertThat(decision.getAllowed()).isFalse();
              assertThat(decision.getExplanation())
                  .contains(fact + ": stated by job, the rule takes it from [measured] only");
            });
    assertThat(office.book.all()).as("nobody is asked").isEmpty();
    Action named = Action.of(action).orElseThrow();
    for (SumFacts measured : List.of(BEFORE, AFTER)) {
      assertThat(office.policy.preview(named, JOB, Office.AGENTS, measured).allowed())
          .as("it would be allowed once there is a manifest")
          .isTrue();
    }
  }

  /** Accepted as planned, and denied as soon as the numbers are measured. */
  @Test
  void aRuleThatTakesPlannedSumsOnlyAcceptsTheJobAndDeniesItsFirstRound() throws Exception {
    found(
        "log-before-acting",
        require("planned", ALL, "{fact: cohort-size, from: [job], atLeast: 3}"));
    assertThat(submit().getAccepted()).isTrue();
    Decision round = office.policy.decide(Action.DISPATCH, JOB, Office.AGENTS, BEFORE, "round 1");
    assertThat(office.policy.denials(round, BEFORE)).contains("planned");
  }

  @Test
  void aRuleThatTakesBothFollowsTheNumbersAllTheWay() throws Exception {
    found(
        "log-before-acting",
        require("both", ALL, "{fact: cohort-size, from: [job, measured], atLeast: 3}"));
    assertThat(submit().getAccepted()).isTrue();
    for (Action action : AlliancePolicy.ACTIONS) {
      assertThat(office.policy.preview(action, JOB, Office.AGENTS, BEFORE).allowed()).isTrue();
      assertThat(office.policy.preview(action, JOB, Office.AGENTS, AFTER).allowed()).isTrue();
    }
    SumFacts two = SumFacts.after(List.of("boston", "zurich"), 0, Optional.empty());
    assertThat(
            office.policy.preview(Action.RELEASE, JOB, List.of("boston", "zurich"), two).allowed())
        .isFalse();
  }

  @Test
  void aJobCannotVouchForWhereTheAggregatorIs() throws Exception {
    found(
        "log-before-acting",
        require("stated", "submit", "{fact: aggregator-country, from: [job], equals: DE}"));
    assertThat(submit().getAccepted()).isFalse();
  }

  // --- what else must hold

  @Test
  void anExportThatSomebodyWouldHaveToApproveIsRefusedByName() {
    found("approval-by-person");
    Decision export = office.policy.preview(Action.EXPORT, JOB, Office.AGENTS, AFTER);
    assertThat(export.allowed()).isTrue();
    assertThat(office.policy.denials(export, AFTER))
        .contains("obligation approval-by-person, which the coordinator cannot meet");
    assertThat(
            office.policy.denials(
                office.policy.preview(Action.SUBMIT, JOB, Office.AGENTS, AFTER), AFTER))
        .as("sites ask people before they consent")
        .isEmpty();
  }

  private void foundWithBounds(String obligations, String bounds) {
    office =
        new Office(
            root,
            HEAD.replace("OBLIGATIONS", obligations).replace("rules:", bounds + "\nrules:")
                + TESTS);
  }

  @Test
  void aSumOfFewerThanTheMinimumCohortIsRefusedByName() throws Exception {
    foundWithBounds("min-cohort", "bounds: {min-cohort: 4}");
    SubmitJobReply reply = submit();
    assertThat(reply.getAccepted()).as("three may survive").isFalse();
    assertThat(reply.getReason())
        .contains("with the obligation min-cohort: 4, and the sum may have 3 members");
    assertThat(office.logged("decision")).singleElement().asString().contains("deny");
    for (Action action : List.of(Action.AGGREGATE, Action.EXPORT)) {
      Decision four = office.policy.preview(action, JOB, Office.AGENTS, AFTER);
      assertThat(office.policy.denials(four, AFTER)).isEmpty();
      SumFacts three = SumFacts.after(List.of("boston", "zurich", "budapest"), 0, Optional.empty());
      assertThat(office.policy.denials(four, three)).contains("min-cohort: 4");
    }
  }

  @Test
  void whatIsExportedIsNeitherDeletedInTimeNorIsAnybodyTold() {
    foundWithBounds("retain-days, notify", "bounds: {retain-days: 30}");
    Decision export = office.policy.preview(Action.EXPORT, JOB, Office.AGENTS, AFTER);
    assertThat(office.policy.denials(export, AFTER))
        .contains("obligation retain-days, notify, which the coordinator cannot meet");
    Decision submit = office.policy.preview(Action.SUBMIT, JOB, Office.AGENTS, AFTER);
    assertThat(office.policy.denials(submit, AFTER)).isEmpty();
  }

  @Test
  void whatIsForMembersOnlyGoesToAgents() {
    found("members-only");
    assertThat(
            office.policy.denialFor(Action.RELEASE, JOB, Office.AGENTS, AFTER, "zurich", "round 1"))
        .isEmpty();
    assertThat(
            office.policy.denialFor(
                Action.RELEASE, JOB, Office.AGENTS, AFTER, "auditor", "round 1"))
        .isEqualTo(
            "the policy gives this to members only (obligation members-only), and 'auditor' has"
                + " not the role agent");
    assertThat(office.logged("decision"))
        .singleElement()
        .asString()
        .contains("round 1 to auditor")
        .contains("deny");
  }

  @Test
  void nothingIsPassedOnOfAMemberThatHasLeft() {
    found("log-before-acting");
    assertThat(
            office.policy.denialFor(
                Action.RELEASE, JOB, List.of("zurich", "oslo"), AFTER, "boston", "round 1"))
        .isEqualTo("'oslo' is no longer in the roster: nothing permits to pass on what is its");
  }

  @Test
  void aDecisionIsLoggedWithItsOccasionRulesAndObligations() {
    found("log-before-acting, members-only");
    office.policy.decide(Action.SUBMIT, JOB, List.of("boston", "zurich"), PLANNED, "submit");
    office.policy.preview(Action.RELEASE, JOB, List.of("zurich"), PLANNED);
    assertThat(office.logged("decision"))
        .as("a preview is not logged")
        .singleElement()
        .asString()
        .contains("\"subject\":\"submit\"")
        .contains("allow")
        .contains("boston,zurich")
        .contains("everybody")
        .contains("log-before-acting,members-only")
        .contains(office.genesis.policyDigest().toString().substring(0, 16));
  }

  @Test
  void decidingAgainLogsDenialsOnly() {
    found("log-before-acting", require("three", "submit", "{fact: cohort-size, atLeast: 3}"));
    assertThat(office.policy.denialNow(Action.SUBMIT, JOB, "zurich", AFTER, "job/1")).isEmpty();
    assertThat(office.logged("decision")).isEmpty();
    SumFacts two = SumFacts.after(List.of("boston", "zurich"), 0, Optional.empty());
    assertThat(office.policy.denialNow(Action.SUBMIT, JOB, "zurich", two, "job/1"))
        .contains("three");
    assertThat(office.logged("decision"))
        .singleElement()
        .asString()
        .contains("deny")
        .contains("job/1");
  }

  @Test
  void anExportIsLoggedAlsoWhereItIsAllowed() {
    found("log-before-acting");
    assertThat(
            office.policy.denialFor(Action.EXPORT, JOB, Office.AGENTS, AFTER, "operator", "export"))
        .isEmpty();
    assertThat(
            office.policy.denialFor(Action.RELEASE, JOB, Office.AGENTS, AFTER, "zurich", "round"))
        .isEmpty();
    assertThat(office.logged("decision")).singleElement().asString().contains("export to operator");
  }

  @Test
  void nobodyTouchedIsADenial() {
    found("log-before-acting");
    Decision none = office.policy.preview(Action.SUBMIT, JOB, List.of("oslo"), AFTER);
    assertThat(office.policy.denials(none, AFTER)).isEqualTo("no member is touched");
  }

  @Test
  void obligationsAreThoseOfEveryStep() {
    found("log-before-acting, delete-updates-after-round");
    assertThat(office.policy.deletesUpdates(Optional.empty())).isTrue();
    assertThat(
            office.policy.obligations(JOB, Office.AGENTS, PLANNED).stream()
                .map(Object::toString)
                .collect(Collectors.toSet()))
        .isEqualTo(Set.of("log-before-acting", "delete-updates-after-round"));
    office.close();
    office =
        new Office(root.resolve("other"), HEAD.replace("OBLIGATIONS", "log-before-acting") + TESTS);
    assertThat(office.policy.deletesUpdates(Optional.empty())).isFalse();
  }
}
