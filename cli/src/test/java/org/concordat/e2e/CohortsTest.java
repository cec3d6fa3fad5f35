package org.concordat.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.grpc.ManagedChannel;
import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.concordat.auditlog.AuditVerifier;
import org.concordat.auditlog.LogVerifierKey;
import org.concordat.certs.Genesis;
import org.concordat.certs.Role;
import org.concordat.certs.SealKey;
import org.concordat.cli.Main;
import org.concordat.coordinator.atrest.ModelSeal;
import org.concordat.iam.EnvelopeNotary;
import org.concordat.learning.InitialModel;
import org.concordat.learning.ModelState;
import org.concordat.protocol.Envelopes;
import org.concordat.protocol.JobSpecs;
import org.concordat.protocol.v1.AbortJobRequest;
import org.concordat.protocol.v1.ExportModelRequest;
import org.concordat.protocol.v1.JobSpec;
import org.concordat.protocol.v1.JobSummary;
import org.concordat.protocol.v1.MemberStatus;
import org.concordat.protocol.v1.OperationsGrpc;
import org.concordat.protocol.v1.RoundSummary;
import org.concordat.protocol.v1.StatusRequest;
import org.concordat.protocol.v1.SubmitJobReply;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.cohorts.message.AllianceCheckpoint;
import org.concordat.secureagg.envelope.Inbox;
import org.concordat.secureagg.message.StateSignature;
import org.concordat.store.Blobs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Seven members in two drawn cohorts, through all rooms: draw, epochs, rounds, one model. */
class CohortsTest {
  private static final List<String> SEVEN =
      List.of("boston", "cleveland", "budapest", "zurich", "lyon", "oslo", "porto");
  private static final List<String> EIGHT =
      List.of("boston", "cleveland", "budapest", "zurich", "lyon", "oslo", "porto", "turin");

  private static final int ROUNDS = 3;
  private static final String NAMED = "coordinator/state/blobs/named";

  @TempDir Path root;

  private TestAlliance alliance(List<String> members) throws Exception {
    TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy(), members);
    alliance.roundSettings(", cohort-size: 4, draw-colluders: 0, draw-wait-seconds: 2");
    return alliance;
  }

  @Test
  void theModelIsTheMeanOfAllMembersInWhicheverCohort() throws Exception {
    try (TestAlliance alliance = alliance(SEVEN)) {
      alliance.startCoordinator();
      alliance.startAgents();
      JobSpec job = TestAlliance.job("cohorts", ROUNDS).build();
      SubmitJobReply reply = alliance.submit(job);
      assertThat(reply.getAccepted()).as(reply.toString()).isTrue();
      assertThat(reply.getGuarantee())
          .contains("7 members in 2 cohorts of 3 to 4")
          .contains("Each cohort's sum is seen");
      requireCompleted(alliance, "cohorts");
      requireTwoCohortsARound(alliance.rounds("cohorts"), 3, 4);
      requirePlainMean(alliance, job);
      assertThat(alliance.auditText()).contains("all-cohorts").contains("cohortSize");
      requireVerified(alliance);
      // a second job needs no second draw
      alliance.submit(TestAlliance.job("again", 1).build());
      requireCompleted(alliance, "again");
      assertThat(count(alliance.auditText(), "\"cohortSize\"")).isEqualTo(1);
    }
    LogVerifierKey key =
        LogVerifierKey.parse(Genesis.load(root.resolve("genesis.json")).logVkey().value());
    assertThat(AuditVerifier.verify(root.resolve("coordinator/audit-log"), key).size())
        .isGreaterThan(30);
  }

  /** By an auditor: the draw, each cohort's record and leaves, one list of sums. */
  private void requireVerified(TestAlliance alliance) throws Exception {
    JsonNode verified = json(alliance, "verify", "cohorts", "4", "--sample", "100%");
    assertThat(verified.path("verified").asBoolean()).isTrue();
    assertThat(verified.path("cohorts")).hasSize(2);
    for (JsonNode cohort : verified.path("cohorts")) {
      assertThat(cohort.path("leavesChecked").asInt()).isEqualTo(cohort.path("leaves").asInt());
    }
    assertThat(json(alliance, "show", "cohorts", "1").path("cohorts")).hasSize(2);
    // evidence is kept of three rounds, whatever the number of cohorts
    assertThat(round(alliance, new StringWriter(), "verify", "cohorts", "2")).isZero();
    assertThat(round(alliance, new StringWriter(), "verify", "cohorts", "1")).isEqualTo(5);
    requireSignaturesVerified(alliance);
    Path record = root.resolve(NAMED);
    try (var files = Files.list(record)) {
      for (Path file : files.filter(f -> f.getFileName().toString().startsWith("sum-")).toList()) {
        byte[] bytes = Files.readAllBytes(file);
        bytes[1] ^= 1;
        Files.write(file, bytes);
      }
    }
    assertThat(round(alliance, new StringWriter(), "verify", "cohorts", "4")).isEqualTo(8);
  }

  /** What a coordinator can put in the place of the members' signatures of the state. */
  private void requireSignaturesVerified(TestAlliance alliance) throws Exception {
    String kept = "signatures-" + sha("round/cohorts/000003");
    byte[] real = blobs(alliance).openNamed(kept).orElseThrow().all();
    AllianceCheckpoint certified = AllianceCheckpoint.decode(real);
    byte[] altered = real.clone();
    altered[altered.length / 2] ^= 1;
    byte[] other =
        blobs(alliance).openNamed("signatures-" + sha("round/cohorts/000002")).orElseThrow().all();
    List<Bytes> own = certified.cohorts().get(1).signatures();
    Notary.Opened first = asAnybody(alliance, "boston").open(own.get(0).toArray());
    List<Bytes> forged = new ArrayList<>(own);
    forged.set(
        0, Inbox.seal(asAnybody(alliance, first.sender()), StateSignature.decode(first.payload())));
    List<Bytes> few = own.subList(0, certified.cohorts().get(1).cohort().threshold() - 1);
    List<Bytes> reversed = new ArrayList<>(own);
    Collections.reverse(reversed);
    for (String who : List.of("operator", "cleveland")) {
      requireRefused(alliance, who, kept, null, "no signatures of its state");
      requireRefused(alliance, who, kept, new byte[0], "cannot be read");
      requireRefused(alliance, who, kept, altered, "");
      requireRefused(alliance, who, kept, other, "of another round");
      requireRefused(alliance, who, kept, with(certified, few), "of cohort 2: BAD_QUORUM");
      requireRefused(
          alliance, who, kept, with(certified, List.of(own.get(0), own.get(0))), "two by");
      requireRefused(
          alliance,
          who,
          kept,
          with(certified, certified.cohorts().get(0).signatures()),
          "does not belong");
      requireRefused(alliance, who, kept, with(certified, forged), "of cohort 2: BAD_ENVELOPE");
      requireRefused(alliance, who, kept, with(certified, reversed), "no entry of the audit log");
    }
    blobs(alliance).putNamed(kept, real);
    assertThat(round(alliance, "cleveland", new StringWriter(), "verify", "cohorts", "4")).isZero();
  }

  /** The coordinator's files, as it reads and writes them itself. */
  private Blobs blobs(TestAlliance alliance) {
    Path home = root.resolve("coordinator");
    SealKey key =
        SealKey.loadOrCreate(
            home.resolve("keys").resolve(ModelSeal.KEY_FILE), () -> Optional.of(home));
    return Blobs.sealed(home.resolve("state/blobs"), new ModelSeal(key, alliance.genesis.digest()));
  }

  /** Seals in a member's name with the coordinator's key; opens everything. */
  private static Notary asAnybody(TestAlliance alliance, String name) {
    return new EnvelopeNotary(
        new Envelopes(
            "test",
            name,
            alliance.keys.get("coordinator")::sign,
            (sender, message, signature) -> true,
            1));
  }

  private static String sha(String name) {
    return Digest.sha256(name.getBytes(java.nio.charset.StandardCharsets.UTF_8)).hex();
  }

  /** The checkpoint with other signatures of the second cohort. */
  private static byte[] with(AllianceCheckpoint real, List<Bytes> signatures) {
    AllianceCheckpoint.Part second =
        new AllianceCheckpoint.Part(real.cohorts().get(1).cohort(), signatures);
    return new AllianceCheckpoint(
            real.job(),
            real.round(),
            real.stateDigest(),
            real.sums(),
            List.of(real.cohorts().get(0), second))
        .encode();
  }

  private void requireRefused(
      TestAlliance alliance, String who, String kept, byte[] instead, String named)
      throws Exception {
    blobs(alliance).erase(kept);
    if (instead != null) {
      blobs(alliance).putNamed(kept, instead);
    }
    StringWriter out = new StringWriter();
    assertThat(round(alliance, who, out, "verify", "cohorts", "4")).as(out.toString()).isEqualTo(8);
    assertThat(out.toString()).contains("does not verify").contains(named).contains("Next:");
  }

  private JsonNode json(TestAlliance alliance, String... line) throws Exception {
    StringWriter out = new StringWriter();
    String[] all = java.util.Arrays.copyOf(line, line.length + 2);
    all[line.length] = "--output";
    all[line.length + 1] = "json";
    assertThat(round(alliance, out, all)).as(out.toString()).isZero();
    return new ObjectMapper().readTree(out.toString());
  }

  private int round(TestAlliance alliance, StringWriter out, String... line) throws Exception {
    return round(alliance, "operator", out, line);
  }

  /** Errors go to the same writer: there are none where JSON is expected. */
  private int round(TestAlliance alliance, String who, StringWriter out, String... line)
      throws Exception {
    Path config =
        Files.writeString(
            root.resolve(who + ".yaml"),
            "name: %s\nhome: %s\ngenesis: genesis.json\n".formatted(who, who)
                + "coordinator: {address: \"127.0.0.1:"
                + alliance.port()
                + "\"}\n");
    List<String> all = new ArrayList<>(List.of("round"));
    all.addAll(List.of(line));
    all.addAll(List.of("--config", config.toString()));
    return Main.run(all.toArray(String[]::new), new PrintWriter(out), new PrintWriter(out));
  }

  private static int count(String text, String part) {
    return text.split(java.util.regex.Pattern.quote(part), -1).length - 1;
  }

  @Test
  void aMemberThatGoesAwayCostsItsCohortNothing() throws Exception {
    try (TestAlliance alliance = alliance(SEVEN)) {
      // a sum that is not kept stays until every cohort has certified
      alliance.roundSettings(
          ", cohort-size: 4, draw-colluders: 0, draw-wait-seconds: 2, keep-evidence-rounds: 0");
      alliance.startCoordinator();
      alliance.startAgents();
      JobSpec job = TestAlliance.job("drops", ROUNDS).build();
      alliance.submit(job);
      awaitRound(alliance, "drops", 2);
      // of the larger cohort: it tolerates one
      String gone =
          alliance.rounds("drops").stream()
              .filter(round -> round.getCohortSize() == 4)
              .map(round -> round.getSurvivors(0))
              .findFirst()
              .orElseThrow();
      alliance.agents.remove(gone).close();
      requireCompleted(alliance, "drops");
    }
  }

  @Test
  void anAbortEndsEveryCohort() throws Exception {
    try (TestAlliance alliance = alliance(SEVEN)) {
      alliance.startCoordinator();
      alliance.startAgents();
      alliance.submit(TestAlliance.job("aborted", 500).build());
      awaitRound(alliance, "aborted", 3);
      alliance
          .operator()
          .abortJob(
              AbortJobRequest.newBuilder().setJob("aborted").setReason("wrong column").build());
      JobSummary ended = alliance.awaitEnd("aborted", 30);
      assertThat(ended.getReason()).contains("wrong column");
      assertThat(alliance.rounds("aborted"))
          .extracting(RoundSummary::getPhase)
          .containsOnly("COMMITTED", "ABORTED");
      // the members are free for the next job
      alliance.submit(TestAlliance.job("next", 1).build());
      requireCompleted(alliance, "next");
    }
  }

  @Test
  void theSumsOfARoundThatEndsWithoutAResultAreErased() throws Exception {
    AtomicInteger sums = new AtomicInteger();
    CountDownLatch oneSum = new CountDownLatch(1);
    try (TestAlliance alliance = alliance(SEVEN)) {
      // the second cohort's sum is written, and its event never is
      alliance.startCoordinator(
          point -> {
            if (point.equals("before:COHORT_SUMMED") && sums.incrementAndGet() > 1) {
              oneSum.countDown();
              throw new IllegalStateException("a full disk");
            }
          });
      alliance.startAgents();
      alliance.submit(TestAlliance.job("ended", 2).build());
      assertThat(oneSum.await(60, TimeUnit.SECONDS)).isTrue();
      assertThat(kept("sum-")).isNotEmpty();
      alliance
          .operator()
          .abortJob(AbortJobRequest.newBuilder().setJob("ended").setReason("enough").build());
      assertThat(alliance.awaitEnd("ended", 30).getReason()).contains("enough");
      for (int i = 0; i < 200 && !kept("sum-").isEmpty(); i++) {
        Thread.sleep(50);
      }
      assertThat(kept("sum-")).isEmpty();
      assertThat(kept("upload-")).isEmpty();
      // what a kill leaves behind goes with the next start
      Path left = root.resolve(NAMED).resolve("sum-" + sha("of nobody's round"));
      Files.write(left, new byte[12]);
      alliance.coordinator.close();
      alliance.startCoordinator();
      assertThat(left).doesNotExist();
      alliance.submit(TestAlliance.job("next", 1).build());
      requireCompleted(alliance, "next");
      assertThat(kept("sum-")).isNotEmpty();
    }
  }

  private List<String> kept(String prefix) throws Exception {
    try (var files = Files.list(root.resolve(NAMED))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith(prefix))
          .toList();
    }
  }

  @Test
  void theCoordinatorMayStopDuringTheDrawAndBetweenTwoCohortsSums() throws Exception {
    AtomicInteger sums = new AtomicInteger();
    CountDownLatch oneSum = new CountDownLatch(1);
    try (TestAlliance alliance = alliance(EIGHT)) {
      alliance.startCoordinator();
      // seven of eight: the draw waits at its first step
      for (String member : EIGHT.subList(0, 7)) {
        alliance.startAgent(member);
      }
      alliance.roundSettings(
          ", cohort-size: 4, draw-colluders: 0, draw-wait-seconds: 60, consent-wait-seconds: 2");
      awaitConnected(alliance, 7);
      alliance.coordinator.close();
      alliance.startCoordinator();
      JobSpec job = TestAlliance.job("restarts", ROUNDS).build();
      alliance.submit(job);
      awaitConsents(alliance, 7);
      alliance.coordinator.close();
      alliance.startAgent("turin");
      alliance.startCoordinator(
          point -> {
            if (point.equals("before:COHORT_SUMMED") && sums.incrementAndGet() == 2) {
              oneSum.countDown();
              throw new IllegalStateException("stopped between two cohorts' sums");
            }
          });
      // longer than the draw waits for somebody who is late
      assertThat(oneSum.await(120, TimeUnit.SECONDS)).isTrue();
      alliance.coordinator.close();
      alliance.startCoordinator();
      requireCompleted(alliance, "restarts");
      // without turin where it had not answered the job, and without whoever was back too late
      requireTwoCohortsARound(alliance.rounds("restarts"), List.of(3, 4), List.of(3, 4));
    }
  }

  @Test
  void nothingIsDrawnUnlessItIsSaidForHowManyColluders() throws Exception {
    try (TestAlliance alliance = alliance(SEVEN)) {
      alliance.roundSettings(", cohort-size: 4");
      alliance.startCoordinator();
      assertThatThrownBy(() -> alliance.submit(TestAlliance.job("unsaid", 1).build()))
          .hasMessageContaining("'rounds.draw-colluders' in the coordinator's file");
    }
  }

  /** A connection in its handshake would outlive a coordinator that ends in this process. */
  private static void awaitConnected(TestAlliance alliance, long wanted) throws Exception {
    for (int i = 0; i < 300; i++) {
      if (alliance.operator().status(StatusRequest.getDefaultInstance()).getMembersList().stream()
              .filter(MemberStatus::getConnected)
              .count()
          >= wanted) {
        return;
      }
      Thread.sleep(100);
    }
    throw new AssertionError("not all members have connected");
  }

  /** An agent is back within seconds of a restart: five, where it has just tried in vain. */
  private static void awaitConsents(TestAlliance alliance, int wanted) throws Exception {
    for (int i = 0; i < 300; i++) {
      if (alliance.auditText().split("\"type\":\"consent\"", -1).length > wanted) {
        return;
      }
      Thread.sleep(100);
    }
    throw new AssertionError("not all members have consented");
  }

  private static void requireCompleted(TestAlliance alliance, String name) throws Exception {
    JobSummary ended = alliance.awaitEnd(name, 90);
    assertThat(ended.getState()).as(ended + "\n" + alliance.rounds(name)).isEqualTo("COMPLETED");
  }

  private static void awaitRound(TestAlliance alliance, String job, long number) throws Exception {
    for (int i = 0; i < 3000; i++) {
      if (alliance.rounds(job).stream().anyMatch(round -> round.getRound() >= number)) {
        return;
      }
      Thread.sleep(20);
    }
    throw new AssertionError("no round " + number);
  }

  private static void requireTwoCohortsARound(
      List<RoundSummary> rounds, int firstSize, int secondSize) {
    requireTwoCohortsARound(rounds, List.of(firstSize), List.of(secondSize));
  }

  /** The smaller cohort has one of the first sizes, the larger one of the others. */
  private static void requireTwoCohortsARound(
      List<RoundSummary> rounds, List<Integer> smaller, List<Integer> larger) {
    Map<Long, List<RoundSummary>> byNumber = new TreeMap<>();
    for (RoundSummary round : rounds) {
      byNumber.computeIfAbsent(round.getRound(), any -> new ArrayList<>()).add(round);
    }
    assertThat(byNumber).hasSize(ROUNDS + 1);
    byNumber.forEach(
        (number, cohorts) -> {
          assertThat(cohorts).extracting(RoundSummary::getCohort).containsExactly(1, 2);
          List<Integer> sizes = cohorts.stream().map(RoundSummary::getCohortSize).sorted().toList();
          assertThat(sizes.get(0)).isIn(smaller);
          assertThat(sizes.get(1)).isIn(larger);
          assertThat(cohorts).extracting(RoundSummary::getPhase).containsOnly("COMMITTED");
          assertThat(cohorts)
              .extracting(RoundSummary::getModelOut)
              .containsOnly(cohorts.get(0).getModelOut());
          assertThat(cohorts.stream().flatMap(c -> c.getSurvivorsList().stream()))
              .doesNotHaveDuplicates();
          assertThat(cohorts.get(0).getAccuracy()).isCloseTo(0.7, within(1e-3));
          assertThat(cohorts.get(0).getLoss()).isCloseTo(0.5, within(1e-2));
        });
  }

  /** Every member adds {@code offset + i} levels to parameter i, with the same weight. */
  private static void requirePlainMean(TestAlliance alliance, JobSpec job) throws Exception {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    ManagedChannel member = alliance.channel(SEVEN.get(0), Role.AGENT);
    OperationsGrpc.newBlockingStub(member)
        .exportModel(ExportModelRequest.newBuilder().setJob(job.getJob()).setVersion(-1).build())
        .forEachRemaining(part -> content.writeBytes(part.getData().toByteArray()));
    member.shutdownNow();
    double[] initial =
        InitialModel.draw(
                job.getModel().getInputs(), JobSpecs.units(job.getModel()), job.getInitialSeed())
            .parameters();
    double[] model = ModelState.decode(content.toByteArray(), initial.length).parameters();
    double offset = SEVEN.stream().mapToInt(TestAlliance::offset).average().orElseThrow();
    for (int i = 0; i < model.length; i++) {
      double expected = initial[i] + ROUNDS * (offset + i) / EchoTrainer.LEVELS;
      assertThat(model[i]).isCloseTo(expected, within(2.0 * ROUNDS / EchoTrainer.LEVELS));
    }
  }
}
