package org.concordat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.concordat.auditlog.AuditLog;
import org.concordat.certs.Genesis;
import org.concordat.certs.RosterChain;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder that explains itself; what its page says is done, and with tools of others. */
class AuditExportTest {
  private static final Pattern BY_HAND = Pattern.compile("(?s)<pre id=\"by-hand\">(.*?)</pre>");

  @TempDir static Path shared;
  private static Founding founding;
  private static Path log;
  @TempDir Path temp;

  @BeforeAll
  static void write() throws IOException {
    founding = Founding.in(shared, "demo.yaml");
    log = CosignedLog.make(founding, shared.resolve("log"), 300, 310, "zurich", "budapest");
  }

  private static Object[] line(Path folder, Path out, Object... more) {
    List<Object> line =
        new ArrayList<>(
            List.of(
                "audit", "export", "--dir", folder, "--genesis", founding.genesis(), "--out", out));
    line.addAll(List.of(more));
    return line.toArray();
  }

  /** The page's commands, in a shell, in the exported folder. */
  private static String byHand(Path folder) throws Exception {
    Matcher commands = BY_HAND.matcher(Files.readString(folder.resolve("README.html")));
    assertThat(commands.find()).isTrue();
    String script =
        commands.group(1).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    Process shell =
        new ProcessBuilder("sh", "-c", script)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    String said = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(shell.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return said;
  }

  @Test
  void theFolderIsWholeAndVerifiesWithWhatIsInIt() throws IOException {
    Path out = temp.resolve("export");
    JsonNode json = Cli.json(line(log, out, "--witnesses", 2));
    assertThat(json.path("size").asLong()).isEqualTo(310);
    assertThat(json.path("entry").asLong()).as("the newest that was cosigned").isEqualTo(299);
    assertThat(out.resolve("genesis.json")).exists();
    assertThat(Files.readAllLines(out.resolve("witnesses.vkey"))).hasSize(3);
    assertThat(
            Cli.run(
                    "audit",
                    "verify",
                    "--genesis",
                    out.resolve("genesis.json"),
                    "--witnesses",
                    2,
                    out.resolve("audit-log"))
                .code())
        .isZero();
    assertThat(
            Cli.run(
                    "audit",
                    "verify-proof",
                    out.resolve("proof/entry.tlog-proof"),
                    "--entry",
                    out.resolve("proof/entry.json"),
                    "--genesis",
                    out.resolve("genesis.json"))
                .code())
        .isZero();
    Cli again = Cli.run(line(log, out));
    assertThat(again.code()).isEqualTo(6);
    try (Stream<Path> left = Files.list(temp)) {
      assertThat(left).containsExactly(out);
    }
  }

  @Test
  void thePageNeedsNoScriptAndNoNetworkAndHasTheFigures() throws IOException {
    Path out = temp.resolve("export");
    Cli.json(line(log, out));
    String page = Files.readString(out.resolve("README.html"));
    assertThat(page)
        .contains("310, numbered from 0 to 309")
        .contains("2 members, the first 300 entries: budapest.eu.hospitals.example (2026-11-21")
        .contains("coordinator/audit+")
        .contains(Cli.json("alliance", "show", founding.genesis()).path("genesis").asText())
        .doesNotContain("{{")
        .doesNotContain("<script")
        .doesNotContain("src=")
        .doesNotContain("<link")
        .doesNotContain("url(")
        .doesNotContain("@import");
  }

  /** Every line of the page that begins with our own command, as it stands there. */
  @Test
  void thePagesOwnCommandsSucceedInTheFolder() throws IOException {
    Path rosters =
        Files.write(
            temp.resolve("rosters"), RosterChain.of(Genesis.load(founding.genesis())).toBytes());
    Path out = temp.resolve("export");
    Cli.json(line(log, out, "--rosters", rosters));
    assertThat(out.resolve("rosters.json")).hasSameBinaryContentAs(rosters);
    List<String> commands =
        Files.readAllLines(out.resolve("README.html")).stream()
            .map(line -> line.replaceAll("<[^>]*>", ""))
            .filter(line -> line.startsWith("concordat "))
            .toList();
    assertThat(commands).hasSize(4).anyMatch(line -> line.contains("--witnesses 2 audit-log"));
    for (String command : commands) {
      Object[] words =
          Stream.of(command.split(" "))
              .skip(1)
              .map(word -> Files.exists(out.resolve(word)) ? out.resolve(word) : word)
              .toArray();
      Cli done = Cli.run(words);
      assertThat(done.code()).as("%s: %s", command, done.err()).isZero();
    }
  }

  @Test
  void anEntryIsCheckedByHandWithOpenssl() throws Exception {
    for (Object index : new Object[] {0, 3, 255, 256, 299, 309}) {
      Path out = temp.resolve("export-" + index);
      Cli.json(line(log, out, "--entry", index));
      String said = byHand(out);
      assertThat(said).contains("the entry is under this root").contains("the log:\n");
      boolean cosigned = !index.equals(309);
      assertThat(said.split("Signature Verified Successfully", -1))
          .as(said)
          .hasSize(cosigned ? 4 : 2);
      assertThat(said.contains("zurich.ch.hospitals.example:")).isEqualTo(cosigned);
    }
  }

  @Test
  void aForgedEntryHeadOrCosignatureIsSeenByHand() throws Exception {
    Path out = temp.resolve("export");
    Cli.json(line(log, out, "--entry", "3"));
    Path entry = out.resolve("proof/entry.json");
    String honest = Files.readString(entry);
    Files.writeString(entry, honest.replace("deny", "allow"));
    assertThat(byHand(out)).contains("THE ENTRY IS NOT UNDER THIS ROOT");
    Files.writeString(entry, honest);
    Path proof = out.resolve("proof/entry.tlog-proof");
    String text = Files.readString(proof);
    Files.writeString(proof, text.replace("\n300\n", "\n301\n"));
    assertThat(byHand(out)).doesNotContain("Verified Successfully");
    Path keys = out.resolve("witnesses.vkey");
    Files.writeString(proof, text);
    Files.writeString(keys, Files.readString(keys).replace("zurich.ch", "zurich.eu"));
    assertThat(byHand(out).split("Verified Successfully", -1)).hasSize(3);
  }

  @Test
  void nothingIsLeftOfAnExportThatIsRefused() throws IOException {
    Path damaged = temp.resolve("damaged");
    try (AuditLog writing = AuditLog.open(damaged, CosignedLog.signer(founding))) {
      CosignedLog.append(writing, 0, 10);
    }
    Path bundle = damaged.resolve("tile/entries/000.p/10");
    Files.writeString(bundle, Files.readString(bundle).replace("deny", "allo"));
    Cli refused = Cli.run(line(damaged, temp.resolve("out")));
    assertThat(refused.code()).as(refused.err()).isEqualTo(8);
    Cli unseen = Cli.run(line(log, temp.resolve("out"), "--witnesses", 3));
    assertThat(unseen.code()).isEqualTo(8);
    assertThat(unseen.err()).contains("2 members, 3 are demanded");
    assertThat(Cli.run(line(log, temp.resolve("out"), "--entry", "none")).code()).isEqualTo(5);
    try (Stream<Path> left = Files.list(temp)) {
      assertThat(left).containsExactly(damaged);
    }
  }
}
