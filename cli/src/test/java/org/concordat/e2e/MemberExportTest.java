package org.concordat.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.concordat.auditlog.AuditEntry;
import org.concordat.auditlog.AuditFilter;
import org.concordat.auditlog.AuditLog;
import org.concordat.auditlog.AuditQuery;
import org.concordat.auditlog.LogSigner;
import org.concordat.auditlog.LogVerifierKey;
import org.concordat.auditlog.LoggedEntry;
import org.concordat.certs.Sha256;
import org.concordat.cli.Main;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A member takes what is its own and leaves; what rests on its data is told, and checked. */
@Tag("slow")
@Timeout(300)
class MemberExportTest {
  private static final String SITE = "boston";

  @TempDir Path root;

  private record Ran(int code, String out, String err) {}

  private static Ran run(Object... command) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        Main.run(
            Stream.of(command).map(String::valueOf).toArray(String[]::new),
            new PrintWriter(out),
            new PrintWriter(err));
    return new Ran(code, out.toString(), err.toString());
  }

  private static JsonNode json(Path file) throws Exception {
    return new ObjectMapper().readTree(Files.readAllBytes(file));
  }

  @Test
  void aMemberTakesItsOwnAndTheAllianceGoesOn() throws Exception {
    Path genesis = root.resolve("genesis.json");
    Path log;
    Path config;
    LogSigner signer;
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy())) {
      log = alliance.home("coordinator").resolve("audit-log");
      signer = LogSigner.load(alliance.home("coordinator").resolve("keys/audit-log.key"));
      alliance.startCoordinator();
      alliance.startAgents();
      alliance.submit(TestAlliance.job("ours", 2).build());
      assertThat(alliance.awaitEnd("ours", 60).getState()).isEqualTo("COMPLETED");
      config = alliance.agentConfig(SITE);
      lineage(config, genesis);
      Path out = root.resolve("export");
      Ran done = run("member", "export", out, "--config", config, "--grace-seconds", 0);
      assertThat(done.code()).as(done.toString()).isZero();
      assertThat(done.out())
          .contains("ours: its update is in rounds 1-2; versions 1-2 rest on its data")
          .contains("Model      ours version 2: models/ours-2.bin");
      JsonNode told = json(out.resolve("export.json"));
      JsonNode job = told.path("jobs").path(0);
      assertThat(job.path("rounds")).hasSize(2);
      assertThat(job.path("rounds").path(0).path("upload").asText()).hasSize(64);
      assertThat(job.path("modelsThatRestOnIt")).hasSize(2);
      assertThat(job.path("dataVersions")).hasSize(1);
      assertThat(told.path("siteLog").path("entries").asInt()).isPositive();
      assertThat(Sha256.of(Files.readAllBytes(out.resolve("models/ours-2.bin"))).hex())
          .isEqualTo(job.path("modelsThatRestOnIt").path(1).path("digest").asText());
      provedByOthers(out, genesis);

      Ran left = run("member", "exit", "--reason", "study ended", "--config", config);
      assertThat(left.code()).as(left.toString()).isZero();
      Ran after = run("member", "export", root.resolve("late"), "--config", config);
      assertThat(after.code()).as(after.toString()).isNotZero();
      alliance.submit(TestAlliance.job("theirs", 1).build());
      assertThat(alliance.awaitEnd("theirs", 60).getState()).isEqualTo("COMPLETED");
    }
    Ran offline = run("member", "export", root.resolve("late"), "--config", config, "--dir", log);
    assertThat(offline.code()).as(offline.toString()).isZero();
    assertThat(offline.out())
        .contains("ours: its update is in rounds 1-2")
        .doesNotContain("theirs");
    leftOut(config, log, signer);
  }

  private void lineage(Path config, Path genesis) throws Exception {
    Path folder = root.resolve("lineage");
    Ran done = run("model", "lineage", "ours", "--export", folder, "--config", config);
    assertThat(done.code()).as(done.toString()).isZero();
    assertThat(done.out())
        .contains("Model      ours version 2")
        .contains("Program    test")
        .contains("Policy     version ")
        .doesNotContain("MISSING");
    JsonNode told = json(folder.resolve("lineage.json"));
    assertThat(told.path("members")).hasSize(4);
    assertThat(told.path("rounds").path(1).path("base").asText())
        .isEqualTo(told.path("rounds").path(0).path("model").asText());
    Path model = root.resolve("model.bin");
    assertThat(run("model", "export", "ours", "--out", model, "--config", config).code()).isZero();
    Ran verified = run("model", "verify", folder, "--model", model, "--genesis", genesis);
    assertThat(verified.code()).as(verified.toString()).isZero();
    Files.write(folder.resolve("model.bin"), new byte[24]);
    assertThat(run("model", "verify", folder, "--genesis", genesis).err())
        .contains("it is another model, or altered");
  }

  /** Each entry of the export stands for itself. */
  private static void provedByOthers(Path out, Path genesis) throws Exception {
    try (Stream<Path> files = Files.list(out.resolve("entries"))) {
      List<Path> proofs =
          files.filter(file -> file.toString().endsWith(".tlog-proof")).sorted().toList();
      assertThat(proofs).hasSizeGreaterThan(5);
      for (Path proof : List.of(proofs.get(0), proofs.get(proofs.size() - 1))) {
        Ran one = run("audit", "verify-proof", proof, "--genesis", genesis);
        assertThat(one.code()).as(one.toString()).isZero();
      }
    }
  }

  /** A log by the right key in which the member's second round never was. */
  private void leftOut(Path config, Path log, LogSigner signer) {
    LogVerifierKey key = LogVerifierKey.parse(signer.vkey().toString());
    List<AuditEntry> kept = new ArrayList<>();
    try (Stream<LoggedEntry> all = AuditQuery.run(log, key, AuditFilter.ALL)) {
      all.map(LoggedEntry::entry)
          .filter(entry -> entry.round().orElse(0) != 2 || entry.job().isEmpty())
          .forEach(kept::add);
    }
    Path lying = root.resolve("lying-log");
    try (AuditLog forged = AuditLog.open(lying, signer)) {
      forged.append(kept);
    }
    Ran ran =
        run(
            "member",
            "export",
            root.resolve("lied"),
            "--config",
            config,
            "--dir",
            lying,
            "--grace-seconds",
            0);
    assertThat(ran.code()).as(ran.toString()).isEqualTo(8);
    assertThat(ran.out()).contains("LEFT OUT   ours").contains("round 2: this task is not logged");
  }
}
