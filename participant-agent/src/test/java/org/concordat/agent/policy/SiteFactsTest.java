package org.concordat.agent.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.concordat.agent.Founded;
import org.concordat.agent.NoLink;
import org.concordat.agent.report.AgentStatus;
import org.concordat.agent.report.Reports;
import org.concordat.agent.site.Rosters;
import org.concordat.agent.site.SiteDocuments;
import org.concordat.certs.DocumentFiles;
import org.concordat.certs.RosterEntry;
import org.concordat.jurisdictions.Action;
import org.concordat.jurisdictions.Decision;
import org.concordat.jurisdictions.Fact;
import org.concordat.jurisdictions.FactName;
import org.concordat.jurisdictions.FactSheet;
import org.concordat.jurisdictions.StatedFact;
import org.concordat.store.Database;
import org.concordat.store.Entries;
import org.concordat.store.SqlEntries;
import org.concordat.store.StoreLocation;
import org.concordat.testkit.SettableClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sheets of facts that a site knows, and how its policy sees its own. */
class SiteFactsTest {
  private static final Instant NOW = Instant.parse("2026-12-01T12:00:00Z");

  private static final String ALL_FACTS =
      Founded.OPEN.replace(
          "rules:\n",
          """
          rules:
            - id: shows-all
              effect: permit
              actions: [submit]
              when: {any: [{fact: hosting, present: true}, {fact: subject-regions, present: true}]}
              because: so that they are read
          """);

  @TempDir Path root;
  private final SettableClock clock = new SettableClock(NOW);
  private final List<byte[]> carried = new ArrayList<>();
  private Founded alliance;
  private Database database;
  private Rosters rosters;
  private SiteFacts facts;
  private FactsFile file;

  @BeforeEach
  void open() {
    alliance = new Founded(root, ALL_FACTS, clock);
    start();
  }

  private void start() {
    database = Database.open(StoreLocation.sqlite(alliance.home("zurich").resolve("state")));
    Entries entries = new SqlEntries(database);
    rosters = new Rosters(alliance.genesis, entries);
    file = new FactsFile(alliance.home("zurich"));
    facts = none(alliance, rosters, entries, clock);
    facts.connected();
  }

  /** Of an agent that nobody has told anything. */
  static SiteFacts none(Founded alliance, Rosters rosters, Entries entries, Clock clock) {
    AgentStatus status = new AgentStatus(alliance.home("zurich"), "zurich", clock);
    return new SiteFacts(
        "zurich",
        alliance.home("zurich"),
        rosters,
        alliance.notary("zurich", rosters),
        entries,
        clock,
        new Reports(status, new NoLink(), clock));
  }

  @AfterEach
  void close() {
    database.close();
  }

  private static StatedFact fact(FactName name, String... words) {
    return StatedFact.of(name, List.of(words), "contract 7", NOW, NOW.plus(Duration.ofDays(30)));
  }

  private byte[] sealed(String who, FactSheet sheet) {
    return alliance.seal(who, FactSheet.TYPE, sheet.toBytes());
  }

  private void look(int times) {
    for (int i = 0; i < times; i++) {
      facts.look(carried::add);
    }
  }

  private FactSheet known(String member) {
    RosterEntry entry = rosters.find(member).orElseThrow();
    return facts.of(entry).orElse(FactSheet.empty(member));
  }

  private String alarm() throws Exception {
    return new ObjectMapper()
        .readTree(Files.readAllBytes(alliance.home("zurich").resolve(AgentStatus.FILE)))
        .path("lastAlarm")
        .asText();
  }

  @Test
  void itsOwnFileIsTakenAndCarriedUntilTheCoordinatorShowsIt() throws Exception {
    look(5);
    assertThat(carried).isEmpty();
    FactSheet first = FactSheet.empty("zurich").with(fact(FactName.HOSTING, "own"));
    file.write(sealed("zurich", first));
    look(1);
    assertThat(known("zurich")).isEqualTo(first);
    assertThat(carried).hasSize(1);
    look(3);
    assertThat(carried).as("again, it was not shown").hasSize(2);
    facts.shown(carried.get(0));
    look(20);
    assertThat(carried).hasSize(2);
    facts.connected();
    look(1);
    assertThat(carried).as("another coordinator may have lost it").hasSize(3);
  }

  @Test
  void theNewestOfItsOwnComesBackToARestoredHome() throws Exception {
    FactSheet first = FactSheet.empty("zurich").with(fact(FactName.HOSTING, "own"));
    FactSheet later = first.with(fact(FactName.HOSTING_CONTROL, "CH"));
    file.write(sealed("zurich", first));
    look(1);
    facts.shown(sealed("zurich", later));
    assertThat(known("zurich")).isEqualTo(later);
    assertThat(file.read()).isEqualTo(sealed("zurich", later));
    look(1);
    database.close();
    start();
    assertThat(known("zurich")).isEqualTo(later);
    file.write(sealed("zurich", first));
    look(1);
    assertThat(known("zurich")).isEqualTo(later);
    assertThat(alarm()).contains("OLDER").contains("the next sheet has number 3");
  }

  @Test
  void nobodyElsesStatementIsItsOwn() throws Exception {
    file.write(sealed("boston", FactSheet.empty("boston").with(fact(FactName.HOSTING, "own"))));
    look(1);
    assertThat(alarm()).contains("it is of 'boston'");
    file.write(sealed("boston", FactSheet.empty("zurich").with(fact(FactName.HOSTING, "own"))));
    look(1);
    assertThat(alarm()).contains("'boston' states facts about 'zurich'");
    file.write(new byte[] {1, 2, 3});
    look(1);
    assertThat(known("zurich").number()).isZero();
    assertThat(carried).isEmpty();
  }

  @Test
  void othersSheetsAreVerifiedHere() throws Exception {
    FactSheet sheet = FactSheet.empty("boston").with(fact(FactName.HOSTING, "acme"));
    facts.shown(sealed("coordinator", sheet));
    assertThat(known("boston").number()).as("the coordinator made it up").isZero();
    facts.shown(sealed("boston", sheet));
    assertThat(known("boston")).isEqualTo(sheet);
    facts.shown(sealed("boston", FactSheet.empty("boston").with(fact(FactName.HOSTING, "other"))));
    assertThat(known("boston")).isEqualTo(sheet);
    assertThat(alarm()).contains("'boston' has stated two things under number 1");
  }

  private SitePolicies policies() {
    return new SitePolicies(
        rosters, new SiteDocuments(alliance.genesis, rosters, new DocumentFiles(root)));
  }

  private Decision decide(List<String> regions) throws Exception {
    SitePolicy policy =
        new SitePolicy(
            policies(), new SiteRoutes(rosters, "zurich", false), facts, "coordinator", clock);
    return policy.decide(
        Action.SUBMIT,
        Founded.job("job").build(),
        "pseudonymised-health",
        regions,
        SumFacts.ofJob(4, 0));
  }

  private List<String> used(List<String> regions) throws Exception {
    return decide(regions).factsUsed().stream()
        .filter(fact -> FactSheet.STATABLE.contains(fact.name()))
        .map(Fact::value)
        .map(Object::toString)
        .toList();
  }

  @Test
  void theSitesPolicySeesWhatItStatesAndNothingWhereItContradictsItself() throws Exception {
    FactSheet sheet =
        FactSheet.empty("zurich")
            .with(fact(FactName.HOSTING, "own"))
            .with(fact(FactName.SUBJECT_REGIONS, "ch", "eu"));
    file.write(sealed("zurich", sheet));
    look(1);
    assertThat(used(List.of())).containsExactly("own", "[ch, eu]");
    assertThat(used(List.of("eu", "ch"))).containsExactly("own", "[ch, eu]");
    assertThat(used(List.of("ch"))).containsExactly("own");
    SitePolicy policy =
        new SitePolicy(
            policies(), new SiteRoutes(rosters, "zurich", false), facts, "coordinator", clock);
    assertThat(policy.contradiction(List.of("ch")))
        .contains("says subject-regions [ch], its sheet of facts says [ch, eu]");
    assertThat(policy.contradiction(List.of("eu", "ch"))).isEmpty();
    assertThat(policy.contradiction(List.of())).isEmpty();
  }
}
