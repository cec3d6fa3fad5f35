package org.concordat.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.concordat.cli.Main;
import org.concordat.store.Database;
import org.concordat.store.Entries;
import org.concordat.store.SqlEntries;
import org.concordat.store.StoreLocation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An agent gives wrong shares away: the round ends without it, everybody can show that it lied, and
 * the next epoch is without it.
 */
class LyingAgentTest {
  private static final String LIAR = "zurich";

  @TempDir Path root;

  private record Outcome(int code, String out, String err) {}

  private Outcome evidence(TestAlliance alliance, String... more) throws IOException {
    return run(alliance, List.of("round", "evidence"), more);
  }

  private Outcome run(TestAlliance alliance, List<String> command, String... more)
      throws IOException {
    Path config = root.resolve("client.yaml");
    Files.writeString(
        config,
        """
        name: operator
        home: %s
        genesis: %s
        coordinator: {address: "127.0.0.1:%d"}
        """
            .formatted(alliance.home("operator"), root.resolve("genesis.json"), alliance.port()));
    List<String> line = new ArrayList<>(command);
    line.addAll(List.of(more));
    line.addAll(List.of("--config", config.toString()));
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = Main.run(line.toArray(String[]::new), new PrintWriter(out), new PrintWriter(err));
    return new Outcome(code, out.toString(), err.toString());
  }

  /** Changes the low bits of the first share of every token that the agent holds. */
  private static void garbleShares(Path home) {
    try (Database database = Database.open(StoreLocation.sqlite(home.resolve("state")))) {
      Entries entries = new SqlEntries(database);
      for (Map.Entry<String, byte[]> entry : entries.all("secagg").entrySet()) {
        if (entry.getKey().startsWith("secret/")) {
          byte[] secrets = entry.getValue();
          int pair = ByteBuffer.wrap(secrets).getInt(32 + 4 + 2);
          secrets[32 + 4 + 2 + 4 + pair + 39] ^= 1;
          entries.put("secagg", entry.getKey(), secrets);
        }
      }
    }
  }

  @Test
  void aLiarIsNamedByEvidenceAndLeftOut() throws Exception {
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy())) {
      alliance.startCoordinator();
      alliance.startAgents();
      alliance.submit(TestAlliance.job("first", 2).build());
      assertThat(alliance.awaitEnd("first", 60).getState()).isEqualTo("COMPLETED");
      Outcome nobody = evidence(alliance);
      assertThat(nobody.code()).as(nobody.err()).isZero();
      assertThat(nobody.out()).contains("Nobody was shown to lie");

      java.util.Objects.requireNonNull(alliance.agents.remove(LIAR)).close();
      garbleShares(alliance.home(LIAR));
      alliance.startAgent(LIAR);
      alliance.submit(TestAlliance.job("second", 3).build());
      alliance.submit(TestAlliance.job("third", 3).build()); // its rounds outlive the epoch, too
      assertThat(alliance.awaitEnd("second", 90).getState()).isEqualTo("COMPLETED");
      assertThat(alliance.awaitEnd("third", 90).getState()).isEqualTo("COMPLETED");

      Outcome shown = evidence(alliance, "--output", "json");
      assertThat(shown.code()).as(shown.err()).isZero();
      JsonNode lies = new ObjectMapper().readTree(shown.out()).path("lies");
      assertThat(lies).hasSize(1);
      assertThat(lies.get(0).path("member").asText()).isEqualTo(LIAR);
      assertThat(lies.get(0).path("reason").asText()).isEqualTo("BAD_SHARE");
      String round = lies.get(0).path("round").asText();
      String job = lies.get(0).path("job").asText();
      assertThat(evidence(alliance, job, round).out()).contains("Lied       " + LIAR);
      assertThat(evidence(alliance, "first").out()).contains("Nobody was shown to lie in job");
      assertThat(evidence(alliance, "second", "-1").code()).isEqualTo(2);
      assertThat(alliance.rounds("second").stream().map(last -> last.getSurvivorsList()).toList())
          .as("a round without the liar")
          .anySatisfy(survivors -> assertThat(survivors).hasSize(3).doesNotContain(LIAR));

      String[] ofTheLie = {"--type", "epoch", "--subject", LIAR, "--outcome", "failed"};
      Outcome logged = run(alliance, List.of("audit", "query", "--output", "json"), ofTheLie);
      assertThat(logged.out())
          .as(logged.err())
          .contains("BAD_SHARE")
          .contains(lies.get(0).path("evidence").asText());

      alliance.coordinator.close();
      alliance.startCoordinator();
      assertThat(evidence(alliance).out()).contains("BAD_SHARE");
    }
  }
}
