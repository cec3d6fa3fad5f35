package org.concordat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.concordat.auditlog.AuditLog;
import org.concordat.certs.Genesis;
import org.concordat.certs.MemberId;
import org.concordat.certs.MemberSignature;
import org.concordat.certs.ParticipantKeys;
import org.concordat.certs.Roster;
import org.concordat.certs.RosterChain;
import org.concordat.certs.SignedRoster;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One entry of the log, shown and proved to somebody who has the genesis and nothing else. */
class AuditProofTest {
  private static final String ZURICH = "zurich.ch.hospitals.example";

  @TempDir static Path shared;
  private static Founding founding;
  private static Path log;
  @TempDir Path temp;

  @BeforeAll
  static void write() throws IOException {
    founding = Founding.in(shared, "demo.yaml");
    log = CosignedLog.make(founding, shared.resolve("log"), 300, 310, "zurich", "budapest");
  }

  private static Cli show(Object... what) {
    return Cli.run(with("show", "--dir", log, "--genesis", founding.genesis(), what));
  }

  private static Object[] with(String command, Object... rest) {
    List<Object> line = new ArrayList<>(List.of("audit", command));
    for (Object each : rest) {
      line.addAll(each instanceof Object[] more ? List.of(more) : List.of(each));
    }
    return line.toArray();
  }

  private Path prove(Object entry) {
    Path proof = temp.resolve("entry.tlog-proof");
    Cli done =
        Cli.run(
            with(
                "prove",
                "--dir",
                log,
                "--genesis",
                founding.genesis(),
                "--out",
                proof,
                String.valueOf(entry)));
    assertThat(done.code()).as(done.err()).isZero();
    return proof;
  }

  private static Cli verify(Path proof, Object... more) {
    return Cli.run(with("verify-proof", "--genesis", founding.genesis(), proof, more));
  }

  @Test
  void anEntryIsShownWholeAndProved() throws IOException {
    Cli byIndex = show("3");
    assertThat(byIndex.code()).as(byIndex.err()).isZero();
    assertThat(byIndex.out())
        .contains("Entry      3\n")
        .contains("Id         consent/heart/3\n")
        .contains("When       2026-11-21 09:00:03.250 UTC\n")
        .contains("What       access: somebody asked for something, and was allowed or denied\n")
        .contains("Outcome    deny\n")
        .contains("Who        zurich\n")
        .contains("To what    concordat.v1.Operations/SubmitJob\n")
        .contains("Job        heart\n")
        .contains("Round      4\n")
        .contains("explanation: No rule allows it.\n")
        .contains("SHA-256 of certificate: " + "ab".repeat(32) + "\n")
        .contains("Proved     it is among the first 300 entries of coordinator/audit")
        .contains("Witnesses  budapest.eu.hospitals.example at 2026-11-21 10:00:00.000 UTC\n")
        .contains("           " + ZURICH);
    assertThat(show("consent/heart/3").out()).isEqualTo(byIndex.out());
    assertThat(show("305").out())
        .contains("among the first 310 entries")
        .contains("no member's cosignature");
    JsonNode json = Cli.json(with("show", "--dir", log, "--genesis", founding.genesis(), "4"));
    assertThat(json.path("index").asLong()).isEqualTo(4);
    assertThat(json.path("entry").path("attempt").asLong()).isEqualTo(1);
    assertThat(json.path("proved").asBoolean()).isTrue();
    assertThat(json.path("witnesses").path(ZURICH).asText()).isEqualTo("2026-11-21T10:00:00Z");
  }

  @Test
  void whatIsNotThereIsNotFound() {
    for (String absent : new String[] {"310", "consent/lungs/1"}) {
      Cli done = show(absent);
      assertThat(done.code()).isEqualTo(5);
      assertThat(done.err()).contains("no entry '" + absent + "'").contains("310 entries");
    }
    assertThat(Cli.run("audit", "show", "1", "--dir", "none", "--genesis", founding.genesis()))
        .extracting(Cli::code)
        .isEqualTo(5);
  }

  @Test
  void twoFilesProveAnEntryOffline() throws IOException {
    Path proof = prove("consent/heart/3");
    assertThat(Files.readString(proof)).startsWith("c2sp.org/tlog-proof@v1\nindex 3\n");
    Path entry = proof.resolveSibling("entry.tlog-proof.json");
    assertThat(Files.readAllBytes(entry)).isEqualTo(CosignedLog.entry(3).canonicalBytes());
    Cli verified = verify(proof, "--witnesses", 2);
    assertThat(verified.code()).as(verified.err()).isZero();
    assertThat(verified.out())
        .contains("Outcome    deny")
        .contains("among the first 300")
        .contains(ZURICH);
    assertThat(verify(proof, "--witnesses", 3).code()).isEqualTo(8);
    assertThat(verify(proof, "--witnesses", 3).err())
        .contains("the proof's head has the cosignatures of 2 members, 3 are demanded");
    assertThat(verify(proof, "--witnesses", 4).code()).isEqualTo(2);
    Path elsewhere = Files.move(entry, temp.resolve("moved"));
    assertThat(verify(proof).code()).isEqualTo(5);
    assertThat(verify(proof, "--entry", elsewhere).code()).isZero();
  }

  /** Its cosignature is on both histories; that of a second member can only be on one. */
  @Test
  void aWitnessThatSignsEverythingIsNotEnough() throws IOException {
    Path fork = temp.resolve("fork");
    try (AuditLog writing = AuditLog.open(fork, CosignedLog.signer(founding))) {
      CosignedLog.append(writing, 1, 2);
    }
    CosignedLog.make(founding, fork, 300, 310, "zurich");
    for (Path each : new Path[] {log, fork}) {
      assertThat(
              Cli.run(with("verify", "--genesis", founding.genesis(), "--witnesses", 1, each))
                  .code())
          .isZero();
    }
    Cli demanded = Cli.run(with("verify", "--genesis", founding.genesis(), "--witnesses", 2, fork));
    assertThat(demanded.code()).isEqualTo(8);
    assertThat(demanded.err()).contains("cosignatures of 1 members, 2 are demanded");
    Files.copy(
        log.resolve("checkpoint.witnessed"),
        fork.resolve("checkpoint.witnessed"),
        StandardCopyOption.REPLACE_EXISTING);
    for (Object[] command :
        new Object[][] {
          with("verify", "--genesis", founding.genesis(), fork),
          with("show", "--dir", fork, "--genesis", founding.genesis(), "3"),
          with(
              "prove",
              "--dir",
              fork,
              "--genesis",
              founding.genesis(),
              "--out",
              temp.resolve("p"),
              "3"),
          with("export", "--dir", fork, "--genesis", founding.genesis(), "--out", temp.resolve("e"))
        }) {
      Cli refused = Cli.run(command);
      assertThat(refused.code()).as("%s", command[1]).isEqualTo(8);
      assertThat(refused.err()).contains("the log was forked");
    }
    assertThat(temp.resolve("p.json")).doesNotExist();
    assertThat(temp.resolve("e")).doesNotExist();
  }

  /** Of a roster that the members signed after the founding: who has left does not count. */
  @Test
  void laterRostersSayWhoseCosignaturesCount() throws IOException {
    Genesis genesis = Genesis.load(founding.genesis());
    Roster without = genesis.roster().removed(new MemberId("budapest"), "contract ended");
    List<MemberSignature> approvals =
        Stream.of("zurich", "cleveland")
            .map(one -> ParticipantKeys.load(founding.home(one).resolve("keys")))
            .map(keys -> without.approve(genesis.roster(), keys))
            .toList();
    Path rosters = temp.resolve("rosters.json");
    Files.write(
        rosters, RosterChain.of(genesis).append(new SignedRoster(without, approvals)).toBytes());
    Path proof = prove(3);
    assertThat(verify(proof, "--rosters", rosters, "--witnesses", 1).code()).isZero();
    assertThat(verify(proof, "--rosters", rosters, "--witnesses", 2).err())
        .contains("cosignatures of 1 members, 2 are demanded");
    assertThat(verify(proof, "--rosters", rosters, "--witnesses", 3).err())
        .contains("the last roster has 2 agents");
    assertThat(
            Cli.run(
                    with(
                        "verify",
                        "--genesis",
                        founding.genesis(),
                        "--rosters",
                        rosters,
                        log,
                        "--witnesses",
                        2))
                .code())
        .isEqualTo(8);
    Files.writeString(rosters, Files.readString(rosters).replace("contract", "contrast"));
    assertThat(verify(proof, "--rosters", rosters).code()).isEqualTo(8);
  }

  @Test
  void nothingIsOverwritten() throws IOException {
    Path proof = prove(1);
    Files.delete(beside(proof));
    Object[] again =
        with("prove", "--dir", log, "--genesis", founding.genesis(), "--out", proof, "2");
    assertThat(Cli.run(again).code()).isEqualTo(6);
    assertThat(beside(proof)).doesNotExist();
    assertThat(Files.readString(proof)).contains("index 1\n");
  }

  @Test
  void aChangedEntryProofOrKeyIsRefused() throws IOException {
    Path proof = prove(3);
    Path entry = beside(proof);
    byte[] bytes = Files.readAllBytes(entry);
    Files.writeString(entry, Files.readString(entry).replace("deny", "deni"));
    Cli forged = verify(proof);
    assertThat(forged.code()).isEqualTo(8);
    assertThat(forged.out()).isEmpty();
    assertThat(forged.err()).contains("it leads to root").contains("Next:");
    Files.writeString(entry, new String(bytes, StandardCharsets.UTF_8) + "\n");
    assertThat(verify(proof).err()).contains("one more line end");
    Files.write(entry, new byte[70_000]);
    assertThat(verify(proof).code()).isEqualTo(8);
    Files.write(entry, bytes);
    assertThat(verify(proof).code()).isZero();
    String text = Files.readString(proof);
    for (String other :
        new String[] {
          text.replace("index 3", "index 4"),
          text.replace("\n300\n", "\n301\n"),
          text.replace("coordinator/audit", "coordinator/other"),
          text.substring(0, text.length() - 9) + text.substring(text.length() - 8),
          "nonsense"
        }) {
      Files.writeString(proof, other);
      assertThat(verify(proof).code()).as(other).isEqualTo(8);
    }
    Files.writeString(proof, text);
    Founding others = Founding.in(temp.resolve("others"), "demo.yaml");
    assertThat(Cli.run("audit", "verify-proof", proof, "--genesis", others.genesis()).code())
        .isEqualTo(8);
  }

  private static Path beside(Path proof) {
    return proof.resolveSibling(proof.getFileName() + ".json");
  }
}
