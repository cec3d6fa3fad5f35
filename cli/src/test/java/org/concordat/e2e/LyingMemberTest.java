package org.concordat.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.concordat.protocol.v1.JobSummary;
import org.concordat.protocol.v1.RoundSummary;
import org.concordat.protocol.v1.SessionUp;
import org.concordat.secureagg.message.Task;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A member that lies, with its real key, among unpatched agents: what it ruins ends by name, and
 * nothing that it does becomes a model or is counted twice. Four members, c = 0: three make a sum.
 */
@Tag("slow")
@Timeout(120)
class LyingMemberTest {
  private static final String LIAR = "zurich";
  private static final List<String> HONEST = List.of("boston", "cleveland", "budapest");
  private static final long PATIENCE_SECONDS = 60;

  @TempDir Path root;
  private TestAlliance alliance;

  @BeforeEach
  void start() throws Exception {
    alliance = new TestAlliance(root, WholeRoundTest.policy());
    alliance.roundSettings(", consent-wait-seconds: 15"); // who is away is waited for so long
    alliance.startCoordinator();
    for (String member : HONEST) {
      alliance.startAgent(member);
    }
  }

  @AfterEach
  void stop() {
    alliance.close();
  }

  private LyingMember liar(LyingMember.Lie lie) throws Exception {
    return new LyingMember(alliance, LIAR, false, lie);
  }

  private JobSummary run(String name) throws Exception {
    alliance.submit(TestAlliance.job(name, 1).setDeadlineSeconds(5).build());
    return alliance.awaitEnd(name, PATIENCE_SECONDS);
  }

  /** The model is what it was, and the reason says that no updates give such a sum. */
  private void endsByName(LyingMember.Lie lie) throws Exception {
    try (LyingMember liar = liar(lie)) {
      JobSummary ended = run("ruined");
      assertThat(liar.uploads).extracting(Status::getCode).contains(Status.Code.OK);
      assertThat(ended.getState()).isEqualTo("FAILED");
      assertThat(ended.getReason()).as("nobody is blamed").doesNotContain(LIAR);
      assertThat(ended.getReason()).containsIgnoringCase("sum");
      assertThat(ended.getRoundsCommitted()).isZero();
      System.out.println(ended.getReason());
    }
    commitsWithoutTheLiar();
  }

  private void commitsWithoutTheLiar() throws Exception {
    JobSummary after = run("after");
    assertThat(after.getState()).as(after.toString()).isEqualTo("COMPLETED");
  }

  @Test
  void garbageNeverBecomesAModel() throws Exception {
    endsByName(
        (task, wire) -> {
          new Random(7).nextBytes(wire);
          return wire;
        });
  }

  /** What is added to a masked word is added to the sum. */
  private static byte[] plus(Task task, byte[] wire, int element, int what) {
    int bytes = task.quantisation().wireBytes();
    long word = 0;
    for (int i = 0; i < bytes; i++) {
      word |= (wire[element * bytes + i] & 0xffL) << 8 * i;
    }
    word += what;
    for (int i = 0; i < bytes; i++) {
      wire[element * bytes + i] = (byte) (word >> 8 * i);
    }
    return wire;
  }

  @Test
  void anImpossibleWeightEndsTheJob() throws Exception {
    // half as much again as one site's largest; with the others' it leaves the ring's upper half
    endsByName(
        (task, wire) ->
            plus(
                task,
                wire,
                task.vectorLength(),
                task.quantisation().weightLevels(TestAlliance.MEMBERS.size()) * 3 / 2));
  }

  @Test
  void anImpossibleCoordinateEndsTheJob() throws Exception {
    endsByName((task, wire) -> plus(task, wire, 0, 5 * task.quantisation().levels()));
  }

  /** Whoever uploads nothing that can be used is away; the others go on. */
  private void isLeftOut(LyingMember.Lie lie, Status.Code refused) throws Exception {
    try (LyingMember liar = liar(lie)) {
      JobSummary ended = run("without");
      assertThat(ended.getState()).as(ended.toString()).isEqualTo("COMPLETED");
      assertThat(liar.uploads).isNotEmpty().extracting(Status::getCode).containsOnly(refused);
      for (RoundSummary round : alliance.rounds("without")) {
        assertThat(round.getSurvivorsList()).containsExactlyInAnyOrderElementsOf(HONEST);
      }
    }
  }

  @Test
  void anUploadThatIsTooLongIsRefused() throws Exception {
    isLeftOut(
        (task, wire) -> ByteBuffer.allocate(wire.length + 6).put(wire).array(),
        Status.Code.FAILED_PRECONDITION);
  }

  @Test
  void anUploadThatIsTooShortIsRefused() throws Exception {
    isLeftOut(
        (task, wire) -> java.util.Arrays.copyOf(wire, wire.length - 3),
        Status.Code.FAILED_PRECONDITION);
  }

  /** Every message and every upload again and again, byte for byte: nothing counts twice. */
  @Test
  void replaysCountOnce() throws Exception {
    try (LyingMember liar = new LyingMember(alliance, LIAR, true, (task, wire) -> wire)) {
      JobSummary ended = run("replayed");
      assertThat(ended.getState()).as(ended.toString()).isEqualTo("COMPLETED");
      assertThat(liar.uploads).hasSizeGreaterThanOrEqualTo(3);
      RoundSummary first = alliance.rounds("replayed").get(0);
      assertThat(first.getSurvivorsList()).contains(LIAR).hasSize(4);
      assertThat(first.getTotalWeight()).as("3 x 30 rows and 10").isBetween(99.0, 101.0);
    }
  }

  /** Rubbish by the thousand on a session: the others' rounds go on. */
  @Test
  void aFloodDisturbsNobody() throws Exception {
    try (LyingMember liar = liar((task, wire) -> wire)) {
      Random random = new Random(1);
      Thread flood =
          new Thread(
              () -> {
                byte[] rubbish = new byte[2_000];
                for (int i = 0; i < 5_000 && !liar.ended.isDone(); i++) {
                  random.nextBytes(rubbish);
                  liar.say(SessionUp.newBuilder().setSealed(ByteString.copyFrom(rubbish)).build());
                }
              });
      flood.start();
      JobSummary ended = run("flooded");
      flood.join();
      assertThat(ended.getState()).as(ended.toString()).isEqualTo("COMPLETED");
    }
  }

  /** A copy of the whole home, key and store, runs beside the real one. */
  @Test
  void ofTwoProcessesWithOneKeyOneBecomesANewStore() throws Exception {
    try (Processes processes = new Processes(alliance)) {
      Path home = alliance.home(LIAR);
      alliance.agentConfig(LIAR);
      Path copy = root.resolve("clone");
      processes.start(LIAR, "");
      assertThat(run("before").getState()).isEqualTo("COMPLETED");
      processes.kill(LIAR);
      try (Stream<Path> files = Files.walk(home)) {
        for (Path file : files.toList()) {
          Files.copy(
              file,
              copy.resolve(home.relativize(file).toString()),
              java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
        }
      }
      processes.start(LIAR, "");
      assertThat(run("between").getState()).isEqualTo("COMPLETED");
      // the copy is behind the store that it was copied from
      alliance.startAgentFrom("clone", copy.resolve("agent.yaml"));
      String status = "";
      long end = System.nanoTime() + PATIENCE_SECONDS * 1_000_000_000L;
      while (!status.contains("old copy or has a clone") && System.nanoTime() < end) {
        Thread.sleep(100);
        Path file = copy.resolve("status.json");
        status = Files.exists(file) ? Files.readString(file) : "";
      }
      assertThat(status).contains("old copy or has a clone");
      assertThat(run("after").getState()).isEqualTo("COMPLETED");
    }
  }
}
