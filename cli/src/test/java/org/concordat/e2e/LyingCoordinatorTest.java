package org.concordat.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.concordat.cli.Main;
import org.concordat.e2e.lies.Lie;
import org.concordat.e2e.lies.Lies;
import org.concordat.e2e.lies.LyingCoordinator;
import org.concordat.protocol.v1.AbortJobRequest;
import org.concordat.protocol.v1.JobSpec;
import org.concordat.protocol.v1.JobSummary;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A coordinator that lies, as a program, against unpatched agents' processes: each lie ends in a
 * refusal that names the coordinator, and the honest jobs beside it commit. Five members, c = 1:
 * four make a sum.
 */
@Tag("slow")
@Timeout(360)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LyingCoordinatorTest {
  private static final List<String> FIVE =
      List.of("boston", "budapest", "cleveland", "lyon", Lies.VICTIM);
  private static final long PATIENCE_SECONDS = 60;

  /** Between words that a line has. */
  private static final String ANYTHING = "\t";

  @TempDir static Path root;
  private static TestAlliance alliance;
  private static Processes processes;
  private static Writer orders;
  private static Processes.Child coordinator;

  @BeforeAll
  static void start() throws Exception {
    alliance = new TestAlliance(root, WholeRoundTest.policy(), FIVE);
    alliance.epochWaitSeconds(2);
    alliance.approval(
        "{purposes: [medical-research], approvers: [approver],"
            + " further-jobs: {sums: 1000000, members: any}}");
    alliance.agentLines("boston", "spot-check: 0\n"); // it sees a sum's bounds only
    processes = new Processes(alliance);
    coordinator =
        processes.start(
            "coordinator",
            LyingCoordinator.class,
            alliance.coordinatorConfig().toString(),
            Lies.ALL.get(0).name());
    orders = new OutputStreamWriter(coordinator.process.getOutputStream(), StandardCharsets.UTF_8);
    for (String member : FIVE) {
      processes.start(member, "");
    }
  }

  @AfterAll
  static void stop() throws Exception {
    processes.close();
    alliance.close();
  }

  private static void order(String line) throws Exception {
    orders.write(line + "\n");
    orders.flush();
    coordinator.await("DONE " + line);
  }

  private static JobSpec job(String name, Lie lie) {
    JobSpec.Builder job = TestAlliance.job(name, 2);
    job.getSecureAggregationBuilder().setColluders(1);
    lie.job().change(job);
    return job.build();
  }

  /**
   * @param lost members whose stores were lost: they cannot tell, and ask a person
   */
  private static void commits(String name, String... lost) throws Exception {
    alliance.submit(job(name, Lies.NONE));
    for (String member : lost) {
      approve(member, name);
    }
    JobSummary ended = alliance.awaitEnd(name, PATIENCE_SECONDS);
    assertThat(ended.getState()).as(ended.toString()).isEqualTo("COMPLETED");
  }

  private static void approve(String member, String job) throws Exception {
    long end = System.nanoTime() + PATIENCE_SECONDS * 1_000_000_000L;
    String said = "";
    while (System.nanoTime() < end) {
      StringWriter err = new StringWriter();
      String[] line = {
        "approval",
        "accept",
        job,
        "--as",
        alliance.home("approver").toString(),
        "--config",
        alliance.agentConfig(member).toString()
      };
      if (Main.run(line, new PrintWriter(new StringWriter()), new PrintWriter(err)) == 0) {
        return;
      }
      said = err.toString();
      Thread.sleep(100);
    }
    throw new AssertionError("'" + member + "' is not asked about " + job + ": " + said);
  }

  /** What each agent's processes have logged so far. */
  private static Map<String, String> logs() throws IOException {
    Map<String, String> logs = new LinkedHashMap<>();
    for (String member : FIVE) {
      StringBuilder all = new StringBuilder();
      try (Stream<Path> files = Files.list(alliance.home(member))) {
        for (Path file :
            files.filter(name -> name.toString().contains("stderr-")).sorted().toList()) {
          all.append(Files.readString(file));
        }
      }
      logs.put(member, all.toString());
    }
    return logs;
  }

  /** Gives an order again and again until it has that answer: who is not connected misses it. */
  private static void ordered(String order, List<String> members, String... wanted)
      throws Exception {
    Map<String, String> before = logs();
    for (int i = 0; i < PATIENCE_SECONDS; i++) {
      order(order);
      try {
        System.out.println(order + " | " + awaitLine(before, members, 1, wanted));
        return;
      } catch (AssertionError notYet) {
        continue;
      }
    }
    awaitLine(before, members, 1, wanted);
  }

  private static String awaitLine(
      Map<String, String> before, List<String> members, String... wanted) throws Exception {
    return awaitLine(before, members, PATIENCE_SECONDS, wanted);
  }

  /** The first line of that kind that is new in a log of these members. */
  private static String awaitLine(
      Map<String, String> before, List<String> members, long seconds, String... wanted)
      throws Exception {
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    Map<String, String> now = before;
    while (System.nanoTime() < end) {
      now = logs();
      for (String member : members) {
        String added = now.get(member).substring(before.get(member).length());
        for (String line : added.split("\n")) {
          if (Stream.of(wanted).anyMatch(words -> has(line, words))) {
            return member + ": " + line;
          }
        }
      }
      Thread.sleep(50);
    }
    StringBuilder added = new StringBuilder();
    now.forEach(
        (member, log) ->
            added.append(member).append(":\n").append(log.substring(before.get(member).length())));
    throw new AssertionError(
        "nobody says " + String.join(" or ", wanted) + "; there was\n" + added);
  }

  /** Before there is an epoch: the first that is opened is a lie. */
  private static boolean has(String line, String words) {
    return Stream.of(words.split(ANYTHING)).allMatch(line::contains);
  }

  @Test
  @Order(1)
  void theFirstEpochIsNotWhatTheJobSays() throws Exception {
    meets(Lies.ALL.get(0));
    commits(Lies.EARLIER);
  }

  @TestFactory
  @Order(2)
  Stream<DynamicTest> eachLieMeetsARefusalThatNamesTheCoordinator() {
    return Lies.ALL.stream()
        .skip(1)
        .map(lie -> DynamicTest.dynamicTest(lie.name(), () -> meets(lie)));
  }

  private static void meets(Lie lie) throws Exception {
    Map<String, String> before = logs();
    order(lie.name());
    String name = "lie-" + lie.name();
    try {
      assertThat(alliance.submit(job(name, lie)).getAccepted()).isTrue();
      String line =
          awaitLine(before, FIVE, lie.expected() + " (coordinator): " + ANYTHING + lie.field());
      System.out.println(lie.name() + " | " + line);
    } finally {
      order("honest");
      alliance
          .operator()
          .abortJob(AbortJobRequest.newBuilder().setJob(name).setReason("end of the test").build());
    }
  }

  @Test
  @Order(3)
  void theHonestRunCommitsAfterAllLies() throws Exception {
    commits("honest-last");
  }

  /** It has revealed; its emptied store does not say that it has not. */
  @Test
  @Order(4)
  void anEmptiedStoreSignsNothingAboutWhatTheLostOneDid() throws Exception {
    Map<String, String> before = logs();
    processes.kill(Lies.VICTIM);
    delete(alliance.home(Lies.VICTIM).resolve("state"));
    processes.start(Lies.VICTIM, "");
    List<String> victim = List.of(Lies.VICTIM);
    ordered(
        "ask-nonreveal " + Lies.VICTIM,
        victim,
        "STORE_LOST (coordinator): ",
        "STORE_UNCONFIRMED (coordinator): ");
    ordered(
        "replay-epoch-start " + Lies.VICTIM,
        victim,
        "EPOCH_OLD (coordinator): ",
        "STORE_UNCONFIRMED (coordinator): ");
    awaitLine(before, victim, "the other members have answered: this site's new store");
    commits("with-a-new-store", Lies.VICTIM);
  }

  @Test
  @Order(5)
  void anOldCopyOfAStoreIsFoundOut() throws Exception {
    String member = "boston";
    processes.kill(member);
    Path state = alliance.home(member).resolve("state");
    Path copy = root.resolve("copy");
    copy(state, copy);
    processes.start(member, "");
    commits("after-the-copy", Lies.VICTIM);
    processes.kill(member);
    delete(state);
    copy(copy, state);
    Map<String, String> before = logs();
    processes.start(member, "");
    awaitLine(before, List.of(member), "is an old copy or has a clone");
    awaitLine(before, List.of(member), "the other members have answered: this site's new store");
    commits("with-a-restored-store", Lies.VICTIM, member);
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        Files.copy(file, target, java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }
}
