package org.concordat.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.concordat.protocol.v1.Activation;
import org.concordat.protocol.v1.DenseLayer;
import org.concordat.protocol.v1.FloatType;
import org.concordat.protocol.v1.JobSpec;
import org.concordat.protocol.v1.JobSummary;
import org.concordat.protocol.v1.Loss;
import org.concordat.protocol.v1.ModelSpec;
import org.concordat.protocol.v1.RoundSummary;
import org.concordat.protocol.v1.SubmitJobReply;
import org.concordat.testkit.Await;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What leaves a jurisdiction, counted at its border: each one in a network namespace of its own,
 * the coordinator in another, every program a process, every packet captured.
 */
@Tag("slow")
@Timeout(300)
class NamespacesTest {
  private static final List<String> JURISDICTIONS = List.of("us", "eu", "ch");
  private static final List<String> US = List.of("boston", "cleveland", "denver");
  private static final List<String> EU = List.of("budapest", "dresden", "lyon");
  private static final List<String> NINE =
      List.of(
          "basel",
          "bern",
          "boston",
          "budapest",
          "cleveland",
          "denver",
          "dresden",
          "lyon",
          "zurich");
  private static final List<String> SIX =
      List.of("boston", "budapest", "cleveland", "denver", "dresden", "lyon");
  private static final List<String> SUMS = List.of("us-sum", "eu-sum", "ch-sum");

  /** An update's, without its header: 200,001 parameters of 24 bits. */
  private static final long BYTES = 600_003;

  /** All canaries begin with it. */
  private static final String CANARY = "canary-of-a-record-";

  private static final long PATIENCE_SECONDS = 90;

  @TempDir Path root;

  @BeforeEach
  void namespacesAreThere() {
    Namespaces.missing()
        .ifPresent(
            why -> {
              String told = "NO NETWORK NAMESPACES HERE, nothing is proved about borders: " + why;
              System.err.println("!!! " + told);
              if ("required".equals(System.getenv("CI_NAMESPACES"))) {
                fail(told);
              }
              abort(told);
            });
  }

  private static JobSpec job(String name, int rounds) {
    return TestAlliance.job(name, rounds)
        .setModel(
            ModelSpec.newBuilder()
                .setInputs(2)
                .addLayers(DenseLayer.newBuilder().setUnits(50_000).setActivation(Activation.TANH))
                .addLayers(DenseLayer.newBuilder().setUnits(1).setActivation(Activation.SIGMOID))
                .setLoss(Loss.BINARY_CROSS_ENTROPY)
                .setFloatType(FloatType.FLOAT32))
        .build();
  }

  private static Places places(Namespaces namespaces, String jurisdiction) {
    Map<String, String> regionals = new LinkedHashMap<>();
    JURISDICTIONS.forEach(place -> regionals.put(place + "-sum", namespaces.address(place)));
    return new Places(
        jurisdiction,
        "0.0.0.0",
        namespaces.address(Namespaces.ROOT),
        namespaces.rootForAggregators(),
        regionals);
  }

  private Processes processes(TestAlliance alliance, Namespaces namespaces) {
    return new Processes(
        alliance,
        who ->
            namespaces.in(
                who.equals("coordinator") ? Namespaces.ROOT : TestAlliance.jurisdiction(who)));
  }

  private void start(Processes processes, List<String> sums, List<String> agents) throws Exception {
    String scratch = "-Djava.io.tmpdir=" + Files.createDirectories(root.resolve("tmp"));
    processes.start("coordinator", recording("coordinator"), scratch);
    List<String> others = new ArrayList<>(sums);
    others.addAll(agents);
    processes.startAll(
        others,
        who -> sums.contains(who) ? recording(who) : ProcessMain.HOLD + holding(who),
        scratch);
  }

  /** As long as it is there, the agents of that one's jurisdiction stand still once trained. */
  private Path holding(String who) {
    return root.resolve("hold-" + TestAlliance.jurisdiction(who));
  }

  private String recording(String who) {
    return ProcessMain.RECORD + root.resolve(who + ".messages");
  }

  @Test
  void onlyPartialSumsLeaveAJurisdictionAndNoRecordLeavesItsSite() throws Exception {
    List<BorderCapture> captures = new ArrayList<>();
    try (Namespaces namespaces = new Namespaces(JURISDICTIONS);
        TestAlliance alliance =
            new TestAlliance(
                root,
                WholeRoundTest.policy(),
                NINE,
                Set.copyOf(JURISDICTIONS),
                places(namespaces, "eu"));
        Processes processes = processes(alliance, namespaces)) {
      for (String member : NINE) {
        alliance.agentLines(member, "spot-check: 0.1\n");
        alliance.canary(member, CANARY + member);
      }
      alliance.dropGraceSeconds(5);
      Map<String, BorderCapture> borders = new LinkedHashMap<>();
      Path folder = Files.createDirectories(root.resolve("captures"));
      for (String place : JURISDICTIONS) {
        borders.put(place, new BorderCapture(namespaces, place, folder));
        captures.add(borders.get(place));
      }
      start(processes, SUMS, NINE);
      List<RoundSummary> rounds = completed(alliance, job("regional", 1));
      assertThat(rounds)
          .allSatisfy(round -> assertThat(round.getSurvivorsList()).hasSize(NINE.size()))
          .allSatisfy(round -> assertThat(round.getReasonsList()).isEmpty());
      for (BorderCapture border : captures) {
        border.end();
      }
      long update = update();
      for (Map.Entry<String, BorderCapture> border : borders.entrySet()) {
        requireSums(namespaces, border.getKey(), border.getValue(), update, rounds.size());
      }
      aKilledAggregatorsRegionIsDropped(alliance, processes);
      processes.end("coordinator");
    } finally {
      captures.forEach(BorderCapture::close);
    }
    requireNoCanaryOutsideItsSite();
  }

  /**
   * The ready policy, whose rule about aggregators is asked for uploads alone: the coordinator is
   * elsewhere.
   */
  private Path onlyToTheEu() throws IOException {
    Path ready = WholeRoundTest.policy().resolveSibling("masked-updates-eu-aggregator.yaml");
    String rule = "actions: [dispatch, submit, reveal, aggregate]\n    when:\n      all:";
    String text = Files.readString(ready);
    assertThat(text).contains(rule);
    return Files.writeString(
        root.resolve("policy.yaml"),
        text.replace(rule, "actions: [submit]\n    when:\n      all:"));
  }

  @Test
  void aMemberWhoseWayWouldCrossTheBorderSendsNothing() throws Exception {
    try (Namespaces namespaces = new Namespaces(JURISDICTIONS);
        TestAlliance alliance =
            new TestAlliance(root, onlyToTheEu(), SIX, Set.of("eu"), places(namespaces, "ch"));
        BorderCapture border = new BorderCapture(namespaces, "us", root);
        Processes processes = processes(alliance, namespaces)) {
      start(processes, List.of(), US);
      Await.until(() -> US.stream().allMatch(this::connected));
      SubmitJobReply reply = alliance.submit(job("crossing", 1));
      assertThat(reply.getAccepted()).as(reply.toString()).isFalse();
      assertThat(reply.getReason()).contains("does not allow 'submit'");
      assertThat(reply.getDecisionsList())
          .hasSameSizeAs(US)
          .allSatisfy(decision -> assertThat(US).contains(decision.getMember()))
          .allSatisfy(
              decision ->
                  assertThat(decision.getExplanation()).contains("aggregator-inside-the-eu"));
      processes.end("coordinator");
      border.end();
      Map<String, Map<Integer, Long>> sent = border.sentBy(namespaces.address("us"));
      System.out.println("bytes out of us, nothing may be sent: " + sent);
      assertThat(sent.keySet()).containsExactly(namespaces.address(Namespaces.ROOT));
      assertThat(total(sent.get(namespaces.address(Namespaces.ROOT))))
          .as("three sessions, and no part of an update of " + BYTES + " bytes")
          .isLessThan(BYTES / 10);
    }
  }

  private boolean connected(String member) {
    try (var files = Files.list(root.resolve("coordinator"))) {
      for (Path file : files.filter(each -> each.toString().contains("stderr-")).toList()) {
        if (Files.readString(file).contains(member + " connected")) {
          return true;
        }
      }
      return false;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static List<RoundSummary> completed(TestAlliance alliance, JobSpec job) throws Exception {
    SubmitJobReply reply = alliance.submit(job);
    assertThat(reply.getAccepted()).as(reply.toString()).isTrue();
    return completed(alliance, job.getJob());
  }

  private static List<RoundSummary> completed(TestAlliance alliance, String job) throws Exception {
    JobSummary ended = alliance.awaitEnd(job, PATIENCE_SECONDS);
    assertThat(ended.getState()).as(ended + "\n" + alliance.rounds(job)).isEqualTo("COMPLETED");
    return alliance.rounds(job);
  }

  /** Bytes of an update, as an aggregator has it. */
  private long update() throws IOException {
    try (var files = Files.list(root.resolve("us-sum/state/blobs/named"))) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("upload-"))
          .mapToLong(file -> file.toFile().length())
          .max()
          .orElseThrow();
    }
  }

  private static void requireSums(
      Namespaces namespaces, String place, BorderCapture border, long update, int rounds)
      throws IOException {
    Map<String, Map<Integer, Long>> sent = border.sentBy(namespaces.address(place));
    assertThat(sent.keySet())
        .as(place + " sends to the root alone")
        .containsExactlyInAnyOrder(
            namespaces.address(Namespaces.ROOT), namespaces.rootForAggregators());
    Map<Integer, Long> ofMembers = sent.get(namespaces.address(Namespaces.ROOT));
    long ofSum = total(sent.get(namespaces.rootForAggregators()));
    System.out.printf(
        "bytes out of each namespace, a round: %s: aggregator %d, three members %d;"
            + " one update is %d%n",
        place, ofSum / rounds, total(ofMembers) / rounds, update);
    assertThat(ofMembers).hasSizeGreaterThanOrEqualTo(EU.size());
    assertThat(ofMembers.values())
        .as("no member's connection, in all rounds, carries what could be its update")
        .allSatisfy(bytes -> assertThat(bytes).isLessThan(update / 2));
    assertThat(ofSum).isBetween(rounds * update, rounds * update * 11 / 10);
  }

  private static long total(Map<Integer, Long> byPort) {
    return byPort.values().stream().mapToLong(Long::longValue).sum();
  }

  private void aKilledAggregatorsRegionIsDropped(TestAlliance alliance, Processes processes)
      throws Exception {
    Path hold = Files.createFile(holding("eu-sum"));
    assertThat(alliance.submit(job("killed", 1)).getAccepted()).isTrue();
    for (String member : EU) {
      processes.child(member).await("HELD");
    }
    processes.kill("eu-sum");
    Files.delete(hold);
    assertThat(completed(alliance, "killed"))
        .allSatisfy(round -> assertThat(round.getDroppedList()).containsExactlyElementsOf(EU));
  }

  private void requireNoCanaryOutsideItsSite() throws IOException {
    Canaries any = new Canaries();
    any.text("any", CANARY);
    Set<String> own = new TreeSet<>();
    List<Path> files;
    try (var walk = Files.walk(root)) {
      files = walk.filter(Files::isRegularFile).toList();
    }
    long searched = 0;
    for (Path file : files) {
      byte[] bytes = Files.readAllBytes(file);
      searched += bytes.length;
      if (any.in(bytes).isEmpty()) {
        continue;
      }
      String site = root.relativize(file).getName(0).toString();
      assertThat(NINE).as("a record's canary is in " + file).contains(site);
      Canaries others = new Canaries();
      NINE.stream()
          .filter(member -> !member.equals(site))
          .forEach(member -> others.text(member, CANARY + member));
      assertThat(others.in(bytes)).as("in " + file).isEmpty();
      own.add(site);
    }
    System.out.printf("searched %d files, %d bytes%n", files.size(), searched);
    assertThat(own).as("control: each site has its own").containsExactlyElementsOf(NINE);
    assertThat(Files.readAllBytes(root.resolve("captures/us.pcap")))
        .as("control: captures have what is said in the open, as the coordinator's name in TLS")
        .satisfies(bytes -> assertThat(holds(bytes, "coordinator.eu.test.example")).isTrue());
    assertThat(Files.readAllBytes(root.resolve("coordinator.messages")))
        .as("control: messages are recorded as they are inside TLS")
        .satisfies(bytes -> assertThat(holds(bytes, "medical-research")).isTrue());
  }

  private static boolean holds(byte[] bytes, String text) {
    return new String(bytes, StandardCharsets.ISO_8859_1).contains(text);
  }
}
