package org.concordat.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.concordat.agent.Agent;
import org.concordat.certs.MemberId;
import org.concordat.certs.RosterChange;
import org.concordat.cli.Main;
import org.concordat.protocol.v1.JobSummary;
import org.concordat.protocol.v1.OperationsGrpc.OperationsBlockingStub;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What docs/operations.md tells to do when a coordinator has lost its disk, done. */
@Timeout(240)
class RunBooksTest {
  private static final List<String> OTHERS = List.of("boston", "cleveland", "budapest");

  @TempDir Path root;

  private Path coordinator(String folder) {
    return root.resolve("coordinator").resolve(folder);
  }

  static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(one);
      }
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path one : all.toList()) {
        Path target = to.resolve(from.relativize(one));
        if (Files.isDirectory(one)) {
          Files.createDirectories(target);
        } else {
          Files.copy(one, target);
        }
      }
    }
  }

  private int verify(int witnesses) {
    StringWriter said = new StringWriter();
    String[] line = {
      "audit",
      "verify",
      "--genesis",
      root.resolve("genesis.json").toString(),
      "--witnesses",
      String.valueOf(witnesses),
      coordinator("audit-log").toString()
    };
    return Main.run(line, new PrintWriter(said), new PrintWriter(said));
  }

  /** Entries under the newest cosigned head. */
  private long verifiedSize() throws IOException {
    return Long.parseLong(Files.readAllLines(coordinator("audit-log/checkpoint.witnessed")).get(1));
  }

  private static void await(String what, Callable<Boolean> done) throws Exception {
    for (int i = 0; i < 600; i++) {
      if (done.call()) {
        return;
      }
      Thread.sleep(50);
    }
    throw new AssertionError("still not: " + what);
  }

  private static void completes(TestAlliance alliance, String job) throws Exception {
    alliance.submit(TestAlliance.job(job, 1).build());
    JobSummary end = alliance.awaitEnd(job, 60);
    assertThat(end.getState()).as(end.toString()).isEqualTo("COMPLETED");
  }

  private static String alarm(TestAlliance alliance, String member) throws Exception {
    return new ObjectMapper()
        .readTree(Files.readAllBytes(alliance.home(member).resolve("status.json")))
        .path("lastAlarm")
        .asText();
  }

  @Test
  void aLostStoreGetsItsRostersFromAMemberAndTheLogGoesOn() throws Exception {
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy())) {
      alliance.store("witness-interval-seconds: 1\n");
      alliance.startCoordinator();
      alliance.startAgents();
      completes(alliance, "before");
      Removing.remove(alliance, OTHERS, "zurich", "contract ended");
      alliance.agents.remove("zurich").close();
      Path kept = alliance.home("boston").resolve("rosters.json");
      await("a member has kept the rosters", () -> Files.exists(kept));
      await("cosigned", () -> verify(3) == 0);
      alliance.coordinator.close();
      long size = verifiedSize();

      delete(coordinator("state"));
      Files.copy(kept, coordinator("rosters.json"));
      alliance.startCoordinator();
      assertThat(Removing.rosters(alliance).latest().version()).isEqualTo(2);
      assertThat(Removing.rosters(alliance).latest().find(new MemberId("zurich"))).isEmpty();
      assertThat(names("before")).isTrue();
      await("the same log is cosigned on", () -> verify(3) == 0 && verifiedSize() > size);
      assertThatThrownBy(() -> alliance.submit(TestAlliance.job("before", 1).build()))
          .hasMessageContaining("the log tells of a job 'before'");
      completes(alliance, "after");
      assertThat(alliance.auditText()).contains("\"id\":\"epoch/10002\"");
      alliance.coordinator.close();
      alliance.startCoordinator();
      completes(alliance, "once-more");
      assertThat(alliance.auditText()).contains("\"id\":\"epoch/10002\"");
      Removing.agree(
          alliance,
          List.of("cleveland", "budapest"),
          new RosterChange.Suspension(new MemberId("boston"), "a next roster follows"),
          OperationsBlockingStub::suspendMember);
    }
  }

  private boolean names(String job) throws IOException {
    try (Stream<Path> files = Files.walk(coordinator("audit-log/tile"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String text =
            new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1);
        if (text.contains("\"job\":\"" + job + "\"")) {
          return true;
        }
      }
    }
    return false;
  }

  @Test
  void anOlderCopyOfTheLogWouldForkItAndTheNewestDoesNot() throws Exception {
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy())) {
      alliance.store("witness-interval-seconds: 1\n");
      alliance.startCoordinator();
      alliance.startAgents();
      alliance.coordinator.close();
      copy(coordinator("audit-log"), root.resolve("older"));
      alliance.startCoordinator();
      completes(alliance, "before");
      await("cosigned", () -> verify(4) == 0);
      alliance.coordinator.close();
      copy(coordinator("audit-log"), root.resolve("newest"));
      long size = verifiedSize();

      // the disk is gone; what is put back is not the newest copy
      delete(coordinator("state"));
      delete(coordinator("audit-log"));
      copy(root.resolve("older"), coordinator("audit-log"));
      alliance.startCoordinator();
      for (String member : TestAlliance.MEMBERS) {
        await(
            member + " leaves",
            () -> alarm(alliance, member).contains("another audit log than before"));
      }
      alliance.coordinator.close();

      delete(coordinator("state"));
      delete(coordinator("audit-log"));
      copy(root.resolve("newest"), coordinator("audit-log"));
      alliance.startCoordinator();
      for (String member : TestAlliance.MEMBERS) {
        Agent held = alliance.agents.remove(member);
        held.close();
        alliance.startAgent(member);
      }
      await("cosigned again", () -> verify(4) == 0 && verifiedSize() > size);
    }
  }
}
