package org.concordat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.concordat.auditlog.AuditEntry;
import org.concordat.auditlog.AuditLog;
import org.concordat.auditlog.EntryOutcome;
import org.concordat.auditlog.EntryType;
import org.concordat.certs.Sha256;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On what a model rests, from a log of two rounds, and folders of it that were tampered with. */
class LineageTest {
  private static final byte[] MODEL = {1, 2, 3, 4, 5, 6, 7, 8};
  private static final Instant START = Instant.parse("2026-12-01T09:00:00Z");

  @TempDir static Path shared;
  private static Founding founding;
  private static Path log;
  @TempDir Path temp;

  @BeforeAll
  static void write() throws IOException {
    founding = Founding.in(shared, "demo.yaml");
    log = write(shared.resolve("log"), entries("heart"));
  }

  private static Path write(Path folder, List<AuditEntry> entries) {
    try (AuditLog writing = AuditLog.open(folder, CosignedLog.signer(founding))) {
      writing.append(entries);
    }
    return folder;
  }

  private static String hex(String of) {
    return Sha256.of(of.getBytes(java.nio.charset.StandardCharsets.UTF_8)).hex();
  }

  private static AuditEntry entry(
      String id, EntryType type, String actor, String subject, EntryOutcome outcome) {
    return AuditEntry.of(id, START, type, actor, subject, outcome);
  }

  /**
   * A job of two rounds; zurich's data changes after the first, budapest drops out of the second.
   */
  private static List<AuditEntry> entries(String job) {
    List<AuditEntry> entries = new ArrayList<>();
    entries.add(
        entry("job/" + job + "/proposed", EntryType.JOB, "operator", job, EntryOutcome.OK)
            .inJob(job)
            .detail("purpose", "medical-research")
            .detail("dataSet", "hearts")
            .detail("clause", "research")
            .digest("spec", hex("spec")));
    for (String member : List.of("zurich", "budapest")) {
      entries.add(consent(job, member, EntryOutcome.ALLOW, ""));
      entries.add(data(job, member, "first", ""));
    }
    entries.add(published(job, 0, "m0", "-"));
    decision(entries, job, 1, "p1");
    entries.add(release(job, 1, "m1", "budapest,zurich"));
    entries.add(published(job, 1, "m1", "m0"));
    entries.add(
        entry("retention/round/" + job, EntryType.SYSTEM, "c", "round/" + job, EntryOutcome.OK)
            .inJob(job)
            .detail("step", "deleted")
            .detail("obligation", "retain-days: 1")
            .detail("what", "masked updates, sum, record"));
    entries.add(data(job, "zurich", "second", "/again"));
    entries.add(consent(job, "budapest", EntryOutcome.DENY, "/withdrawn"));
    decision(entries, job, 2, "p2");
    entries.add(release(job, 2, "", "zurich"));
    entries.add(published(job, 2, "", "m1"));
    return entries;
  }

  private static AuditEntry consent(String job, String member, EntryOutcome outcome, String more) {
    return entry(
            "job/" + job + "/consent/" + member + more, EntryType.CONSENT, member, job, outcome)
        .inJob(job)
        .detail("decidedBy", "rule");
  }

  private static AuditEntry data(String job, String member, String version, String more) {
    return entry(
            "job/" + job + "/dataset/" + member + more,
            EntryType.DATASET,
            member,
            "hearts",
            EntryOutcome.OK)
        .inJob(job)
        .digest("dataSet", hex(member + version));
  }

  private static void decision(List<AuditEntry> entries, String job, int round, String policy) {
    entries.add(
        entry("decision/" + job + round, EntryType.DECISION, "c", "release", EntryOutcome.ALLOW)
            .inJob(job)
            .detail("context", "job " + job + ", round " + round)
            .digest("policy", hex(policy)));
  }

  /** An empty model is the one whose bytes the test has. */
  private static String model(String name) {
    return name.isEmpty() ? Sha256.of(MODEL).hex() : hex(name);
  }

  private static AuditEntry release(String job, int round, String model, String survivors) {
    return entry(
            "round/" + job + "/" + round,
            EntryType.MODEL_RELEASE,
            "coordinator",
            job + "/" + round,
            EntryOutcome.OK)
        .inRound(job, round, 0)
        .detail("kind", "TRAIN")
        .detail("survivors", survivors)
        .digest("model", model(model))
        .digest("sum", hex("sum" + round));
  }

  private static AuditEntry published(String job, int version, String model, String base) {
    return entry(
            "model/" + job + "/" + version + "/published",
            EntryType.MODEL_RELEASE,
            "coordinator",
            job + "/" + version,
            EntryOutcome.OK)
        .inJob(job)
        .detail("step", "published")
        .detail("software", "concordat/9")
        .detail("policyVersion", String.valueOf(version))
        .detail("agreementVersion", "4")
        .digest("model", model(model))
        .digest("base", hex(base))
        .digest("policy", hex("p" + version))
        .digest("agreement", hex("agreement"));
  }

  private static Cli lineage(Path folder, Object... more) {
    List<Object> line =
        new ArrayList<>(
            List.of("model", "lineage", "heart", "--dir", folder, "--genesis", founding.genesis()));
    line.addAll(List.of(more));
    return Cli.run(line.toArray());
  }

  private static Cli verify(Path folder, Object... more) {
    List<Object> line =
        new ArrayList<>(List.of("model", "verify", folder, "--genesis", founding.genesis()));
    line.addAll(List.of(more));
    return Cli.run(line.toArray());
  }

  private Path exported() {
    Path folder = temp.resolve("lineage");
    Cli done = lineage(log, "--export", folder);
    assertThat(done.code()).as(done.err()).isZero();
    return folder;
  }

  @Test
  void everythingThatAVersionRestsOnIsTold() throws IOException {
    Cli done = lineage(log);
    assertThat(done.code()).as(done.err()).isZero();
    assertThat(done.out())
        .contains("Model      heart version 2\n")
        .contains("Clause     research\n")
        .contains("Agreement  version 4, " + hex("agreement"))
        .contains("Policy     version 1, " + hex("p1"))
        .contains("Policy     version 2, " + hex("p2"))
        .contains("Program    concordat/9\n")
        .contains("Data       of zurich, " + hex("zurichfirst") + ", in rounds 1\n")
        .contains("Data       of zurich, " + hex("zurichsecond") + ", in rounds 2\n")
        .contains("Data       of budapest, " + hex("budapestfirst") + ", in rounds 1\n")
        .contains("Answer     deny by budapest");
    JsonNode first =
        Cli.json(
            "model",
            "lineage",
            "heart",
            "--dir",
            log,
            "--genesis",
            founding.genesis(),
            "--model-version",
            1);
    assertThat(first.path("model").asText()).isEqualTo(hex("m1"));
    assertThat(first.path("rounds")).hasSize(1);
    assertThat(first.path("rounds").path(0).path("survivors")).hasSize(2);
    assertThat(lineage(log, "--model-version", "3").code()).isEqualTo(5);
    assertThat(lineage(log, "--model-version", "0").out()).contains("none: it is the initial");
  }

  @Test
  void aFolderIsCheckedWithoutANetworkAndWithTheModel() throws IOException {
    Path folder = exported();
    assertThat(verify(folder).out()).contains("Verified   the lineage; no model's bytes");
    Path model = Files.write(temp.resolve("model.bin"), MODEL);
    Cli whole = verify(folder, "--model", model);
    assertThat(whole.code()).as(whole.err()).isZero();
    assertThat(whole.out()).contains("these are the model's bytes");
    Files.write(model, new byte[] {1});
    Cli other = verify(folder, "--model", model);
    assertThat(other.code()).isEqualTo(8);
    assertThat(other.err()).contains("it is another model, or altered");
    assertThat(verify(folder, "--witnesses", 1).err()).contains("cosignatures of 0 members");
    assertThat(verify(folder, "--model", temp.resolve("none")).code()).isEqualTo(5);
  }

  private static void refused(Path folder, String why) {
    Cli done = verify(folder);
    assertThat(done.code()).as(done.out()).isEqualTo(8);
    assertThat(done.err()).contains(why).contains("Next:");
  }

  private static List<Path> files(Path folder, String ending) throws IOException {
    try (Stream<Path> all = Files.list(folder.resolve("entries"))) {
      return all.filter(file -> file.toString().endsWith(ending)).sorted().toList();
    }
  }

  @Test
  void whateverIsAlteredIsNamed() throws IOException {
    Path folder = exported();
    for (Path entry : files(folder, ".json")) {
      byte[] before = Files.readAllBytes(entry);
      byte[] after = before.clone();
      after[before.length / 2] ^= 1;
      Files.write(entry, after);
      refused(folder, entry.getFileName().toString().replace(".json", ""));
      Files.write(entry, before);
    }
    Path lineage = folder.resolve("lineage.json");
    String told = Files.readString(lineage);
    Files.writeString(lineage, told.replace("concordat/9", "concordat/8"));
    refused(folder, "it is altered: it is not what the entries say");
    Files.writeString(lineage, told.replace("\"version\" : 2", "\"version\" : 7"));
    refused(folder, "missing is the entry that released round 3");
    for (String version : List.of("9223372036854775807", "1e30", "-1", "200000", "\"2\"", "2.5")) {
      Files.writeString(lineage, told.replace("\"version\" : 2", "\"version\" : " + version));
      refused(folder, "its version is none");
    }
    Files.writeString(lineage, told.replace("\"version\" : 2", "\"version\" : 100000"));
    refused(folder, "missing is whatever else: rounds from 103 on were not looked at");
    Files.writeString(lineage, "[]");
    refused(folder, "it is no lineage");
    Files.writeString(lineage, told);
    Files.writeString(folder.resolve("more"), "");
    refused(folder, "it is no part of a lineage");
    Files.delete(folder.resolve("more"));
    assertThat(verify(folder).code()).isZero();
  }

  @Test
  void whateverIsLeftOutIsNamed() throws IOException {
    Path folder = exported();
    for (Path proof : files(folder, ".tlog-proof")) {
      Path entry = proof.resolveSibling(proof.getFileName() + ".json");
      Path away = Files.createDirectories(temp.resolve("away"));
      Files.move(entry, away.resolve("entry"), StandardCopyOption.REPLACE_EXISTING);
      refused(folder, entry + ": it is missing");
      Files.move(proof, away.resolve("proof"), StandardCopyOption.REPLACE_EXISTING);
      Cli done = verify(folder);
      assertThat(done.code()).as("without %s", proof).isEqualTo(8);
      assertThat(done.err()).containsAnyOf("missing is ", "not what the entries say");
      Files.move(away.resolve("proof"), proof);
      Files.move(away.resolve("entry"), entry);
    }
    assertThat(verify(folder).code()).isZero();
  }

  /** Proofs under another root that the same key signed: the coordinator's second version. */
  @Test
  void anotherLogAndAnotherHeadAreNamed() throws IOException {
    Path folder = exported();
    Path strangers = Files.createDirectories(temp.resolve("strangers"));
    Founding others = Founding.in(strangers, "demo.yaml");
    Cli foreign = Cli.run("model", "verify", folder, "--genesis", others.genesis());
    assertThat(foreign.code()).isEqualTo(8);
    assertThat(foreign.err()).contains("its head is of another log");
    List<AuditEntry> longer = new ArrayList<>(entries("heart"));
    longer.addAll(entries("lungs"));
    Path grown = write(temp.resolve("grown"), longer);
    Path second = temp.resolve("second");
    assertThat(lineage(grown, "--export", second).code()).isZero();
    for (Path file : List.of(files(folder, ".tlog-proof").get(3))) {
      Files.copy(
          second.resolve("entries").resolve(file.getFileName()),
          file,
          StandardCopyOption.REPLACE_EXISTING);
    }
    refused(folder, "it is under another head of the log");
  }

  @Test
  void whatIsAMembersIsTakenAlongWithItsProofs() throws IOException {
    Path out = temp.resolve("ours");
    JsonNode ours =
        Cli.json(
            "member",
            "export",
            out,
            "--dir",
            log,
            "--home",
            founding.home("budapest"),
            "--as",
            "budapest",
            "--genesis",
            founding.genesis());
    JsonNode job = ours.path("jobs").path(0);
    assertThat(job.path("clause").asText()).isEqualTo("research");
    assertThat(job.path("answers")).hasSize(2);
    assertThat(job.path("answers").path(1).path("outcome").asText()).isEqualTo("deny");
    assertThat(job.path("dataVersions").path(0).asText()).isEqualTo(hex("budapestfirst"));
    assertThat(job.path("rounds")).as("it dropped out of the second").hasSize(1);
    assertThat(job.path("modelsThatRestOnIt")).as("the second begins from the first").hasSize(2);
    assertThat(job.path("deleted").path(0).path("obligation").asText()).isEqualTo("retain-days: 1");
    assertThat(Files.readString(out.resolve("README.md")))
        .contains("heart: its update is in rounds 1; versions 1-2 rest on its data");
    for (Path proof : files(out, ".tlog-proof")) {
      Cli one = Cli.run("audit", "verify-proof", proof, "--genesis", founding.genesis());
      assertThat(one.code()).as(one.err()).isZero();
    }
  }

  @Test
  void aLogThatIsNotWholeIsToldAsSuch() {
    List<AuditEntry> entries = new ArrayList<>(entries("heart"));
    entries.removeIf(entry -> entry.type() == EntryType.DATASET && entry.actor().equals("zurich"));
    Cli done = lineage(write(temp.resolve("log"), entries));
    assertThat(done.code()).isEqualTo(8);
    assertThat(done.out()).contains("MISSING    the data of 'zurich' in round 1");
  }

  /** Of the log's own key, and yet made to run for ever, or to fail without a word. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "heart",
        "heart/",
        "h",
        "lungs/3",
        "heart/-1",
        "heart/+3",
        "heart/1/2",
        "heart/03",
        "heart/100001",
        "heart/9223372036854775807",
        "heart/99999999999999999999"
      })
  void anEntryOfNoVersionIsNamed(String subject) {
    List<AuditEntry> entries = new ArrayList<>(entries("heart"));
    entries.add(
        entry("hostile", EntryType.MODEL_RELEASE, "c", subject, EntryOutcome.OK)
            .inJob("heart")
            .detail("kind", "TRAIN"));
    Path hostile = write(temp.resolve("log"), entries);
    Cli done = lineage(hostile);
    assertThat(done.code()).as(done.err()).isEqualTo(8);
    assertThat(done.err()).contains("its subject '" + subject + "' is no version of job 'heart'");
  }

  @Test
  @Timeout(60)
  void aLogThatLeavesOutMostIsToldOfInTime() {
    List<AuditEntry> entries = new ArrayList<>(entries("heart"));
    entries.add(published("heart", 100_000, "m", "-"));
    Cli done = lineage(write(temp.resolve("log"), entries));
    assertThat(done.code()).as(done.err()).isEqualTo(8);
    assertThat(done.out()).contains("MISSING    whatever else: rounds from 103 on");
  }
}
