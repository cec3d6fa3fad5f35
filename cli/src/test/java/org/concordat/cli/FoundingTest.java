package org.concordat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.concordat.auditlog.AuditEntry;
import org.concordat.auditlog.AuditLog;
import org.concordat.auditlog.EntryOutcome;
import org.concordat.auditlog.EntryType;
import org.concordat.auditlog.LogSigner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From keys to a sealed genesis and its log, offline. */
class FoundingTest {
  @TempDir Path temp;

  @Test
  void foundersMakeAnAllianceThatVerifies() throws IOException {
    Founding founding = Founding.in(temp, "demo.yaml");
    JsonNode genesis = Cli.json("alliance", "show", founding.genesis());
    assertThat(genesis.path("sealed").asBoolean()).isTrue();
    assertThat(genesis.path("quorum").asInt()).isEqualTo(2);
    assertThat(genesis.path("signatures")).hasSize(3);
    assertThat(genesis.path("members")).hasSize(5);
    assertThat(genesis.path("logVkey").asText()).startsWith("coordinator/audit+");
    JsonNode draft = Cli.json("alliance", "show", founding.draftFile());
    assertThat(draft.path("genesis")).isEqualTo(genesis.path("genesis"));
    assertThat(Cli.run("alliance", "show", founding.genesis()).out())
        .contains("Sealed", "zurich", "ch");
  }

  @Test
  void keysStayPrivateAndAreNeverOverwritten() throws IOException {
    Founding founding = Founding.in(temp, "demo.yaml");
    Path keys = founding.home("zurich").resolve("keys");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(keys)))
        .isEqualTo("rwx------");
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(keys.resolve("identity.key"))))
        .isEqualTo("rw-------");
    byte[] before = Files.readAllBytes(keys.resolve("identity.key"));
    Cli again =
        Cli.run(
            "member",
            "init",
            "--name",
            "zurich",
            "--jurisdiction",
            "ch",
            "--country",
            "CH",
            "--role",
            "agent",
            "--dir",
            founding.home("zurich"));
    assertThat(again.code()).isEqualTo(6);
    assertThat(again.err()).contains("exists already").contains("Next:");
    assertThat(Files.readAllBytes(keys.resolve("identity.key"))).isEqualTo(before);
  }

  @Test
  void badNamesAreUsageAndMakeNoKeys() {
    assertRefused("--name", "Zürich", "--jurisdiction", "ch", "--country", "CH", "--role", "agent");
    assertRefused(
        "--name", "zurich", "--jurisdiction", "Switzerland", "--country", "CH", "--role", "agent");
    assertRefused("--name", "zurich", "--jurisdiction", "ch", "--country", "XX", "--role", "agent");
    assertRefused("--name", "zurich", "--jurisdiction", "ch", "--country", "CH", "--role", "king");
    assertRefused(
        "--name",
        "zurich",
        "--jurisdiction",
        "ch",
        "--country",
        "CH",
        "--role",
        "coordinator",
        "--address",
        "a b");
  }

  private void assertRefused(String... options) {
    Path home = temp.resolve("home");
    List<Object> line = new java.util.ArrayList<>(List.of("member", "init", "--dir", home));
    line.addAll(List.of((Object[]) options));
    assertThat(Cli.run(line.toArray()).code()).isEqualTo(2);
    assertThat(home).doesNotExist();
  }

  @Test
  void aTamperedRequestIsRefusedByName() throws IOException {
    new Requests().make("zurich");
    Path file = temp.resolve("zurich/request.json");
    Files.writeString(file, Files.readString(file).replace("\"CH\"", "\"DE\""));
    Cli done =
        Cli.run(
            "alliance",
            "init",
            "--name",
            "a",
            "--domain",
            "a.example",
            "--policy",
            policy(),
            "--ca",
            temp.resolve("ca"),
            "--out",
            temp,
            file);
    assertThat(done.code()).isEqualTo(8);
    assertThat(done.err()).contains("zurich/request.json").contains("does not verify");
    assertThat(temp.resolve("ca")).doesNotExist();
  }

  @Test
  void anAllianceWithoutACoordinatorIsRefused() throws IOException {
    new Requests().make("zurich");
    Cli done =
        Cli.run(
            "alliance",
            "init",
            "--name",
            "a",
            "--domain",
            "a.example",
            "--policy",
            policy(),
            "--ca",
            temp.resolve("ca"),
            "--out",
            temp,
            temp.resolve("zurich/request.json"));
    assertThat(done.code()).isEqualTo(3);
    assertThat(done.err())
        .contains("exactly one coordinator; no request has the role")
        .contains("Next: name the request.json of one participant");
    assertThat(temp.resolve("ca")).as("so that it can be done again").doesNotExist();
  }

  @Test
  void aPolicyWhoseTestsFailIsNotPutBeforeTheFounders() throws IOException {
    new Requests().make("zurich");
    Path bad =
        Files.writeString(
            temp.resolve("bad.yaml"),
            Files.readString(policy()).replaceFirst("expect: allowed", "expect: denied"));
    Cli done =
        Cli.run(
            "alliance",
            "init",
            "--name",
            "a",
            "--domain",
            "a.example",
            "--policy",
            bad,
            "--ca",
            temp.resolve("ca"),
            "--out",
            temp,
            temp.resolve("zurich/request.json"));
    assertThat(done.code()).isEqualTo(3);
    assertThat(temp.resolve("ca")).doesNotExist();
  }

  @Test
  void strangersAndOthersCannotSign() throws IOException {
    Founding founding = Founding.in(temp, "demo.yaml");
    founding.init("stranger", "us", "US", "agent");
    assertThat(
            Cli.run("alliance", "sign", founding.draftFile(), "--dir", founding.home("stranger"))
                .code())
        .isEqualTo(8);
    assertThat(
            Cli.run("alliance", "sign", founding.draftFile(), "--dir", founding.home("coordinator"))
                .code())
        .isEqualTo(8);
    Path forged = temp.resolve("forged.json");
    Files.writeString(
        forged,
        Files.readString(temp.resolve("zurich.signature.json")).replace("zurich", "budapest"));
    Cli done = Cli.run("alliance", "sign", founding.draftFile(), "--add", forged);
    assertThat(done.code()).isEqualTo(8);
    assertThat(done.err()).contains("budapest");
  }

  @Test
  void aFlippedByteOfTheLogIsAVerificationFailure() throws IOException {
    Founding founding = Founding.in(temp, "demo.yaml");
    Path log = temp.resolve("log");
    try (AuditLog writing =
        AuditLog.open(
            log, LogSigner.load(founding.home("coordinator").resolve("keys/audit-log.key")))) {
      writing.append(
          List.of(
              AuditEntry.of(
                  "1",
                  java.time.Instant.parse("2026-11-21T09:00:00Z"),
                  EntryType.SYSTEM,
                  "coordinator",
                  "x",
                  EntryOutcome.OK)));
    }
    JsonNode verified = Cli.json("audit", "verify", "--genesis", founding.genesis(), log);
    assertThat(verified.path("verified").asBoolean()).isTrue();
    assertThat(verified.path("size").asLong()).isEqualTo(1);
    JsonNode entry = Cli.json("audit", "query", "--dir", log, "--genesis", founding.genesis());
    assertThat(entry.path("index").asLong()).isZero();
    assertThat(entry.path("entry").path("subject").asText()).isEqualTo("x");
    Path checkpoint = log.resolve("checkpoint");
    byte[] bytes = Files.readAllBytes(checkpoint);
    bytes[bytes.length - 6] ^= 1;
    Files.write(checkpoint, bytes);
    Cli done = Cli.run("audit", "verify", "--genesis", founding.genesis(), log);
    assertThat(done.code()).isEqualTo(8);
    assertThat(done.err()).contains("checkpoint");
  }

  @Test
  void aQueryFindsMembersPeopleAndVersionsOfData() throws IOException {
    Founding founding = Founding.in(temp, "demo.yaml");
    Path log = temp.resolve("searched");
    java.time.Instant time = java.time.Instant.parse("2026-12-01T09:00:00Z");
    String version = "0a".repeat(32);
    try (AuditLog writing =
        AuditLog.open(
            log, LogSigner.load(founding.home("coordinator").resolve("keys/audit-log.key")))) {
      writing.append(
          List.of(
              AuditEntry.of("a", time, EntryType.ACCESS, "zurich", "AbortJob", EntryOutcome.DENY)
                  .detail("person", "3f9a"),
              AuditEntry.of("b", time, EntryType.DATASET, "lyon", "heart", EntryOutcome.OK)
                  .inJob("heart")
                  .digest("dataSet", version),
              AuditEntry.of(
                  "c", time, EntryType.ENROLMENT, "coordinator", "zurich", EntryOutcome.OK)));
    }
    assertThat(query(founding, log, "--member", "zurich").out().lines())
        .filteredOn(line -> line.contains(" -> "))
        .hasSize(2);
    assertThat(query(founding, log, "--member", "zurich", "--outcome", "deny").out())
        .startsWith("0  ");
    assertThat(query(founding, log, "--person", "3f9a").out()).startsWith("0  ");
    assertThat(query(founding, log, "--data-version", version.toUpperCase(Locale.ROOT)).out())
        .startsWith("1  ");
    assertThat(query(founding, log, "--person", "3f9a", "--member", "lyon").err())
        .contains("No entry matches");
    Cli noDigest = query(founding, log, "--data-version", "0a0a");
    assertThat(noDigest.code()).isEqualTo(2);
    assertThat(noDigest.err()).contains("'0a0a' is no SHA-256").contains("Next:");
  }

  @Test
  void aQueryShowsOnlyWhatWasSignedAndSaysWhereItEnds() throws IOException {
    Founding founding = Founding.in(temp, "demo.yaml");
    Path log = temp.resolve("queried");
    List<AuditEntry> entries = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      entries.add(
          AuditEntry.of(
                  "e" + i,
                  java.time.Instant.parse("2026-11-21T09:00:00Z").plusSeconds(86_400L * i),
                  i == 3 ? EntryType.ACCESS : EntryType.PHASE,
                  "coordinator",
                  i == 3 ? "concordat.v1.Operations/SubmitJob" : "release",
                  EntryOutcome.OK)
              .inRound("heart", i + 1, i == 4 ? 1 : 0)
              .detail("survivors", "lyon,zurich")
              .digest("state", "ab".repeat(32)));
    }
    try (AuditLog writing =
        AuditLog.open(
            log, LogSigner.load(founding.home("coordinator").resolve("keys/audit-log.key")))) {
      writing.append(entries);
    }
    Cli page = query(founding, log, "--limit", 5);
    assertThat(page.out().lines().filter(line -> line.contains("coordinator -> "))).hasSize(5);
    assertThat(page.err()).contains("there are more").contains("--after 4");
    assertThat(page.out())
        .contains("survivors: lyon,zurich")
        .contains("state " + "ab".repeat(32))
        .contains("coordinator -> submit job [heart round 4]")
        .contains("[heart round 5, retry 1]")
        .doesNotContain("SubmitJob");
    Cli rest = query(founding, log, "--limit", 7, "--after", 4);
    assertThat(rest.out()).startsWith("5  ");
    assertThat(rest.err()).isEmpty();
    assertThat(query(founding, log, "--job", "lungs").err()).contains("No entry matches");
    assertThat(query(founding, log, "--since", "2026-11-30", "--output", "json").out().lines())
        .hasSize(3);
    assertThat(query(founding, log, "--until", "2026-11-21T10:00:00+01:00").err())
        .contains("No entry matches");
    for (Object[] wrong :
        new Object[][] {
          {"--round", 0}, {"--since", "yesterday"}, {"--limit", 0}, {"--after", -1}
        }) {
      Cli refused = query(founding, log, wrong);
      assertThat(refused.code()).as(refused.err()).isEqualTo(2);
      assertThat(refused.err()).contains(String.valueOf(wrong[0])).contains("Next:");
    }
    Cli absent = query(founding, temp.resolve("nope"));
    assertThat(absent.code()).isEqualTo(5);
    assertThat(absent.err()).contains("no such folder").contains("Next:");
    assertThat(
            Cli.run("audit", "verify", "--genesis", founding.genesis(), temp.resolve("nope"))
                .code())
        .isEqualTo(5);
    Path bundle = log.resolve("tile/entries/000.p/12");
    Files.writeString(bundle, Files.readString(bundle).replace("lyon,zurich", "lyon,oslo12"));
    Cli forged = query(founding, log);
    assertThat(forged.code()).isEqualTo(8);
    assertThat(forged.out()).isEmpty();
    assertThat(forged.err()).contains("tile/entries/000").contains("not the one that was signed");
    Cli verified = Cli.run("audit", "verify", "--genesis", founding.genesis(), log);
    assertThat(verified.err()).contains("tile/entries/000");
  }

  private static Cli query(Founding founding, Path log, Object... more) {
    List<Object> line =
        new ArrayList<>(List.of("audit", "query", "--dir", log, "--genesis", founding.genesis()));
    line.addAll(List.of(more));
    return Cli.run(line.toArray());
  }

  private static Path policy() {
    return Cli.root().resolve("examples/policies/demo.yaml");
  }

  /** A single participant's request. */
  private final class Requests {
    void make(String name) throws IOException {
      Cli.json(
          "member",
          "init",
          "--name",
          name,
          "--jurisdiction",
          "ch",
          "--country",
          "CH",
          "--role",
          "agent",
          "--dir",
          temp.resolve(name));
    }
  }
}
