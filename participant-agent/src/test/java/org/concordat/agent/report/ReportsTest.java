package org.concordat.agent.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.concordat.agent.session.GrpcLink;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.kernel.Quantisation;
import org.concordat.secureagg.message.Task;
import org.concordat.testkit.SettableClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people see in the agent's status: alarms, and how many updates were scaled down. */
class ReportsTest {
  @TempDir Path home;
  private ManagedChannel nowhere;
  private Reports reports;

  @BeforeEach
  void wire() {
    SettableClock clock = new SettableClock(Instant.parse("2026-11-30T09:00:00Z"));
    nowhere = NettyChannelBuilder.forAddress("127.0.0.1", 1).usePlaintext().build();
    reports =
        new Reports(new AgentStatus(home, "zurich", clock), new GrpcLink(nowhere, clock), clock);
    reports.idle();
  }

  @AfterEach
  void close() {
    nowhere.shutdownNow();
  }

  private JsonNode status() throws IOException {
    reports.flush();
    return new ObjectMapper().readTree(Files.readAllBytes(home.resolve(AgentStatus.FILE)));
  }

  private static Task task(String job, long round, Task.Kind kind) {
    Digest any = Digest.sha256(new byte[] {1});
    return new Task(
        job,
        round,
        0,
        1,
        1,
        kind,
        any,
        any,
        any,
        any,
        10,
        Quantisation.forCohort(8, 4, 1, 1, 30),
        List.of());
  }

  private String clipped() throws Exception {
    return status().path("clipped").asText();
  }

  @Test
  void everyUpdateOfTheJobIsCountedAndThoseThatWereScaledDown() throws Exception {
    assertThat(status().has("clipped")).isFalse();
    reports.clipping(task("heart", 0, Task.Kind.TRAIN), false);
    assertThat(clipped())
        .isEqualTo(
            "0 of 1 updates for job 'heart' were longer than its clip-norm and were scaled down");
    reports.clipping(task("heart", 1, Task.Kind.TRAIN), true);
    reports.clipping(task("heart", 2, Task.Kind.TRAIN), true);
    assertThat(clipped())
        .isEqualTo(
            "2 of 3 updates for job 'heart' were longer than its clip-norm and were scaled down");
  }

  @Test
  void anEvaluationIsNoUpdate() throws Exception {
    reports.clipping(task("heart", 0, Task.Kind.EVALUATE), true);
    assertThat(status().has("clipped")).isFalse();
    reports.clipping(task("heart", 1, Task.Kind.TRAIN), true);
    reports.clipping(task("heart", 2, Task.Kind.EVALUATE), false);
    assertThat(clipped()).startsWith("1 of 1 updates");
  }

  @Test
  void anotherJobIsCountedAnew() throws Exception {
    reports.clipping(task("heart", 0, Task.Kind.TRAIN), true);
    reports.clipping(task("breast", 0, Task.Kind.TRAIN), false);
    assertThat(clipped()).startsWith("0 of 1 updates for job 'breast'");
    reports.clipping(task("breast", 1, Task.Kind.TRAIN), true);
    assertThat(clipped()).startsWith("1 of 2 updates for job 'breast'");
  }

  @Test
  void anAlarmIsOverOnceTheSiteWorksAgainUnlessSomebodyElseDidWrong() throws Exception {
    reports.alarm("round 1 was not trained: the disk is full");
    assertThat(status().path("lastAlarm").asText()).endsWith("the disk is full");
    assertThat(status().path("lastAlarmAt").asText()).isEqualTo("2026-11-30T09:00:00Z");
    reports.worksAgain();
    assertThat(status().path("lastAlarm").asText()).isEmpty();
    reports.alarm("ALARM: the coordinator asks for what this site's policy denies");
    reports.worksAgain();
    assertThat(status().path("lastAlarm").asText()).startsWith("ALARM: ");
  }

  @Test
  void whatIsDoneNamesItsJobWhereThereIsOne() throws Exception {
    reports.doing("training", "heart", 3);
    assertThat(status().path("state").asText()).isEqualTo("training");
    assertThat(status().path("job").asText()).isEqualTo("heart");
    assertThat(status().path("round").asLong()).isEqualTo(3);
    reports.idle();
    assertThat(status().path("state").asText()).isEqualTo("idle");
    assertThat(status().path("round").asLong()).as("the last one's").isEqualTo(3);
  }
}
