package org.concordat.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.concordat.auditlog.AuditVerifier;
import org.concordat.auditlog.EntryType;
import org.concordat.auditlog.LogVerifierKey;
import org.concordat.auditlog.Verification;
import org.concordat.auditlog.WitnessKey;
import org.concordat.auditlog.WitnessedHead;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Terminal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code concordat audit verify}. */
@Command(
    name = "verify",
    description = {
      "Verify a copied log folder whole and offline: signature, every entry, every tile, nothing missing.",
      "The key comes from your pinned genesis, never from the folder.",
      "Where members cosigned the log's head (checkpoint.witnessed), that is verified and told."
    },
    footer = {
      "",
      "Example:",
      "  concordat audit verify --genesis genesis.json --witnesses 3 ./copy-of-audit-log"
    })
final class AuditVerify extends BaseCommand {
  @Mixin private PinnedLog pinned = new PinnedLog();

  @Option(
      names = "--witnesses",
      paramLabel = "N",
      description =
          "Demand that N agents or more cosigned a head of this log: founding ones, or of --rosters.")
  private int wanted;

  @Parameters(
      paramLabel = "DIR",
      description = "The folder with 'checkpoint', 'log.vkey' and 'tile/'.")
  private Path directory = Path.of("");

  @Override
  ExitCode run(Terminal terminal) throws IOException {
    List<WitnessKey> members = pinned.witnesses(wanted);
    LogVerifierKey key = pinned.key();
    Verification verified = AuditVerifier.verify(directory, key);
    Optional<WitnessedHead> head = WitnessedHead.of(directory, verified, key, members);
    PinnedLog.require(
        wanted,
        head.orElse(null),
        "this log",
        "copy the folder again once the members' agents are connected; if that does not help, ask"
            + " the members which head they have seen");
    Map<String, Long> counts = new TreeMap<>();
    for (Map.Entry<EntryType, Long> count : verified.entriesByType().entrySet()) {
      counts.put(count.getKey().text(), count.getValue());
    }
    terminal.value(json(key, verified, head, counts));
    terminal.line("Verified: " + verified.size() + " entries of " + key.name());
    terminal.line("Root      " + verified.root());
    terminal.line("From      " + verified.first().map(Instant::toString).orElse("-"));
    terminal.line("To        " + verified.last().map(Instant::toString).orElse("-"));
    terminal.line("Witnesses " + head.map(one -> witnesses(one, verified)).orElse("none"));
    counts.forEach((type, count) -> terminal.line("  " + type + ": " + count));
    int known = pinned.roster().version(); // the first one is the genesis', and no entry
    if (verified.entriesByType().getOrDefault(EntryType.ROSTER, 0L) >= known) {
      terminal.note(
          "The log tells of rosters after version "
              + known
              + ": keys that were replaced or revoked since counted as witnesses. Next: 'member list"
              + " --rosters-out FILE', and this again with --rosters FILE.");
    }
    return ExitCode.OK;
  }

  private static String witnesses(WitnessedHead head, Verification verified) {
    return "%d members cosigned the first %d entries, %d are newer: %s"
        .formatted(
            head.witnesses().size(),
            head.checkpoint().size(),
            verified.size() - head.checkpoint().size(),
            String.join(", ", new TreeSet<>(head.witnesses().keySet())));
  }

  private static ObjectNode json(
      LogVerifierKey key,
      Verification verified,
      Optional<WitnessedHead> head,
      Map<String, Long> counts) {
    ObjectNode json =
        Terminal.object()
            .put("verified", true)
            .put("origin", key.name())
            .put("size", verified.size())
            .put("root", verified.root().toString());
    ObjectNode witnessed =
        json.putObject("witnessed")
            .put("size", head.map(one -> one.checkpoint().size()).orElse(0L));
    ObjectNode by = witnessed.putObject("by");
    head.ifPresent(
        one ->
            new TreeMap<>(one.witnesses()).forEach((name, time) -> by.put(name, time.toString())));
    ObjectNode types = json.putObject("entries");
    counts.forEach(types::put);
    return json;
  }
}
