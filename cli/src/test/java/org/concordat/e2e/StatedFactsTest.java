package org.concordat.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.concordat.certs.MemberId;
import org.concordat.certs.Role;
import org.concordat.cli.Main;
import org.concordat.cli.client.ClientConfig;
import org.concordat.cli.client.CoordinatorAddress;
import org.concordat.cli.client.OwnFacts;
import org.concordat.jurisdictions.FactName;
import org.concordat.jurisdictions.FactSheet;
import org.concordat.jurisdictions.StatedFact;
import org.concordat.protocol.v1.JobSummary;
import org.concordat.protocol.v1.SubmitJobReply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The sample policy that leaves the Swiss member out, until it states an instrument; and once it
 * withdraws it, in the middle of a job.
 */
class StatedFactsTest {
  @TempDir Path root;

  private OwnFacts zurich(TestAlliance alliance) throws IOException {
    return new OwnFacts(
        new ClientConfig(
            alliance.home("zurich"),
            new MemberId("zurich"),
            Role.AGENT,
            root.resolve("genesis.json"),
            CoordinatorAddress.parse("127.0.0.1:" + alliance.port()),
            null),
        Clock.systemUTC());
  }

  /** What the command shows of every member, once it has verified it. */
  private String listed(TestAlliance alliance) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        Main.run(
            new String[] {
              "fact",
              "list",
              "--all",
              "--home",
              alliance.home("operator").toString(),
              "--as",
              "operator",
              "--genesis",
              root.resolve("genesis.json").toString(),
              "--coordinator",
              "127.0.0.1:" + alliance.port()
            },
            new PrintWriter(out),
            new PrintWriter(err));
    assertThat(code).as(err.toString()).isZero();
    return out.toString();
  }

  private static StatedFact clauses(Instant now) {
    return StatedFact.of(
        FactName.TRANSFER_MECHANISM,
        List.of("swiss-standard-clauses"),
        "clauses of 2026-03-01, file 12/2026",
        now,
        now.plus(Duration.ofDays(365)));
  }

  private SubmitJobReply awaitAccepted(TestAlliance alliance) throws Exception {
    for (int i = 0; i < 600; i++) {
      SubmitJobReply reply = alliance.submit(TestAlliance.job("stated" + i, 400).build());
      if (reply.getAccepted()) {
        return reply;
      }
      Thread.sleep(50);
    }
    throw new AssertionError("the facts never came");
  }

  @Test
  void aMemberTakesPartOnceItHasStatedItsInstrumentAndNoLongerThanThat() throws Exception {
    Path policy = Path.of("..", "examples", "policies", "swiss-excluded.yaml");
    try (TestAlliance alliance = new TestAlliance(root, policy)) {
      alliance.startCoordinator();
      alliance.startAgents();
      SubmitJobReply refused = alliance.submit(TestAlliance.job("before", 2).build());
      assertThat(refused.getAccepted()).isFalse();
      assertThat(refused.getDecisionsList())
          .anySatisfy(
              decision ->
                  assertThat(decision.getExplanation())
                      .contains("transfer-mechanism: not stated")
                      .contains("It would be allowed if transfer-mechanism of zurich were one of"));

      OwnFacts own = zurich(alliance);
      Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
      FactSheet stated = FactSheet.empty("zurich").with(clauses(now));
      own.sign(stated);
      SubmitJobReply accepted = awaitAccepted(alliance);
      RemovalTest.awaitCommitted(alliance, accepted.getJob(), 3);
      assertThat(alliance.auditText())
          .contains("facts-stated")
          .contains("clauses of 2026-03-01, file 12/2026");
      assertThat(listed(alliance)).contains("zurich").contains("swiss-standard-clauses");

      own.sign(own.sheet().without(FactName.TRANSFER_MECHANISM));
      JobSummary ended = alliance.awaitEnd(accepted.getJob(), 60);
      assertThat(ended.getState()).as(ended.toString()).isNotEqualTo("COMPLETED");
      assertThat(ended.getReason()).contains("zurich").contains("transfer-mechanism: not stated");
      assertThat(Files.exists(alliance.home("zurich").resolve("facts.signed"))).isTrue();
    }
  }
}
