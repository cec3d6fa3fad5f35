package org.concordat.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
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
import org.concordat.certs.Genesis;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.cli.text.Terminal;
import picocli.CommandLine.Command;
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
  @Option(
      names = "--genesis",
      required = true,
      paramLabel = "FILE",
      description = "The genesis that you have pinned.")
  private Path genesis = Path.of("");

  @Option(
      names = "--witnesses",
      paramLabel = "N",
      description = "Demand that N founding agents or more cosigned a head of this log.")
  private int wanted;

  @Parameters(
      paramLabel = "DIR",
      description = "The folder with 'checkpoint', 'log.vkey' and 'tile/'.")
  private Path directory = Path.of("");

  @Override
  ExitCode run(Terminal terminal) {
    Genesis pinned = Genesis.load(genesis);
    List<WitnessKey> members =
        pinned.roster().agents().stream()
            .map(agent -> WitnessKey.of(agent.dnsName(), agent.identityKey().bytes()))
            .toList();
    if (wanted < 0 || wanted > members.size()) {
      throw new Failure(
          ExitCode.USAGE,
          "--witnesses " + wanted + ": the genesis has " + members.size() + " agents",
          "give a number up to that; more than half of them see through a log shown in two versions");
    }
    LogVerifierKey key = LogVerifierKey.parse(pinned.logVkey().value());
    Verification verified = AuditVerifier.verify(directory, key);
    Optional<WitnessedHead> head = WitnessedHead.of(directory, verified, key, members);
    int found = head.map(one -> one.witnesses().size()).orElse(0);
    if (found < wanted) {
      throw new Failure(
          ExitCode.VERIFICATION_FAILED,
          "this log has the cosignatures of " + found + " members, " + wanted + " are demanded",
          "copy the folder again once the members' agents are connected; if that does not help, ask"
              + " the members which head they have seen");
    }
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
