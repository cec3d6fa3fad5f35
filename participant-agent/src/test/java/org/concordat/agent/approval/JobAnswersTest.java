package org.concordat.agent.approval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.concordat.agent.AgentConfig;
import org.concordat.agent.FakeCoordinator;
import org.concordat.agent.Founded;
import org.concordat.agent.TestSite;
import org.concordat.agent.approval.Request.State;
import org.concordat.agent.data.DataSet;
import org.concordat.agent.data.DataSets;
import org.concordat.agent.job.SiteJobs;
import org.concordat.agent.report.NoticeFile;
import org.concordat.agent.site.Rosters;
import org.concordat.protocol.v1.Consent;
import org.concordat.protocol.v1.JobSpec;
import org.concordat.store.Database;
import org.concordat.store.Entries;
import org.concordat.store.SqlEntries;
import org.concordat.store.StoreLocation;
import org.concordat.testkit.SettableClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a site answers jobs, over a real session: by its rule, or by a person whom it asks. */
@Timeout(120)
class JobAnswersTest {
  private static final String SITE = "zurich";
  private static final String ASK = "approval: {purposes: [medical-research], approvers: [ada]}\n";

  @TempDir Path root;
  private final SettableClock clock = new SettableClock(Instant.now());
  private Founded alliance;
  private FakeCoordinator coordinator;
  private TestSite site;

  @BeforeEach
  void coordinator() throws IOException {
    coordinator = new FakeCoordinator();
  }

  @AfterEach
  void close() throws Exception {
    if (site != null) {
      site.close();
    }
    coordinator.close();
  }

  private void start(String policy, String rule) throws Exception {
    if (alliance == null) {
      alliance = new Founded(root, policy, clock);
    }
    site = new TestSite(alliance, config(rule), coordinator, clock);
    coordinator.awaitSession();
  }

  private AgentConfig config(String rule) {
    return alliance.config(SITE, coordinator.port(), rule);
  }

  private void stop() {
    site.close();
    site = null;
  }

  private byte[] sealed(JobSpec.Builder job) {
    return alliance.seal("operator", "job.spec", job.build().toByteArray());
  }

  private byte[] propose(String job) {
    byte[] spec = sealed(Founded.job(job));
    coordinator.propose(spec);
    return spec;
  }

  private void answer(Request request, boolean accept, String comment) {
    answer(alliance, clock, request, accept, comment);
  }

  private static void answer(
      Founded alliance, Clock clock, Request request, boolean accept, String comment) {
    Inbox.open(alliance.home(SITE))
        .answer(
            request,
            alliance.seal(
                "ada",
                Inbox.APPROVAL_TYPE,
                Inbox.approval(request, accept, comment, clock.instant()).toByteArray()));
  }

  private List<Request> asked(String job) {
    return Inbox.open(alliance.home(SITE)).list().stream()
        .filter(request -> request.job().equals(job))
        .toList();
  }

  // --- asked again, or not

  @Test
  void aPersonIsAskedAgainWhenTheReasonsAreNew() throws Exception {
    start(Founded.WITH_A_PERSON, ASK);
    propose("first");
    propose("second");
    Request first = site.await("first", Request::isOpen);
    Request second = site.await("second", Request::isOpen);
    assertThat(first.reasons()).noneMatch(reason -> reason.contains("earlier job"));
    answer(second, true, "");
    assertThat(coordinator.awaitConsent("second").getGranted()).isTrue();

    answer(first, true, "seen");
    Request again = site.await("first", request -> !request.id().equals(first.id()));
    assertThat(again.isOpen()).isTrue();
    assertThat(again.reasons())
        .anyMatch(
            reason ->
                reason.contains("1 earlier job on this data set (second) opened or may open 3"))
        .containsAll(first.reasons());
    assertThat(again.specDigest()).isEqualTo(first.specDigest());
    site.await("first", request -> request.state() == State.ACCEPTED);
    assertThat(coordinator.consents()).as("to the second only").hasSize(1);

    answer(again, true, "seen that, too");
    Consent consent = coordinator.awaitConsent("first");
    assertThat(consent.getGranted()).isTrue();
    assertThat(consent.getDecidedBy()).isEqualTo("person:ada");
    assertThat(consent.getExplanation()).isEqualTo("ada approved it: seen that, too");
    assertThat(asked("first")).hasSize(2);
  }

  @Test
  void aPersonIsNotAskedAgainForTheSameReasons() throws Exception {
    start(Founded.OPEN, ASK);
    propose("first");
    assertThat(coordinator.awaitConsent("first").getDecidedBy()).isEqualTo("rule");
    propose("second");
    Request asked = site.await("second", Request::isOpen);
    assertThat(asked.reasons()).anyMatch(reason -> reason.contains("(first)"));
    assertThat(asked.members()).isEqualTo(Founded.MEMBERS);
    site.awaitStatus(status -> status.path("waitingForApproval").asInt() == 1);
    answer(asked, true, "board 7");
    Consent consent = coordinator.awaitConsent("second");
    assertThat(consent.getGranted()).isTrue();
    assertThat(consent.getExplanation()).isEqualTo("ada approved it: board 7");
    assertThat(consent.getSealedApproval().isEmpty()).isFalse();
    site.await("second", request -> request.state() == State.ACCEPTED);
    site.awaitStatus(status -> status.path("waitingForApproval").asInt() == 0);
    assertThat(asked("second")).hasSize(1);
  }

  @Test
  void norWhenAReasonHasGone() throws Exception {
    start(Founded.OPEN, ASK);
    propose("first");
    coordinator.awaitConsent("first");
    propose("second");
    Request asked = site.await("second", Request::isOpen);
    coordinator.close("first", "ABORTED"); // before any sum was opened
    site.awaitStatus(status -> status.path("state").asText().equals("idle"));
    answer(asked, true, "");
    Consent consent = coordinator.awaitConsent("second");
    assertThat(consent.getGranted()).isTrue();
    assertThat(consent.getDecidedBy()).isEqualTo("person:ada");
    assertThat(asked("second")).hasSize(1);
  }

  @Test
  void aProposalThatIsToldAgainAsksNothingTwice() throws Exception {
    start(Founded.WITH_A_PERSON, ASK);
    byte[] spec = propose("job");
    coordinator.awaitAsking("job", 1);
    coordinator.propose(spec);
    coordinator.awaitAsking("job", 2);
    assertThat(asked("job")).hasSize(1);
    answer(asked("job").get(0), true, "");
    byte[] answered = coordinator.awaitAnswer("job", 1);
    coordinator.propose(spec);
    assertThat(coordinator.awaitAnswer("job", 2)).as("the very same answer").isEqualTo(answered);
    assertThat(asked("job")).hasSize(1);
  }

  // --- restarts

  @Test
  void aRestartBetweenAskingAndAnswerAsksNothingTwice() throws Exception {
    start(Founded.WITH_A_PERSON, ASK);
    byte[] spec = propose("job");
    Request before = site.await("job", Request::isOpen);
    coordinator.awaitAsking("job", 1); // the report is not lost with the session
    stop();
    start(Founded.WITH_A_PERSON, ASK);
    assertThat(site.status().path("waitingForApproval").asInt()).isEqualTo(1);
    coordinator.propose(spec);
    coordinator.awaitAsking("job", 2);
    assertThat(asked("job")).containsExactly(before);
    answer(before, true, "");
    assertThat(coordinator.awaitConsent("job").getGranted()).isTrue();
    site.await("job", request -> request.state() == State.ACCEPTED);
  }

  @Test
  void anAnswerThatCameWhileTheAgentWasDownCounts() throws Exception {
    start(Founded.WITH_A_PERSON, ASK);
    byte[] spec = propose("job");
    Request before = site.await("job", Request::isOpen);
    stop();
    answer(before, false, "the same patients");
    start(Founded.WITH_A_PERSON, ASK);
    site.await("job", request -> request.state() == State.REJECTED);
    coordinator.propose(spec);
    Consent consent = coordinator.awaitConsent("job");
    assertThat(consent.getGranted()).isFalse();
    assertThat(consent.getExplanation()).isEqualTo("ada rejected it: the same patients");
    assertThat(consent.getDecidedBy()).isEqualTo("person:ada");
  }

  private interface InStore {
    void in(Entries entries, Requests requests, AgentConfig config) throws Exception;
  }

  /** What a crash has left in the store. */
  private void left(InStore what) throws Exception {
    AgentConfig config = config(ASK);
    try (Database database = Database.open(StoreLocation.sqlite(config.home().resolve("state")))) {
      Entries entries = new SqlEntries(database);
      Rosters rosters = new Rosters(alliance.genesis, entries);
      ApprovalCheck check =
          new ApprovalCheck(alliance.notary(SITE, rosters), rosters, List.of("ada"));
      what.in(
          entries, new Requests(entries, Inbox.open(config.home()), check, SITE, clock), config);
    }
  }

  @Test
  void aCrashBetweenTheConsentAndTheEndOfTheRequestAnswersOnce() throws Exception {
    start(Founded.WITH_A_PERSON, ASK);
    byte[] spec = propose("job");
    Request asked = site.await("job", Request::isOpen);
    stop();
    byte[] consent =
        alliance.seal(
            SITE, "job.consent", Consent.newBuilder().setJob("job").build().toByteArray());
    left(
        (entries, requests, config) -> {
          DataSet data =
              DataSets.load(config.dataSets(), config.dataRoot()).find("toy").orElseThrow();
          new SiteJobs(entries)
              .consented(spec, SiteJobs.parse(spec), consent, data, Founded.MEMBERS, "ada");
        });
    answer(asked, true, "");
    start(Founded.WITH_A_PERSON, ASK);
    site.await("job", request -> request.state() == State.ACCEPTED);
    coordinator.propose(spec);
    assertThat(coordinator.awaitAnswer("job", 1)).isEqualTo(consent);
  }

  @Test
  void aCrashBetweenAskingAgainAndTheEndOfTheFirstRequestAsksNoThirdTime() throws Exception {
    start(Founded.WITH_A_PERSON, ASK);
    byte[] spec = propose("job");
    Request asked = site.await("job", Request::isOpen);
    propose("other");
    answer(site.await("other", Request::isOpen), true, "");
    coordinator.awaitConsent("other");
    site.await("other", request -> request.state() == State.ACCEPTED);
    answer(asked, true, "");
    Request again = site.await("job", request -> !request.id().equals(asked.id()));
    site.await("job", request -> request.state() == State.ACCEPTED);
    stop();
    left( // as if the first request had not been closed
        (entries, requests, config) -> {
          entries.put("approval-request", asked.id(), new ObjectMapper().writeValueAsBytes(asked));
          entries.put("approval-spec", asked.id(), spec);
        });
    Files.delete(alliance.home(SITE).resolve("inbox/" + asked.id() + ".request.json"));
    left((entries, requests, config) -> assertThat(requests.open()).isEqualTo(2));
    answer(asked, true, "");
    start(Founded.WITH_A_PERSON, ASK);
    site.await(
        "job", request -> request.id().equals(asked.id()) && request.state() == State.ACCEPTED);
    assertThat(asked("job")).extracting(Request::id).containsOnly(asked.id(), again.id());
    answer(again, true, "");
    assertThat(coordinator.awaitConsent("job").getGranted()).isTrue();
  }

  // --- what changed between asking and answer

  @Test
  void anApprovalOfDataThatHasChangedSinceIsARefusal() throws Exception {
    start(Founded.WITH_A_PERSON, ASK);
    propose("job");
    Request asked = site.await("job", Request::isOpen);
    Files.writeString(
        alliance.home(SITE).resolve("data/train.csv"), "3,1,1\n", StandardOpenOption.APPEND);
    answer(asked, true, "");
    Consent consent = coordinator.awaitConsent("job");
    assertThat(consent.getGranted()).isFalse();
    assertThat(consent.getExplanation())
        .startsWith("ada approved it. But the data has changed since: asked was about ")
        .contains(asked.dataSetDigest().substring(0, 12))
        .endsWith("Submit the job anew");
    site.await("job", request -> request.state() == State.ACCEPTED);
  }

  @Test
  void anApprovalOfWhatIsNoLongerPossibleIsARefusalWithTheCause() throws Exception {
    start(Founded.WITH_A_PERSON, ASK);
    propose("job");
    Request asked = site.await("job", Request::isOpen);
    Files.writeString(
        alliance.home(SITE).resolve("data/train.csv"), "99,1,1\n", StandardOpenOption.APPEND);
    answer(asked, true, "fine");
    Consent consent = coordinator.awaitConsent("job");
    assertThat(consent.getGranted()).isFalse();
    assertThat(consent.getExplanation())
        .startsWith("ada approved it: fine. But now: this site's data set 'toy' does not fit");
  }

  @Test
  void nobodyNeedBeAskedAboutAJobThatHasEnded() throws Exception {
    start(Founded.WITH_A_PERSON, ASK);
    propose("job");
    Request asked = site.await("job", Request::isOpen);
    coordinator.close("job", "ABORTED");
    Request withdrawn = site.await("job", request -> request.state() == State.WITHDRAWN);
    assertThat(withdrawn.comment()).isEqualTo("the job is ABORTED");
    assertThatThrownBy(() -> answer(asked, true, "")).hasMessageContaining("is WITHDRAWN already");
    site.awaitStatus(status -> status.path("waitingForApproval").asInt() == 0);
    assertThat(coordinator.consents()).isEmpty();
  }

  // --- without a person

  @Test
  void whereNobodyCouldApproveTheAnswerIsNoAtOnce() throws Exception {
    start(
        Founded.WITH_A_PERSON, "approval: {purposes: [medical-research], approvers: [operator]}\n");
    propose("job");
    Consent consent = coordinator.awaitConsent("job");
    assertThat(consent.getGranted()).isFalse();
    assertThat(consent.getDecidedBy()).isEqualTo("rule");
    assertThat(consent.getExplanation())
        .contains("obligation approval-by-person")
        .contains("approval.approvers of the agent's file names no participant");
    assertThat(asked("job")).isEmpty();
  }

  /**
   * Before there is a manifest, a sum's size is the plan's: a rule that takes a measured one only
   * denies every job, also where it is about steps that come when it is measured.
   */
  @ParameterizedTest
  @CsvSource({"cohort-size, submit", "cohort-size, release", "colluders, aggregate"})
  void aRuleThatTakesMeasuredSumsOnlyConsentsToNoJob(String fact, String action) throws Exception {
    String rule =
        """
          - id: measured-only
            effect: require
            actions: [ACTION]
            when: {fact: FACT, from: [measured], atLeast: 0}
            because: a test
        tests:
        """
            .replace("ACTION", action)
            .replace("FACT", fact);
    start(Founded.OPEN.replace("tests:\n", rule), ASK);
    propose("job");
    Consent consent = coordinator.awaitConsent("job");
    assertThat(consent.getGranted()).isFalse();
    assertThat(consent.getDecidedBy()).isEqualTo("rule");
    assertThat(consent.getExplanation())
        .contains("measured-only")
        .contains(fact + ": stated by job, the rule takes it from [measured] only");
  }

  @Test
  void aJobThatNoOperatorSignedIsNotAnswered() throws Exception {
    start(Founded.OPEN, ASK);
    JobSpec job = Founded.job("job").build();
    coordinator.propose(alliance.seal("boston", "job.spec", job.toByteArray()));
    site.awaitStatus(
        status ->
            status
                .path("lastAlarm")
                .asText()
                .equals("a job that no operator signed was refused; it is signed by 'boston'"));
    coordinator.propose(alliance.seal("operator", "job.consent", job.toByteArray()));
    site.awaitStatus(
        status -> status.path("lastAlarm").asText().endsWith("it is signed by 'operator'"));
    coordinator.propose(new byte[] {1, 2, 3});
    site.awaitStatus(status -> status.path("lastAlarm").asText().startsWith("a job was refused: "));
    propose("job");
    coordinator.awaitConsent("job");
    assertThat(coordinator.consents()).as("the one that an operator signed").hasSize(1);
  }

  @Test
  void anInboxThatCannotBeReadIsToldOnceAndReadAgainLater() throws Exception {
    start(Founded.WITH_A_PERSON, ASK);
    propose("job");
    Request asked = site.await("job", Request::isOpen);
    Path inbox = alliance.home(SITE).resolve("inbox");
    Path away = alliance.home(SITE).resolve("inbox-away");
    Files.move(inbox, away);
    JsonNode told =
        site.awaitStatus(status -> status.path("lastAlarm").asText().contains("cannot be read"));
    assertThat(told.path("lastAlarm").asText()).contains(inbox.toString()).contains("Next: check");
    clock.advance(Duration.ofMinutes(1));
    Thread.sleep(2500); // it looks every second
    assertThat(site.status().path("lastAlarmAt")).isEqualTo(told.path("lastAlarmAt"));
    Files.move(away, inbox);
    answer(asked, true, "");
    assertThat(coordinator.awaitConsent("job").getGranted()).isTrue();
  }

  // --- what the policy wants done beside

  private static String with(String obligations, String bounds) {
    return Founded.OPEN
        .replace("[log-before-acting]", obligations)
        .replace("rules:", bounds + "\nrules:");
  }

  @Test
  void thisSitesPeopleAreToldOfAJobBeforeItConsents() throws Exception {
    start(with("[notify]", ""), rule(""));
    propose("job");
    Consent consent = coordinator.awaitConsent("job");
    assertThat(consent.getGranted()).as(consent.getExplanation()).isTrue();
    assertThat(consent.getExplanation()).contains("this site's people are told in notices.txt");
    Path notices = alliance.home(SITE).resolve(NoticeFile.NAME);
    assertThat(Files.readAllLines(notices))
        .singleElement()
        .asString()
        .startsWith(clock.instant().toString())
        .contains("job 'job' uses data set 'toy' for the purpose 'medical-research'");
    site.awaitStatus(status -> status.path("notices").asText().equals(notices.toString()));
  }

  @Test
  void whereNobodyCanBeToldTheAnswerIsNoByName() throws Exception {
    start(with("[notify]", ""), rule(""));
    Files.createDirectories(alliance.home(SITE).resolve(NoticeFile.NAME));
    propose("job");
    Consent consent = coordinator.awaitConsent("job");
    assertThat(consent.getGranted()).isFalse();
    assertThat(consent.getExplanation()).contains("obligation notify").contains("notices.txt");
  }

  @Test
  void aSumOfFewerThanTheMinimumCohortIsRefusedByName() throws Exception {
    start(with("[min-cohort]", "bounds: {min-cohort: 100}"), rule(""));
    propose("job");
    Consent consent = coordinator.awaitConsent("job");
    assertThat(consent.getGranted()).isFalse();
    assertThat(consent.getExplanation())
        .contains("dispatch with the obligation min-cohort: 100, and the sum may have");
  }

  // --- what the operator should know

  @Test
  void aSiteWithMoreRowsThanTheLargestWeightSaysSoInItsConsent() throws Exception {
    start(Founded.OPEN, rule("further-jobs: {sums: 1000, members: any}"));
    record Case(double maxWeight, String told) {}
    List<Case> cases =
        List.of(
            new Case(30, ""),
            new Case(31.5, ""),
            new Case(29, "this site has 30 training rows and max-weight is 29: "),
            new Case(2.5, "this site has 30 training rows and max-weight is 2.5: "));
    for (int i = 0; i < cases.size(); i++) {
      JobSpec.Builder job = Founded.job("job-" + i);
      job.getSecureAggregationBuilder().setMaxWeight(cases.get(i).maxWeight());
      coordinator.propose(sealed(job));
      Consent consent = coordinator.awaitConsent("job-" + i);
      assertThat(consent.getGranted()).as(consent.getExplanation()).isTrue();
      String usual =
          "purpose 'medical-research' is approved by this site's rule, and its policy allows every"
              + " action";
      assertThat(consent.getExplanation())
          .isEqualTo(
              cases.get(i).told().isEmpty()
                  ? usual
                  : usual + ". " + cases.get(i).told() + "it weighs as if it had no more");
      site.awaitStatus(
          status ->
              status
                  .path("lastAnswer")
                  .asText()
                  .endsWith("is consented to: " + consent.getExplanation()));
    }
  }

  @Test
  void thatRemarkStandsBesideAPersonsWordToo() throws Exception {
    start(Founded.WITH_A_PERSON, ASK);
    JobSpec.Builder job = Founded.job("job");
    job.getSecureAggregationBuilder().setMaxWeight(7);
    coordinator.propose(sealed(job));
    answer(site.await("job", Request::isOpen), true, "go");
    assertThat(coordinator.awaitConsent("job").getExplanation())
        .isEqualTo(
            "ada approved it: go. this site has 30 training rows and max-weight is 7: it weighs as"
                + " if it had no more");
  }

  private static String rule(String more) {
    return "approval: {purposes: [medical-research], approvers: [ada], " + more + "}\n";
  }
}
