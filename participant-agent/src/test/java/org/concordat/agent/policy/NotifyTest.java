package org.concordat.agent.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.concordat.agent.AgentConfig;
import org.concordat.agent.Founded;
import org.concordat.agent.NoLink;
import org.concordat.agent.data.DataSets;
import org.concordat.agent.job.JobPolicy;
import org.concordat.agent.job.SiteJobs;
import org.concordat.agent.job.SiteJobs.SiteJob;
import org.concordat.agent.report.AgentStatus;
import org.concordat.agent.report.NoticeFile;
import org.concordat.agent.report.Reports;
import org.concordat.agent.site.Rosters;
import org.concordat.agent.site.SiteDocuments;
import org.concordat.certs.DocumentFiles;
import org.concordat.certs.DocumentKind;
import org.concordat.certs.Roster;
import org.concordat.certs.RosterChain;
import org.concordat.certs.RosterChange;
import org.concordat.certs.Sha256;
import org.concordat.certs.SignedRoster;
import org.concordat.jurisdictions.Action;
import org.concordat.jurisdictions.FactSource;
import org.concordat.jurisdictions.Policy;
import org.concordat.store.Database;
import org.concordat.store.Entries;
import org.concordat.store.SqlEntries;
import org.concordat.store.StoreLocation;
import org.concordat.testkit.SettableClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A policy with {@code notify} that comes into force during a job: people are told, or nothing is
 * done.
 */
class NotifyTest {
  private static final String SITE = "zurich";
  private static final SumFacts SUM = new SumFacts(3, 0, FactSource.MEASURED, Optional.empty());

  @TempDir Path root;
  private final SettableClock clock = new SettableClock(Instant.parse("2026-11-21T09:00:00Z"));
  private Founded alliance;
  private AgentConfig config;
  private Database database;
  private Rosters rosters;
  private SiteDocuments documents;
  private SiteJobs jobs;
  private JobPolicy policy;

  @BeforeEach
  void consented() {
    alliance = new Founded(root, Founded.OPEN, clock);
    config = alliance.config(SITE, 1, "approval: {purposes: [medical-research]}\n");
    open();
    byte[] spec = alliance.seal("operator", "job.spec", Founded.job("job").build().toByteArray());
    jobs.consented(
        spec,
        SiteJobs.parse(spec),
        new byte[] {1},
        DataSets.load(config.dataSets(), config.dataRoot()).find("toy").orElseThrow(),
        Founded.MEMBERS,
        "");
    assertThat(denial()).isEmpty();
    assertThat(notices()).doesNotExist();
  }

  private void open() {
    database = Database.open(StoreLocation.sqlite(root.resolve("state")));
    Entries entries = new SqlEntries(database);
    rosters = new Rosters(alliance.genesis, entries);
    documents = new SiteDocuments(alliance.genesis, rosters, new DocumentFiles(root));
    SitePolicy judges =
        new SitePolicy(
            new SitePolicies(rosters, documents),
            new SiteRoutes(rosters, SITE, false),
            SiteFactsTest.none(alliance, rosters, entries, clock),
            "coordinator",
            clock);
    jobs = new SiteJobs(entries);
    policy =
        new JobPolicy(
            judges,
            DataSets.load(config.dataSets(), config.dataRoot()),
            jobs,
            new Reports(new AgentStatus(alliance.home(SITE), SITE, clock), new NoLink(), clock),
            new NoticeFile(alliance.home(SITE), clock));
  }

  @AfterEach
  void close() {
    database.close();
  }

  private Path notices() {
    return alliance.home(SITE).resolve(NoticeFile.NAME);
  }

  private String denial() {
    SiteJob job = jobs.find("job").orElseThrow();
    return policy.denial(job, SUM, Action.DISPATCH, Action.TRAIN);
  }

  private void notifyComesIntoForce() {
    byte[] next =
        Policy.parse(
                Path.of("p.yaml"),
                Founded.OPEN
                    .replace("version: 1", "version: 2")
                    .replace("[log-before-acting]", "[notify]")
                    .getBytes(StandardCharsets.UTF_8))
            .canonicalJson();
    RosterChain chain = RosterChain.of(alliance.genesis);
    Roster current = chain.latest();
    Roster then =
        new RosterChange.Document(DocumentKind.POLICY, 2, Sha256.of(next), "why").next(current);
    rosters.offer(
        chain
            .append(
                new SignedRoster(
                    then,
                    Founded.MEMBERS.stream()
                        .map(one -> then.approve(current, alliance.keys.get(one)))
                        .toList()))
            .toBytes());
    assertThat(documents.offer(List.of(ByteString.copyFrom(next)))).isEmpty();
  }

  @Test
  void peopleAreToldOnceAlsoOverARestart() throws IOException {
    notifyComesIntoForce();
    for (int start = 0; start < 2; start++) {
      assertThat(denial()).isEmpty();
      assertThat(denial()).isEmpty();
      assertThat(Files.readAllLines(notices()))
          .singleElement()
          .asString()
          .contains("job 'job' goes on using data set 'toy' for the purpose 'medical-research'");
      close();
      open();
    }
  }

  @Test
  void whereNobodyCanBeToldThisSiteDoesNothing() throws IOException {
    notifyComesIntoForce();
    Files.createDirectories(notices());
    assertThat(denial()).contains("obligation notify").contains("cannot be written");
    Files.delete(notices());
    assertThat(denial()).as("it is tried again").isEmpty();
    assertThat(Files.readAllLines(notices())).hasSize(1);
  }

  @Test
  void whoWasToldAtTheConsentIsNotToldAgain() {
    jobs.tell("job");
    notifyComesIntoForce();
    assertThat(denial()).isEmpty();
    assertThat(notices()).doesNotExist();
  }
}
