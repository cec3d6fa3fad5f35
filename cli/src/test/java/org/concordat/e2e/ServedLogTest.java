package org.concordat.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import org.concordat.auditlog.Checkpoint;
import org.concordat.auditlog.LogVerifierKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The real coordinator's log over HTTP, where its file says so. */
@Timeout(60)
class ServedLogTest {
  @TempDir Path root;

  private HttpResponse<byte[]> get(String path) throws IOException, InterruptedException {
    String port = Files.readString(root.resolve("coordinator/log-port")).strip();
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
            BodyHandlers.ofByteArray());
  }

  @Test
  void theHeadThatIsServedGrowsWithTheLogAndEntriesStayInside() throws Exception {
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy())) {
      alliance.store("log-listen: 127.0.0.1:0\n");
      alliance.startCoordinator();
      LogVerifierKey key = LogVerifierKey.parse(alliance.genesis.logVkey().value());
      Checkpoint before = Checkpoint.open(get("/checkpoint").body(), key);
      assertThat(before.size()).isPositive();
      assertThat(alliance.submit(TestAlliance.job("first", 1).build()).getAccepted()).isTrue();
      Checkpoint after = Checkpoint.open(get("/checkpoint").body(), key);
      assertThat(after.size()).isGreaterThan(before.size());
      assertThat(get("/tile/0/000.p/" + before.size()).body()).hasSize((int) before.size() * 32);
      assertThat(get("/tile/entries/000.p/" + before.size()).statusCode()).isEqualTo(404);
    }
    assertThat(root.resolve("coordinator/log-port")).doesNotExist();
  }

  @Test
  void withoutTheLineNothingListens() throws Exception {
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy())) {
      alliance.startCoordinator();
      assertThat(root.resolve("coordinator/log-port")).doesNotExist();
    }
  }
}
