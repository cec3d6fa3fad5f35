package org.concordat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Agreements from the command line, where no alliance is. */
class AgreementCommandsTest {
  @TempDir Path temp;

  private static Path example(String name) {
    return Cli.root().resolve("examples/agreements").resolve(name);
  }

  private Path changed(String from, String to) throws IOException {
    String text = Files.readString(example("federated-hospitals.yaml"));
    assertThat(text).contains(from);
    return Files.writeString(temp.resolve("changed.yaml"), text.replace(from, to));
  }

  @Test
  void itIsReadAndShownInSentences() throws IOException {
    JsonNode json = Cli.json("agreement", "check", example("federated-hospitals.yaml"));
    assertThat(json.path("agreementDigest").asText()).matches("[0-9a-f]{64}");
    Cli shown = Cli.run("agreement", "show", example("federated-hospitals.yaml"));
    assertThat(shown.code()).as(shown.err()).isZero();
    assertThat(shown.out())
        .contains(
            "Agreement 'federated-hospitals' version 1, " + json.path("agreementDigest").asText())
        .contains("  - Nobody may license models under clause 'research'.");
    Cli own =
        Cli.run("agreement", "show", example("federated-hospitals.yaml"), "--party", "cleveland");
    assertThat(own.out())
        .contains("cleveland may use models under clause 'research'.")
        .contains("cleveland may not export models under clause 'research'.");
    Cli nobody =
        Cli.run("agreement", "show", example("federated-hospitals.yaml"), "--party", "rome");
    assertThat(nobody.code()).isEqualTo(5);
    assertThat(nobody.err()).contains("'rome' is no party").contains("Next:");
  }

  @Test
  void mistakesAreToldWithFileAndLine() throws IOException {
    Cli done = Cli.run("agreement", "check", changed("law: CH", "law: XX"));
    assertThat(done.code()).isEqualTo(3);
    assertThat(done.err()).contains("changed.yaml:").contains("'XX' is not a country code");
  }

  @Test
  void aHugeFileIsRefusedAndNotRead() throws IOException {
    Path huge = temp.resolve("huge.yaml");
    try (RandomAccessFile file = new RandomAccessFile(huge.toFile(), "rw")) {
      file.setLength(3L << 30); // takes no room on the disk
    }
    Path out = temp.resolve("out.json");
    for (Object[] command :
        List.of(
            new Object[] {"agreement", "show", huge},
            new Object[] {"agreement", "show", huge, "--party", "zurich"},
            new Object[] {"agreement", "diff", example("federated-hospitals.yaml"), huge},
            new Object[] {"agreement", "export", huge, "--out", out})) {
      Cli done = Cli.run(command);
      assertThat(done.code()).as(List.of(command).toString()).isEqualTo(3);
      assertThat(done.err()).contains("the file has more than 1048576 bytes");
    }
    assertThat(out).doesNotExist();
  }

  @Test
  void aDiffSaysWhoMayDoWhatThatItCouldNotBefore() throws IOException {
    Path later = changed("export: [budapest, zurich]", "export: [zurich, cleveland]");
    Cli done = Cli.run("agreement", "diff", example("federated-hospitals.yaml"), later);
    assertThat(done.code()).as(done.err()).isEqualTo(11);
    assertThat(done.out())
        .contains("cleveland may now export models under clause 'research'.")
        .contains("budapest may no longer export models under clause 'research'.");
    Cli same = Cli.run("agreement", "diff", later, later);
    assertThat(same.code()).isZero();
    assertThat(same.out()).contains("Both say the same.");
  }

  @Test
  void anExportIsJsonLdAndTheCanonicalJsonHasTheDigest() throws IOException {
    Path out = temp.resolve("agreement.jsonld");
    JsonNode said =
        Cli.json(
            "agreement",
            "export",
            example("co-investment-pool.yaml"),
            "--format",
            "odrl",
            "--out",
            out);
    JsonNode written = new ObjectMapper().readTree(out.toFile());
    assertThat(written.path("@type").asText()).isEqualTo("Agreement");
    assertThat(written.path("@context").path("@vocab").asText())
        .isEqualTo("http://www.w3.org/ns/odrl/2/");
    Path json = temp.resolve("agreement.json");
    assertThat(
            Cli.run(
                    "agreement",
                    "export",
                    example("co-investment-pool.yaml"),
                    "--format",
                    "json",
                    "--out",
                    json)
                .code())
        .isZero();
    assertThat(Cli.json("agreement", "check", json).path("agreementDigest"))
        .isEqualTo(said.path("agreementDigest"));
  }
}
