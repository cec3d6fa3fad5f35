package org.concordat.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.concordat.auditlog.AuditEntry;
import org.concordat.auditlog.AuditLog;
import org.concordat.auditlog.EntryOutcome;
import org.concordat.auditlog.EntryType;
import org.concordat.auditlog.LogSigner;
import org.concordat.auditlog.WitnessKey;
import org.concordat.certs.RosterEntry;
import org.concordat.cli.Main;
import org.concordat.coordinator.session.Traffic;
import org.concordat.protocol.v1.SessionDown;
import org.concordat.protocol.v1.StatusReply;
import org.concordat.protocol.v1.StatusRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Members cosign the log of the real coordinator; an auditor demands it; and a coordinator that
 * shows one member another log loses that member, and never gets its cosignature.
 */
@Timeout(120)
class WitnessedLogTest {
  private static final long PATIENCE_NANOS = 60_000_000_000L;
  private static final String VICTIM = "zurich";

  @TempDir Path root;

  /** Shows the victim, once it is told to, a log of its own that the log's key signed. */
  private final class Forking implements Traffic {
    volatile boolean on;

    @Override
    public List<SessionDown> down(String member, SessionDown message) {
      if (!on || !message.hasLogHead() || !member.equals(VICTIM)) {
        return List.of(message);
      }
      ByteString other = ByteString.copyFromUtf8(fork());
      return List.of(
          message.toBuilder()
              .setLogHead(message.getLogHead().toBuilder().setCheckpoint(other))
              .build());
    }

    /** A head of a larger log with other entries. */
    private String fork() {
      LogSigner key = LogSigner.load(root.resolve("coordinator/keys/audit-log.key"));
      try (AuditLog log = AuditLog.open(root.resolve("fork"), key)) {
        for (int i = 0; i < 2000; i += 500) {
          log.append(
              IntStream.range(i, i + 500)
                  .mapToObj(
                      one ->
                          AuditEntry.of(
                              "x" + one,
                              Instant.parse("2026-11-30T09:00:00Z"),
                              EntryType.SYSTEM,
                              "coordinator",
                              "x",
                              EntryOutcome.OK))
                  .toList());
        }
        return log.signedCheckpoint();
      }
    }
  }

  private record Outcome(int code, String out, String err) {}

  private Outcome verify(Path log, String... more) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] line = new String[more.length + 5];
    System.arraycopy(more, 0, line, 5, more.length);
    line[0] = "audit";
    line[1] = "verify";
    line[2] = "--genesis";
    line[3] = root.resolve("genesis.json").toString();
    line[4] = log.toString();
    int code = Main.run(line, new PrintWriter(out), new PrintWriter(err));
    return new Outcome(code, out.toString(), err.toString());
  }

  private Path log() {
    return root.resolve("coordinator/audit-log");
  }

  private static void await(String what, Callable<Boolean> done) throws Exception {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (!done.call()) {
      assertThat(System.nanoTime()).as("still not: %s", what).isLessThan(end);
      Thread.sleep(100);
    }
  }

  private String alarm(TestAlliance alliance) throws Exception {
    return new ObjectMapper()
        .readTree(Files.readAllBytes(alliance.home(VICTIM).resolve("status.json")))
        .path("lastAlarm")
        .asText();
  }

  @Test
  void membersCosignAnAuditorDemandsItAndAForkLosesItsWitness() throws Exception {
    Forking forking = new Forking();
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy())) {
      alliance.store("witness-interval-seconds: 1\n");
      alliance.startCoordinator(point -> {}, forking);
      assertThat(verify(log(), "--witnesses", "1").err()).contains("cosignatures of 0 members");
      alliance.startAgents();
      assertThat(alliance.submit(TestAlliance.job("first", 2).build()).getAccepted()).isTrue();
      assertThat(alliance.awaitEnd("first", 60).getState()).isEqualTo("COMPLETED");
      await("four have cosigned", () -> verify(log(), "--witnesses", "4").code() == 0);
      JsonNode json =
          new ObjectMapper().readTree(verify(log(), "--output", "json").out()).path("witnessed");
      assertThat(json.path("size").asLong()).isPositive();
      assertThat(json.path("by").size()).isEqualTo(4);
      assertThat(json.path("by").has("zurich.ch.test.example")).isTrue();
      StatusReply status = alliance.operator().status(StatusRequest.getDefaultInstance());
      assertThat(status.getWitnessesCount()).isBetween(3, 4);
      assertThat(status.getWitnessedSize()).isPositive();

      forking.on = true;
      assertThat(alliance.submit(TestAlliance.job("second", 1).build()).getAccepted()).isTrue();
      await("the victim notices", () -> alarm(alliance).startsWith("ALARM"));
      assertThat(alarm(alliance)).contains("another audit log than before");
      await(
          "the victim has left",
          () ->
              alliance
                  .operator()
                  .status(StatusRequest.getDefaultInstance())
                  .getMembersList()
                  .stream()
                  .noneMatch(one -> one.getMember().equals(VICTIM) && one.getConnected()));
      await("three cosign on", () -> verify(log(), "--witnesses", "4").code() == 8);
      assertThat(verify(log(), "--witnesses", "4").err())
          .contains("cosignatures of 3 members, 4 are demanded");
      assertThat(verify(log(), "--witnesses", "3").code()).isZero();
      assertThat(verify(log(), "--witnesses", "5").err()).contains("--witnesses 5").contains("4");
    }
    // what only the victim was shown is no log that a quorum saw
    Path copy = root.resolve("copy");
    LogSigner key = LogSigner.load(root.resolve("coordinator/keys/audit-log.key"));
    try (AuditLog fork = AuditLog.open(root.resolve("fork"), key)) {
      fork.copyTo(copy);
    }
    assertThat(verify(copy, "--witnesses", "1").code()).isEqualTo(8);
    Files.copy(log().resolve("checkpoint.witnessed"), copy.resolve("checkpoint.witnessed"));
    Outcome forked = verify(copy);
    assertThat(forked.code()).isEqualTo(8);
    assertThat(forked.err()).contains("the log was forked");
  }

  /** Keeps from the victim, once it is told to, what the others have cosigned. */
  private static final class Isolating implements Traffic {
    volatile boolean on;

    @Override
    public List<SessionDown> down(String member, SessionDown message) {
      return !on || !message.hasLogHead() || !member.equals(VICTIM)
          ? List.of(message)
          : List.of(
              message.toBuilder()
                  .setLogHead(
                      message.getLogHead().toBuilder().clearWitnessed().clearWitnessedProof())
                  .build());
    }
  }

  /** Three of the four agents; returns the same as an auditor's file. */
  private Path policy(TestAlliance alliance) throws Exception {
    StringBuilder policy = new StringBuilder("log ");
    policy.append(alliance.genesis.logVkey().value()).append('\n');
    StringBuilder group = new StringBuilder("group members 3");
    for (RosterEntry agent : alliance.genesis.roster().agents()) {
      String name = agent.id().value();
      WitnessKey key = WitnessKey.of(agent.dnsName(), agent.identityKey().bytes());
      policy.append("witness ").append(name).append(' ').append(key).append('\n');
      group.append(' ').append(name);
    }
    policy.append(group).append("\nquorum members\n");
    return Files.writeString(alliance.home(VICTIM).resolve("log.policy"), policy);
  }

  @Test
  void aSiteThatIsShownHeadsThatNobodyElseCosignsLeaves() throws Exception {
    Isolating isolating = new Isolating();
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy())) {
      Path policy = policy(alliance);
      alliance.agentLines(VICTIM, "log-witnesses: {policy: log.policy, lag-seconds: 10}\n");
      alliance.store("witness-interval-seconds: 1\n");
      alliance.startCoordinator(point -> {}, isolating);
      alliance.startAgents();
      assertThat(alliance.submit(TestAlliance.job("first", 2).build()).getAccepted()).isTrue();
      assertThat(alliance.awaitEnd("first", 60).getState()).isEqualTo("COMPLETED");
      await("enough have cosigned", () -> verify(log(), "--policy", policy.toString()).code() == 0);
      isolating.on = true;
      await(
          "the victim notices",
          () -> {
            alliance.operator().status(StatusRequest.getDefaultInstance()); // the log grows
            alliance.submit(TestAlliance.job("x" + System.nanoTime(), 1).build());
            return alarm(alliance).startsWith("ALARM");
          });
      assertThat(alarm(alliance)).contains("too few members vouch for").contains("3 of 4");
    }
  }
}
