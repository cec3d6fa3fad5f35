package org.concordat.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.kernel.Quantisation;
import org.concordat.secureagg.message.Task;
import org.concordat.testkit.SettableClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How many updates were scaled down, as people see it in the agent's status. */
class ClippingTest {
  @TempDir Path root;
  private FakeCoordinator coordinator;
  private TestSite site;

  @BeforeEach
  void wire() throws Exception {
    SettableClock clock = new SettableClock(Instant.now());
    Founded alliance = new Founded(root, Founded.OPEN, clock);
    coordinator = new FakeCoordinator();
    site =
        new TestSite(
            alliance, alliance.config("zurich", coordinator.port(), ""), coordinator, clock);
    site.desk.say("idle", "", 0); // writes a status
  }

  @AfterEach
  void close() throws Exception {
    site.close();
    coordinator.close();
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
    return site.status().path("clipped").asText();
  }

  @Test
  void everyUpdateOfTheJobIsCountedAndThoseThatWereScaledDown() throws Exception {
    assertThat(site.status().has("clipped")).isFalse();
    site.desk.clipping(task("heart", 0, Task.Kind.TRAIN), false);
    assertThat(clipped())
        .isEqualTo(
            "0 of 1 updates for job 'heart' were longer than its clip-norm and were scaled down");
    site.desk.clipping(task("heart", 1, Task.Kind.TRAIN), true);
    site.desk.clipping(task("heart", 2, Task.Kind.TRAIN), true);
    assertThat(clipped())
        .isEqualTo(
            "2 of 3 updates for job 'heart' were longer than its clip-norm and were scaled down");
  }

  @Test
  void anEvaluationIsNoUpdate() throws Exception {
    site.desk.clipping(task("heart", 0, Task.Kind.EVALUATE), true);
    assertThat(site.status().has("clipped")).isFalse();
    site.desk.clipping(task("heart", 1, Task.Kind.TRAIN), true);
    site.desk.clipping(task("heart", 2, Task.Kind.EVALUATE), false);
    assertThat(clipped()).startsWith("1 of 1 updates");
  }

  @Test
  void anotherJobIsCountedAnew() throws Exception {
    site.desk.clipping(task("heart", 0, Task.Kind.TRAIN), true);
    site.desk.clipping(task("breast", 0, Task.Kind.TRAIN), false);
    assertThat(clipped()).startsWith("0 of 1 updates for job 'breast'");
    site.desk.clipping(task("breast", 1, Task.Kind.TRAIN), true);
    assertThat(clipped()).startsWith("1 of 2 updates for job 'breast'");
  }
}
