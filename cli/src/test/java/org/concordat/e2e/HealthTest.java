package org.concordat.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a supervisor asks of a coordinator and of an agent, and what it is not told. */
class HealthTest {
  private static final String KEY = "health-listen: 127.0.0.1:0\n";
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  @TempDir Path root;

  private static HttpResponse<String> ready(int port) throws Exception {
    return CLIENT.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/health/ready")).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static HttpResponse<String> await(int port, Predicate<HttpResponse<String>> wanted)
      throws Exception {
    long end = System.nanoTime() + 20_000_000_000L;
    HttpResponse<String> last = ready(port);
    while (!wanted.test(last)) {
      assertThat(System.nanoTime()).as(last.body()).isLessThan(end);
      Thread.sleep(100);
      last = ready(port);
    }
    return last;
  }

  private void sql(String statement) throws Exception {
    try (Connection store =
            DriverManager.getConnection(
                "jdbc:sqlite:" + root.resolve("coordinator/state/state.sqlite"));
        Statement run = store.createStatement()) {
      run.execute("PRAGMA busy_timeout = 10000");
      run.execute(statement);
    }
  }

  @Test
  void aCoordinatorWhoseStoreIsFullSaysSoAndIsReadyAgainByItself() throws Exception {
    int port;
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy())) {
      alliance.coordinatorLines(KEY);
      alliance.startCoordinator();
      port = alliance.coordinator.healthPort().orElseThrow();
      assertThat(await(port, answer -> answer.statusCode() == 200).body())
          .isEqualTo(
              "{\"status\":\"ready\",\"checks\":{\"port\":\"ok\",\"store\":\"ok\",\"log\":\"ok\"}}\n");
      sql(
          "CREATE TRIGGER full BEFORE INSERT ON entry BEGIN"
              + " SELECT RAISE(ABORT, 'database or disk is full'); END");
      String told = await(port, answer -> answer.statusCode() == 503).body();
      assertThat(told)
          .contains("\"store\":\"cannot be written. Next: free space")
          .contains("\"log\":\"ok\"")
          .doesNotContain(root.toString())
          .doesNotContain("boston");
      sql("DROP TRIGGER full");
      await(port, answer -> answer.statusCode() == 200);
    }
    assertThat(refuses(port)).isTrue();
  }

  private static boolean refuses(int port) throws Exception {
    try {
      ready(port);
      return false;
    } catch (ConnectException nobody) {
      return true;
    }
  }

  @Test
  void anAgentIsReadyWhileItHasASession() throws Exception {
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy())) {
      alliance.startCoordinator();
      alliance.agentLines("zurich", KEY);
      alliance.startAgent("zurich");
      int port = alliance.agents.get("zurich").healthPort().orElseThrow();
      await(port, answer -> answer.statusCode() == 200);
      alliance.coordinator.close();
      assertThat(await(port, answer -> answer.statusCode() == 503).body())
          .contains("\"session\":\"no session with the coordinator. Next: ");
      alliance.startCoordinator();
      await(port, answer -> answer.statusCode() == 200);
    }
  }

  @Test
  void withoutTheKeyThereIsNone() throws IOException {
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy())) {
      alliance.startCoordinator();
      assertThat(alliance.coordinator.healthPort()).isEmpty();
    }
  }
}
