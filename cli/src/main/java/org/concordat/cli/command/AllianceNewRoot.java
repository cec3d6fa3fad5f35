package org.concordat.cli.command;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import org.concordat.certs.Authority;
import org.concordat.certs.OfflineCa;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Outputs;
import org.concordat.cli.text.Terminal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code concordat alliance new-root}. */
@Command(
    name = "new-root",
    description = {
      "Make a new root, offline, in a directory of its own, and certificates of the jurisdictions'",
      "CAs under it. It counts once k members have signed it into a roster ('member roots --add')."
    },
    footer = {
      "",
      "Example, at the keeper of the authority:",
      "  concordat alliance new-root --ca ./offline-ca --new-ca ./offline-ca-2036 --out authority.json"
    })
final class AllianceNewRoot extends BaseCommand {
  @Option(
      names = "--ca",
      required = true,
      paramLabel = "DIR",
      description = "The directory of the offline authority.")
  private Path ca = Path.of("");

  @Option(
      names = "--new-ca",
      required = true,
      paramLabel = "DIR",
      description = "The directory to make, with the new root key.")
  private Path newCa = Path.of("");

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "What the members sign, no secret (default: ${DEFAULT-VALUE}).")
  private Path out = Path.of("authority.json");

  @Override
  ExitCode run(Terminal terminal) throws IOException {
    Authority made = OfflineCa.load(ca).succeed(newCa, Clock.systemUTC()).authority();
    Outputs.create(out, made.toBytes());
    terminal.value(
        Terminal.object()
            .put("root", made.fingerprint().hex())
            .put("notAfter", made.root().getNotAfter().toInstant().toString())
            .put("ca", newCa.toString())
            .put("authority", out.toString()));
    terminal.line("New root " + made.fingerprint() + " in " + newCa);
    terminal.line("Next: k members run 'concordat member roots --add " + out + "'.");
    return ExitCode.OK;
  }
}
