package org.concordat.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.concordat.agent.sitelog.SiteLog;
import org.concordat.auditlog.AuditEntry;
import org.concordat.auditlog.AuditLog;
import org.concordat.auditlog.EntryOutcome;
import org.concordat.auditlog.EntryType;
import org.concordat.auditlog.LogSigner;
import org.concordat.cli.Main;
import org.concordat.coordinator.session.Traffic;
import org.concordat.protocol.Envelopes;
import org.concordat.protocol.v1.JobProposal;
import org.concordat.protocol.v1.SessionDown;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Notary;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A site's own log sees through a coordinator that asks without logging, or logs what was not. */
@Tag("slow")
@Timeout(300)
class SiteLogTest {
  private static final String SITE = "boston";

  @TempDir Path root;

  /** Sends a member what the rest of the coordinator knows nothing of. */
  private static final class Omitting implements Traffic {
    private volatile BiConsumer<String, SessionDown> push = (member, message) -> {};

    @Override
    public void attached(Notary notary, BiConsumer<String, SessionDown> pushing) {
      push = pushing;
    }
  }

  private record Ran(int code, String out, String err) {}

  private Ran audit(TestAlliance alliance, Object... more) throws Exception {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    Stream<Object> command =
        Stream.concat(
            Stream.of(
                "--output",
                "json",
                "agent",
                "audit",
                "--config",
                alliance.agentConfig(SITE),
                "--grace-seconds",
                "0"),
            Stream.of(more));
    int code =
        Main.run(
            command.map(String::valueOf).toArray(String[]::new),
            new PrintWriter(out),
            new PrintWriter(err));
    return new Ran(code, out.toString(), err.toString());
  }

  private void agree(Ran ran) {
    assertThat(ran.code()).as(ran.toString()).isZero();
    assertThat(ran.out()).contains("\"agree\":true");
  }

  private static List<AuditEntry> site(TestAlliance alliance) {
    return SiteLog.entries(alliance.home(SITE));
  }

  @Test
  void whatIsNotLoggedAndWhatWasNeverSaidIsFound() throws Exception {
    Omitting liar = new Omitting();
    Path log;
    LogSigner signer;
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy())) {
      log = alliance.home("coordinator").resolve("audit-log");
      signer = LogSigner.load(alliance.home("coordinator").resolve("keys/audit-log.key"));
      alliance.startCoordinator(point -> {}, liar);
      alliance.startAgents();
      alliance.submit(TestAlliance.job("seen", 2).build());
      assertThat(alliance.awaitEnd("seen", 60).getState()).isEqualTo("COMPLETED");
      agree(audit(alliance));
      agree(audit(alliance, "--dir", log));
      assertThat(site(alliance).stream().map(AuditEntry::subject))
          .contains(
              "job.proposal",
              "job.consent",
              "secagg.task.v1",
              "secagg.survivors.v1",
              "secagg.certificate.v1",
              "secagg.reveal.v1",
              "secagg.upload-commitment.v1",
              "secagg.result.v1",
              "secagg.state-signature.v1");
      assertThat(
              PosixFilePermissions.toString(
                  Files.getPosixFilePermissions(alliance.home(SITE).resolve("site-log"))))
          .isEqualTo("rwx------");

      byte[] secret =
          new Envelopes(
                  "test", "operator", alliance.keys.get("operator")::sign, (s, m, g) -> false, 9)
              .seal("job.spec", 0, 0, TestAlliance.job("secret", 2).build().toByteArray());
      liar.push.accept(
          SITE,
          SessionDown.newBuilder()
              .setJobProposal(JobProposal.newBuilder().setSealedSpec(ByteString.copyFrom(secret)))
              .build());
      await(alliance, "secret");
      Ran omitted = audit(alliance);
      assertThat(omitted.code()).as(omitted.toString()).isEqualTo(8);
      assertThat(omitted.out())
          .contains("\"agree\":false", "\"job\":\"secret\"", "proposed and is not logged");
    }
    try (AuditLog forged = AuditLog.open(log, signer)) {
      forged.append(
          List.of(
              invented("job/ghost/consent/" + SITE, EntryType.CONSENT, "ghost"),
              invented("x/1", EntryType.PHASE, "ROUND")
                  .inRound("seen", 1, 0)
                  .digest("task", Digest.sha256(new byte[] {1}).hex())
                  .digest("upload." + SITE, Digest.sha256(new byte[] {2}).hex())));
    }
    Ran ran = ranStopped(log);
    assertThat(ran.code()).as(ran.toString()).isEqualTo(8);
    assertThat(ran.out()).contains("never answered so", "never uploaded this");
  }

  /** Claims to be older than anything: entries count by their place. */
  private static AuditEntry invented(String id, EntryType type, String subject) {
    return AuditEntry.of(
            id, Instant.parse("2020-01-01T00:00:00Z"), type, SITE, subject, EntryOutcome.ALLOW)
        .inAlliance("test")
        .inJob("ghost");
  }

  private Ran ranStopped(Path log) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] command = {
      "--output",
      "json",
      "agent",
      "audit",
      "--config",
      root.resolve(SITE + "/agent.yaml") + "",
      "--grace-seconds",
      "0",
      "--dir",
      log.toString()
    };
    int code = Main.run(command, new PrintWriter(out), new PrintWriter(err));
    return new Ran(code, out.toString(), err.toString());
  }

  private static void await(TestAlliance alliance, String job) throws Exception {
    for (int i = 0; i < 600; i++) {
      if (site(alliance).stream()
          .anyMatch(
              entry ->
                  entry.subject().equals("job.consent") && entry.job().orElse("").equals(job))) {
        return;
      }
      Thread.sleep(100);
    }
    throw new AssertionError("the site has no answer to " + job + ": " + site(alliance));
  }
}
