package org.concordat.coordinator.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.concordat.coordinator.operations.FactCalls;
import org.concordat.coordinator.session.FakeStream;
import org.concordat.coordinator.session.Sessions.Session;
import org.concordat.jurisdictions.Action;
import org.concordat.jurisdictions.Decision;
import org.concordat.jurisdictions.FactName;
import org.concordat.jurisdictions.FactSheet;
import org.concordat.jurisdictions.StatedFact;
import org.concordat.protocol.v1.SessionDown;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What members state counts once it is verified, and is in the log by then. */
class StatedFactsTest {
  private static final String POLICY =
      """
      format: 1
      policy: hosted-at-home
      version: 1
      rules:
        - id: own-machines
          effect: require
          actions: [train]
          when: {fact: hosting-control, from: [member-attested], equals: CH}
          because: nobody else's law reaches them
        - id: members
          effect: permit
          actions: [train]
          when: {fact: member, present: true}
          because: members
      tests:
        - name: at home
          action: train
          now: 2026-11-21T12:00:00Z
          alliance: {}
          members: {zurich: {hosting-control: CH}}
          expect: allowed
      """;

  @TempDir Path root;
  private Office office;
  private FactCalls calls;
  private final FakeStream zurich = new FakeStream();
  private final FakeStream boston = new FakeStream();

  @BeforeEach
  void open() {
    office = new Office(root, POLICY);
    begin();
  }

  private void begin() {
    calls =
        new FactCalls(office.stated, office.directory, office.sessions, office.audit, office.clock);
    connect("zurich", zurich);
    connect("boston", boston);
  }

  private void connect(String member, FakeStream stream) {
    office.sessions.open(new Session(member, stream, now(), now().plus(Duration.ofDays(1))));
  }

  @AfterEach
  void close() {
    office.close();
  }

  private Instant now() {
    return office.clock.instant().truncatedTo(ChronoUnit.SECONDS);
  }

  private StatedFact host(String country) {
    return StatedFact.of(
        FactName.HOSTING_CONTROL,
        List.of(country),
        "contract 7",
        now(),
        now().plus(Duration.ofDays(30)));
  }

  private void carry(String carrier, String signer, FactSheet sheet) {
    calls.carried(carrier, office.seal(signer, FactSheet.TYPE, sheet.toBytes()));
  }

  private void carry(FactSheet sheet) {
    carry("zurich", "zurich", sheet);
  }

  private boolean allowed() {
    Decision decision =
        office.policy.preview(
            Action.TRAIN, Office.spec("job").build(), List.of("zurich"), SumFacts.planned(3, 0));
    return decision.allowed();
  }

  private static long shown(FakeStream stream) {
    return stream.sent.stream().filter(SessionDown::hasFacts).count();
  }

  @Test
  void aStatementCountsUntilItIsWithdrawnOrEnds() {
    assertThat(allowed()).isFalse();
    FactSheet first = FactSheet.empty("zurich").with(host("CH"));
    carry(first);
    assertThat(allowed()).isTrue();
    assertThat(shown(zurich)).isEqualTo(1);
    assertThat(shown(boston)).as("who may hold its leaves").isEqualTo(1);
    assertThat(office.logged("policy"))
        .singleElement()
        .asString()
        .contains("facts-stated")
        .contains("hosting-control = CH until")
        .contains("contract 7");
    office.clock.advance(Duration.ofDays(29));
    assertThat(allowed()).isTrue();
    office.clock.advance(Duration.ofDays(1));
    assertThat(allowed()).as("ended").isFalse();
    FactSheet again = first.with(host("CH"));
    carry(again);
    assertThat(allowed()).isTrue();
    office.clock.advance(Duration.ofSeconds(5));
    carry(again.without(FactName.HOSTING_CONTROL));
    assertThat(allowed()).as("withdrawn").isFalse();
    carry(first);
    carry(again);
    assertThat(allowed()).as("played back").isFalse();
    assertThat(office.logged("policy")).hasSize(3);
  }

  @Test
  void itIsThereAfterARestart() {
    carry(FactSheet.empty("zurich").with(host("CH")));
    office.restart();
    assertThat(allowed()).isTrue();
    calls.connected("boston"); // not connected: nothing is sent, nothing breaks
  }

  @Test
  void nobodyStatesForAnother() {
    FactSheet sheet = FactSheet.empty("zurich").with(host("CH"));
    carry("zurich", "boston", sheet);
    carry("boston", "zurich", sheet);
    calls.carried("zurich", office.seal("zurich", "job.consent", sheet.toBytes()));
    calls.carried("zurich", office.seal("zurich", FactSheet.TYPE, new byte[] {1}));
    calls.carried("zurich", sheet.toBytes());
    byte[] forged = office.seal("zurich", FactSheet.TYPE, sheet.toBytes());
    forged[forged.length - 1] ^= 1;
    calls.carried("zurich", forged);
    assertThat(allowed()).isFalse();
    assertThat(office.logged("policy")).isEmpty();
  }

  @Test
  void twoSheetsWithOneNumberAreToldAndTheFirstStays() {
    carry(FactSheet.empty("zurich").with(host("CH")));
    carry(FactSheet.empty("zurich").with(host("US")));
    carry(FactSheet.empty("zurich").with(host("DE")));
    assertThat(allowed()).isTrue();
    assertThat(office.logged("policy"))
        .hasSize(2)
        .last()
        .asString()
        .contains("facts-contradict")
        .contains("\"outcome\":\"deny\"");
    assertThat(shown(zurich)).as("it is shown what counts").isEqualTo(3);
  }

  @Test
  void aFloodOfSheetsIsNotAFloodOfEntries() {
    FactSheet sheet = FactSheet.empty("zurich");
    for (int i = 0; i < 50; i++) {
      sheet = sheet.with(host("CH"));
      carry(sheet);
    }
    assertThat(office.logged("policy")).hasSize(1);
    assertThat(shown(boston)).isEqualTo(1);
    office.clock.advance(Duration.ofSeconds(2));
    carry(sheet);
    assertThat(office.logged("policy")).as("the last one is sent again").hasSize(2);
  }

  @Test
  void aStatementFromTheFutureWaits() {
    Instant tomorrow = now().plus(Duration.ofDays(1));
    FactSheet sheet =
        FactSheet.empty("zurich")
            .with(
                StatedFact.of(
                    FactName.HOSTING_CONTROL,
                    List.of("CH"),
                    "contract 7",
                    tomorrow,
                    tomorrow.plus(Duration.ofDays(9))));
    carry(sheet);
    assertThat(allowed()).isFalse();
    office.clock.advance(Duration.ofDays(1));
    carry(sheet);
    assertThat(allowed()).isTrue();
  }
}
