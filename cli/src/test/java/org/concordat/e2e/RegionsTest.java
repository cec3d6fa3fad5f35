package org.concordat.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.stream.Collectors;
import org.concordat.cli.Main;
import org.concordat.protocol.v1.JobSummary;
import org.concordat.protocol.v1.RoundSummary;
import org.concordat.protocol.v1.SubmitJobReply;
import org.concordat.testkit.Await;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sums that stay in their jurisdiction: with aggregators that work, are away, and lie. */
@Tag("slow")
class RegionsTest {
  private static final List<String> US = List.of("boston", "cleveland", "denver");
  private static final List<String> EU = List.of("budapest", "dresden", "lyon");
  private static final List<String> CH = List.of("basel", "bern", "zurich");
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

  @TempDir Path root;

  private TestAlliance alliance(List<String> members, Set<String> regions) throws IOException {
    TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy(), members, regions);
    members.forEach(member -> alliance.agentLines(member, "spot-check: 1\n"));
    return alliance;
  }

  /** Whose masked vectors are on a disk, by the names of their files. */
  private static Set<String> vectors(Path home) throws IOException {
    Path folder = home.resolve("state/blobs/named");
    if (!Files.exists(folder)) {
      return Set.of();
    }
    try (var files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith("upload-"))
          .map(name -> name.split("-", 4)[3])
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  @Test
  void threeRegionsAddUpTheirOwnMembersAndTheCoordinatorHasPartialSumsOnly() throws Exception {
    try (TestAlliance alliance = alliance(NINE, Set.of("us", "eu", "ch"))) {
      alliance.startCoordinator();
      alliance.startRegionals();
      alliance.startAgents();
      SubmitJobReply reply = alliance.submit(TestAlliance.job("regional", 2).build());
      assertThat(reply.getAccepted()).as(reply.toString()).isTrue();
      JobSummary job = alliance.awaitEnd("regional", 120);
      assertThat(job.getState())
          .as(job + "\n" + alliance.rounds("regional"))
          .isEqualTo("COMPLETED");
      for (RoundSummary round : alliance.rounds("regional")) {
        assertThat(round.getSurvivorsList()).as(round.toString()).hasSize(9);
        assertThat(round.getReasonsList()).as(round.toString()).isEmpty();
        assertThat(round.getRegionsList())
            .hasSize(3)
            .allSatisfy(region -> assertThat(region.getMembersList()).hasSize(3))
            .allSatisfy(region -> assertThat(region.getPartialSum()).hasSize(64));
      }
      assertThat(vectors(alliance.home("coordinator")))
          .containsExactly("ch-sum", "eu-sum", "us-sum");
      assertThat(vectors(alliance.home("us-sum")))
          .containsExactlyInAnyOrderElementsOf(with(US, "us-sum"));
      assertThat(vectors(alliance.home("eu-sum")))
          .containsExactlyInAnyOrderElementsOf(with(EU, "eu-sum"));
      assertThat(vectors(alliance.home("ch-sum")))
          .containsExactlyInAnyOrderElementsOf(with(CH, "ch-sum"));
      assertThat(alliance.auditText()).contains("partial-sum.eu-sum");
      assertThat(verify(alliance)).contains("recomputed, all right");
    }
  }

  private String verify(TestAlliance alliance) throws IOException {
    Path config =
        Files.writeString(
            root.resolve("auditor.yaml"),
            "name: operator\nhome: %s\ngenesis: %s\ncoordinator: {address: \"127.0.0.1:%d\"}\n"
                .formatted(
                    alliance.home("operator"), root.resolve("genesis.json"), alliance.port()));
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] line = {
      "round", "verify", "regional", "2", "--sample", "100%", "--config", config.toString()
    };
    int code = Main.run(line, new PrintWriter(out), new PrintWriter(err));
    assertThat(code).as(err.toString()).isZero();
    return out.toString();
  }

  private static Set<String> with(List<String> members, String region) {
    Set<String> all = new TreeSet<>(members);
    all.add(region);
    return all;
  }

  @Test
  void aRegionOfTwoIsRefusedAndTheExplanationSaysWhy() throws Exception {
    List<String> members = List.of("boston", "cleveland", "denver", "budapest", "zurich");
    try (TestAlliance alliance = alliance(members, Set.of("us", "eu"))) {
      alliance.startCoordinator();
      SubmitJobReply reply = alliance.submit(TestAlliance.job("small", 1).build());
      assertThat(reply.getAccepted()).isFalse();
      assertThat(reply.getReason())
          .contains("budapest")
          .contains("'eu-sum'")
          .contains("at least 3")
          .contains("Next:");
    }
  }

  @Test
  void membersWithoutARegionSendTheirsToTheCoordinator() throws Exception {
    List<String> members = List.of("boston", "cleveland", "denver", "budapest", "zurich");
    try (TestAlliance alliance = alliance(members, Set.of("us"))) {
      alliance.startCoordinator();
      alliance.startRegionals();
      alliance.startAgents();
      alliance.submit(TestAlliance.job("mixed", 2).build());
      JobSummary job = alliance.awaitEnd("mixed", 120);
      assertThat(job.getState()).as(job + "\n" + alliance.rounds("mixed")).isEqualTo("COMPLETED");
      assertThat(alliance.rounds("mixed"))
          .allSatisfy(round -> assertThat(round.getReasonsList()).isEmpty());
      assertThat(vectors(alliance.home("coordinator")))
          .containsExactly("budapest", "us-sum", "zurich");
    }
  }

  @Test
  void aRegionThatIsAwayCountsAsDroppedWholly() throws Exception {
    try (TestAlliance alliance = alliance(NINE, Set.of("us", "eu", "ch"))) {
      alliance.startCoordinator();
      alliance.startRegional("us-sum");
      alliance.startRegional("ch-sum");
      alliance.startAgents();
      alliance.submit(TestAlliance.job("without", 1).build());
      JobSummary job = alliance.awaitEnd("without", 120);
      assertThat(job.getState()).as(job + "\n" + alliance.rounds("without")).isEqualTo("COMPLETED");
      assertThat(alliance.rounds("without"))
          .allSatisfy(round -> assertThat(round.getDroppedList()).containsExactlyElementsOf(EU));
    }
  }

  @Test
  void aRegionKilledAfterTheCertificateIsWaitedForByNameAndGoesOnWhenItIsBack() throws Exception {
    AtomicBoolean once = new AtomicBoolean();
    AtomicReference<TestAlliance> all = new AtomicReference<>();
    try (TestAlliance alliance = alliance(NINE, Set.of("us", "eu", "ch"))) {
      all.set(alliance);
      alliance.startCoordinator(
          point -> {
            if (point.equals("before:CERTIFICATE_CHOSEN") && once.compareAndSet(false, true)) {
              all.get().regionals.remove("eu-sum").close();
            }
          });
      alliance.startRegionals();
      alliance.startAgents();
      alliance.submit(TestAlliance.job("waits", 1).build());
      Await.until(
          () ->
              alliance.rounds("waits").stream()
                  .anyMatch(
                      round ->
                          round
                              .getWaitingFor()
                              .contains("waiting for the partial sums of eu-sum")));
      alliance.startRegional("eu-sum");
      JobSummary job = alliance.awaitEnd("waits", 120);
      assertThat(job.getState()).as(job + "\n" + alliance.rounds("waits")).isEqualTo("COMPLETED");
    }
  }

  @Test
  void aRegionThatAddsUpSomethingElseIsNamedByItsMembers() throws Exception {
    AtomicBoolean once = new AtomicBoolean();
    AtomicReference<Path> altered = new AtomicReference<>();
    List<String> said = new CopyOnWriteArrayList<>();
    Handler listening = listening(said);
    Logger logger = Logger.getLogger("org.concordat");
    logger.addHandler(listening);
    try (TestAlliance alliance = alliance(NINE, Set.of("us", "eu", "ch"))) {
      alliance.startCoordinator(
          point -> {
            if (point.equals("before:CERTIFICATE_CHOSEN") && once.compareAndSet(false, true)) {
              altered.set(upload(alliance, "lyon"));
              alter(altered.get());
            } else if (point.equals("after:PARTIAL_SUM_ACCEPTED") && altered.get() != null) {
              // all three may not be in yet: the second flip of the same bit comes with eu-sum's
              restoreOnce(alliance, altered);
            }
          });
      alliance.startRegionals();
      alliance.startAgents();
      alliance.submit(TestAlliance.job("lie", 1).build());
      alliance.awaitEnd("lie", 120);
      List<String> reasons =
          alliance.rounds("lie").stream().flatMap(r -> r.getReasonsList().stream()).toList();
      System.out.println(reasons);
      Await.until(() -> said.stream().filter(RegionsTest::namesTheRegion).count() >= EU.size());
      assertThat(said.stream().filter(line -> line.contains("SUM_MISMATCH (coordinator)")))
          .isEmpty();
    } finally {
      logger.removeHandler(listening);
    }
  }

  private static void restoreOnce(TestAlliance alliance, AtomicReference<Path> altered) {
    try {
      if (vectors(alliance.home("coordinator")).contains("eu-sum")) {
        alter(altered.getAndSet(null));
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static boolean namesTheRegion(String line) {
    return line.contains("does not stand a spot check: SUM_MISMATCH (eu-sum)");
  }

  private static Handler listening(List<String> said) {
    return new Handler() {
      @Override
      public void publish(LogRecord record) {
        said.add(new SimpleFormatter().formatMessage(record));
      }

      @Override
      public void flush() {}

      @Override
      public void close() {}
    };
  }

  private static Path upload(TestAlliance alliance, String member) {
    try (var files = Files.list(alliance.home("eu-sum").resolve("state/blobs/named"))) {
      return files
          .filter(file -> file.getFileName().toString().endsWith("-" + member))
          .findFirst()
          .orElseThrow();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** By one step of the lowest value: a sum that could be. */
  private static void alter(Path file) {
    try {
      byte[] bytes = Files.readAllBytes(file);
      bytes[0] ^= 1;
      Files.write(file, bytes);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
