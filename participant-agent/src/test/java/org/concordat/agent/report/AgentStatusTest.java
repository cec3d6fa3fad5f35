package org.concordat.agent.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.concordat.testkit.SettableClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentStatusTest {
  private static final Instant START = Instant.parse("2026-11-30T09:00:00Z");

  @TempDir Path home;
  private final SettableClock clock = new SettableClock(START);

  private JsonNode read() throws IOException {
    return new ObjectMapper().readTree(Files.readAllBytes(home.resolve("status.json")));
  }

  @Test
  void saysWhoItIsAndWhatChangedWhen() throws IOException {
    AgentStatus status = new AgentStatus(home, "zurich", clock);
    assertThat(home.resolve("status.json")).as("nothing to say yet").doesNotExist();
    status.set("state", "idle");
    JsonNode first = read();
    assertThat(first.path("name").asText()).isEqualTo("zurich");
    assertThat(first.path("pid").asLong()).isEqualTo(ProcessHandle.current().pid());
    assertThat(first.path("connected").isBoolean()).isTrue();
    assertThat(first.path("connected").asBoolean()).isFalse();
    assertThat(first.path("state").asText()).isEqualTo("idle");
    assertThat(first.path("at").asText()).isEqualTo(START.toString());

    clock.advance(Duration.ofSeconds(5));
    status.set(Map.of("connected", true, "dataWarnings", List.of("a column is empty")));
    JsonNode second = read();
    assertThat(second.path("connected").asBoolean()).isTrue();
    assertThat(second.path("state").asText()).as("others stay").isEqualTo("idle");
    assertThat(second.path("dataWarnings").get(0).asText()).isEqualTo("a column is empty");
    assertThat(second.path("at").asText()).isEqualTo(START.plusSeconds(5).toString());
    assertThat(second.path("startedAt")).isEqualTo(first.path("startedAt"));
  }

  @Test
  void whatChangesOftenWaitsForTheNextWriting() throws IOException {
    AgentStatus status = new AgentStatus(home, "zurich", clock);
    status.set("state", "idle");
    status.later(Map.of("state", "training"));
    assertThat(read().path("state").asText()).isEqualTo("idle");
    status.flush();
    assertThat(read().path("state").asText()).isEqualTo("training");
    status.later(Map.of("state", "uploading"));
    status.set("lastAlarm", "the disk is full");
    assertThat(read().path("state").asText()).as("rides along").isEqualTo("uploading");
    Files.delete(home.resolve("status.json"));
    status.flush();
    assertThat(home.resolve("status.json")).as("nothing waits").doesNotExist();
  }

  @Test
  void whoeverReadsItSeesItWhole() throws Exception {
    AgentStatus status = new AgentStatus(home, "zurich", clock);
    status.set("lastAlarm", "");
    ExecutorService writers = Executors.newFixedThreadPool(2);
    for (int writer = 0; writer < 2; writer++) {
      String text = String.valueOf(writer).repeat(20_000);
      writers.execute(
          () -> {
            for (int i = 0; i < 100; i++) {
              status.set("lastAlarm", text);
            }
          });
    }
    writers.shutdown();
    int reads = 0;
    while (!writers.isTerminated() || reads == 0) {
      assertThat(read().path("name").asText()).isEqualTo("zurich");
      reads++;
    }
    assertThat(writers.awaitTermination(1, TimeUnit.SECONDS)).isTrue();
    assertThat(home.resolve("status.json.tmp")).doesNotExist();
  }

  @Test
  void whatAnAgentDoesNeverDependsOnIt() {
    AgentStatus status = new AgentStatus(home.resolve("gone"), "zurich", clock);
    assertThatCode(() -> status.set("state", "training")).doesNotThrowAnyException();
    assertThat(home).isEmptyDirectory();
  }

  @Test
  void onlyTheProcessThatWroteItCountsAsRunning() throws Exception {
    new AgentStatus(home, "zurich", clock).set("state", "idle");
    JsonNode own = read();
    long pid = own.path("pid").asLong();
    String startedAt = own.path("startedAt").asText();
    assertThat(AgentStatus.runs(pid, startedAt)).isTrue();
    assertThat(AgentStatus.runs(pid, "")).as("where the system does not say").isTrue();
    assertThat(AgentStatus.runs(pid, "2001-01-01T00:00:00Z"))
        .as("its id is another program's by now")
        .isFalse();

    Process ended = new ProcessBuilder("/bin/sh", "-c", "exit 0").start();
    ended.waitFor();
    assertThat(AgentStatus.runs(ended.pid(), "")).isFalse();
    assertThat(AgentStatus.runs(ended.pid(), startedAt)).isFalse();
  }
}
