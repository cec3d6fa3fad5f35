package org.concordat.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.concordat.auditlog.AuditVerifier;
import org.concordat.auditlog.EntryType;
import org.concordat.auditlog.LogVerifierKey;
import org.concordat.auditlog.Verification;
import org.concordat.certs.Genesis;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Terminal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code concordat audit verify}. */
@Command(
    name = "verify",
    description = {
      "Verify a copied log folder whole and offline: signature, every entry, every tile, nothing missing.",
      "The key comes from your pinned genesis, never from the folder."
    },
    footer = {
      "",
      "Example:",
      "  concordat audit verify --genesis genesis.json ./copy-of-audit-log"
    })
final class AuditVerify extends BaseCommand {
  @Option(
      names = "--genesis",
      required = true,
      paramLabel = "FILE",
      description = "The genesis that you have pinned.")
  private Path genesis = Path.of("");

  @Parameters(
      paramLabel = "DIR",
      description = "The folder with 'checkpoint', 'log.vkey' and 'tile/'.")
  private Path directory = Path.of("");

  @Override
  ExitCode run(Terminal terminal) {
    LogVerifierKey key = LogVerifierKey.parse(Genesis.load(genesis).logVkey().value());
    Verification verified = AuditVerifier.verify(directory, key);
    Map<String, Long> counts = new TreeMap<>();
    for (Map.Entry<EntryType, Long> count : verified.entriesByType().entrySet()) {
      counts.put(count.getKey().text(), count.getValue());
    }
    ObjectNode json =
        Terminal.object()
            .put("verified", true)
            .put("origin", key.name())
            .put("size", verified.size())
            .put("root", verified.root().toString());
    ObjectNode types = json.putObject("entries");
    counts.forEach(types::put);
    terminal.value(json);
    terminal.line("Verified: " + verified.size() + " entries of " + key.name());
    terminal.line("Root      " + verified.root());
    terminal.line("From      " + verified.first().map(Instant::toString).orElse("-"));
    terminal.line("To        " + verified.last().map(Instant::toString).orElse("-"));
    counts.forEach((type, count) -> terminal.line("  " + type + ": " + count));
    return ExitCode.OK;
  }
}
