package org.concordat.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import org.concordat.protocol.v1.JobSummary;
import org.concordat.protocol.v1.StatusRequest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A coordinator whose state is in a real PostgreSQL: rounds commit, and one that is started again
 * knows its jobs and goes on.
 */
@Tag("slow")
class PostgresRoundTest {
  @TempDir Path root;

  @Test
  void fourMembersTrainTogetherAndARestartForgetsNothing() throws Exception {
    try (EmbeddedPostgres server = EmbeddedPostgres.start();
        TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy())) {
      Files.writeString(root.resolve("password"), "postgres\n");
      alliance.store(
          "store: {postgres: \""
              + server.getJdbcUrl("postgres", "postgres").replaceFirst("\\?.*", "")
              + "\", user: postgres, password-file: password}\n");
      alliance.startCoordinator();
      alliance.startAgents();
      assertThat(alliance.operator().status(StatusRequest.getDefaultInstance()).getStore())
          .contains("postgres");
      train(alliance, "first");
      assertThat(events(server)).isPositive();
      alliance.coordinator.close();
      alliance.startCoordinator();
      train(alliance, "second");
      assertThat(alliance.rounds("first")).hasSize(3);
      assertThat(root.resolve("coordinator/state/state.sqlite")).doesNotExist();
    }
  }

  private static void train(TestAlliance alliance, String name) throws Exception {
    assertThat(alliance.submit(TestAlliance.job(name, 2).build()).getAccepted()).isTrue();
    JobSummary job = alliance.awaitEnd(name, 60);
    assertThat(job.getState()).as(job.toString()).isEqualTo("COMPLETED");
    assertThat(alliance.rounds(name))
        .hasSize(3)
        .allSatisfy(round -> assertThat(round.getSurvivorsList()).hasSize(4));
  }

  private static long events(EmbeddedPostgres server) throws Exception {
    try (var connection = server.getPostgresDatabase().getConnection();
        var statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT count(*) FROM entry")) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
