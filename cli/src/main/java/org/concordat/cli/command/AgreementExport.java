package org.concordat.cli.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Outputs;
import org.concordat.cli.text.Terminal;
import org.concordat.jurisdictions.agreement.Agreement;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code concordat agreement export}. */
@Command(
    name = "export",
    description = {
      "Write an agreement in an open format for other tools.",
      "odrl: JSON-LD in the terms of the W3C's ODRL 2.2, and of a profile for what it has no word for.",
      "json: the canonical JSON (RFC 8785) that members sign."
    },
    footer = {
      "",
      "Example:",
      "  concordat agreement export agreement.yaml --format odrl --out agreement.jsonld"
    })
final class AgreementExport extends BaseCommand {
  /** What can be written. */
  private enum Format {
    ODRL,
    JSON;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Parameters(paramLabel = "FILE", description = "The agreement, YAML or JSON.")
  private Path file = Path.of("");

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private Format format = Format.ODRL;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      required = true,
      description = "The file to write; it is replaced.")
  private Path out = Path.of("");

  @Override
  ExitCode run(Terminal terminal) throws IOException {
    Agreement agreement = Agreement.read(file);
    byte[] bytes =
        format == Format.ODRL
            ? agreement.toOdrl().getBytes(StandardCharsets.UTF_8)
            : agreement.canonicalJson();
    Outputs.replace(out, bytes);
    terminal.value(
        Terminal.object()
            .put("agreement", agreement.name())
            .put("agreementDigest", agreement.digest())
            .put("format", format.toString())
            .put("file", out.toString())
            .put("bytes", bytes.length));
    terminal.line("%s has %d bytes of %s.".formatted(out, bytes.length, format));
    return ExitCode.OK;
  }
}
