package org.concordat.cli.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.concordat.auditlog.AuditFilter;
import org.concordat.auditlog.EntryOutcome;
import org.concordat.auditlog.EntryType;
import org.concordat.auditlog.LogVerifierKey;
import org.concordat.auditlog.LoggedEntry;
import org.concordat.certs.Genesis;
import org.concordat.cli.client.Client;
import org.concordat.cli.client.ClientOptions;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.cli.text.Terminal;
import org.concordat.iam.Permission;
import org.concordat.protocol.v1.AuditQueryRequest;
import org.concordat.protocol.v1.AuditRecord;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code concordat audit query}. */
@Command(
    name = "query",
    description = {
      "Print matching entries of the signed log, oldest first: from the coordinator, or offline from a copy.",
      "With --output json, one entry a line."
    },
    footer = {
      "",
      "Example:",
      "  concordat audit query --type access --outcome deny --config client.yaml",
      "Example, offline:",
      "  concordat audit query --dir ./copy-of-audit-log --genesis genesis.json --job breast-cancer"
    })
final class AuditQuery extends BaseCommand {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @Mixin private ClientOptions client = new ClientOptions();

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "A copied log folder to read instead of asking the coordinator.")
  private @Nullable Path directory;

  @Option(
      names = "--type",
      paramLabel = "TYPE",
      description = "access, consent, phase, decision, model-release, ...")
  private String type = "";

  @Option(names = "--actor", paramLabel = "ID", description = "Who did it.")
  private String actor = "";

  @Option(names = "--subject", paramLabel = "ID", description = "What it was done to.")
  private String subject = "";

  @Option(names = "--job", paramLabel = "JOB", description = "The job concerned.")
  private String job = "";

  @Option(names = "--round", paramLabel = "N", description = "The round concerned, from 1.")
  private long round;

  @Option(names = "--outcome", paramLabel = "OUTCOME", description = "allow, deny, ok or failed.")
  private String outcome = "";

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description = "From this time on, such as 2026-11-21T09:00:00Z.")
  private String since = "";

  @Option(names = "--until", paramLabel = "TIME", description = "Before this time.")
  private String until = "";

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "At most so many (default: ${DEFAULT-VALUE}).")
  private int limit = 1000;

  @Override
  ExitCode run(Terminal terminal) throws IOException {
    AuditFilter filter = filter();
    if (directory != null) {
      LogVerifierKey key =
          LogVerifierKey.parse(Genesis.load(client.genesisFile()).logVkey().value());
      try (Stream<LoggedEntry> found =
          org.concordat.auditlog.AuditQuery.run(directory, key, filter)) {
        found.forEach(logged -> print(terminal, logged.index(), logged.entry().json()));
      }
      return ExitCode.OK;
    }
    try (Client connected =
        Client.connect(client.resolve(), Permission.READ_AUDIT, Clock.systemUTC())) {
      Iterator<AuditRecord> found = connected.stream().queryAudit(request());
      while (found.hasNext()) {
        AuditRecord entry = found.next();
        print(terminal, entry.getIndex(), entry.getJson());
      }
      return ExitCode.OK;
    }
  }

  private AuditQueryRequest request() {
    return AuditQueryRequest.newBuilder()
        .setType(type)
        .setActor(actor)
        .setSubject(subject)
        .setJob(job)
        .setRound(round)
        .setOutcome(outcome)
        .setSince(since)
        .setUntil(until)
        .setLimit(limit)
        .build();
  }

  private AuditFilter filter() {
    AuditFilter filter = AuditFilter.ALL.limit(limit);
    filter = type.isEmpty() ? filter : filter.ofType(type());
    filter = outcome.isEmpty() ? filter : filter.with(outcome());
    filter = actor.isEmpty() ? filter : filter.by(actor);
    filter = subject.isEmpty() ? filter : filter.about(subject);
    filter = job.isEmpty() ? filter : filter.inJob(job);
    filter = round == 0 ? filter : filter.inRound(round);
    filter = since.isEmpty() ? filter : filter.since(instant("--since", since));
    return until.isEmpty() ? filter : filter.until(instant("--until", until));
  }

  private EntryType type() {
    return EntryType.of(type)
        .orElseThrow(
            () ->
                new Failure(
                    ExitCode.USAGE,
                    "--type '" + type + "' is none",
                    "types are "
                        + Arrays.stream(EntryType.values())
                            .map(EntryType::text)
                            .collect(Collectors.joining(", "))));
  }

  private EntryOutcome outcome() {
    return EntryOutcome.of(outcome)
        .orElseThrow(
            () ->
                new Failure(
                    ExitCode.USAGE,
                    "--outcome '" + outcome + "' is none",
                    "outcomes are allow, deny, ok, failed"));
  }

  private static Instant instant(String option, String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException malformed) {
      throw new Failure(
          ExitCode.USAGE,
          option + " '" + text + "' is no time",
          "write it as 2026-11-21T09:00:00Z");
    }
  }

  private static void print(Terminal terminal, long index, String text) {
    JsonNode entry = parse(text);
    ObjectNode json = Terminal.object().put("index", index);
    json.set("entry", entry);
    terminal.value(json);
    String where =
        entry.has("job")
            ? " ["
                + entry.get("job").asText()
                + (entry.has("round") ? " round " + entry.get("round").asText() : "")
                + "]"
            : "";
    terminal.line(
        index
            + "  "
            + entry.path("time").asText()
            + "  "
            + entry.path("type").asText()
            + "  "
            + entry.path("outcome").asText()
            + "  "
            + entry.path("actor").asText()
            + " -> "
            + entry.path("subject").asText()
            + where);
    String explanation = entry.path("details").path("explanation").asText();
    if (!explanation.isEmpty()) {
      terminal.line("    " + explanation.replace("\n", "\n    "));
    }
  }

  private static JsonNode parse(String text) {
    try {
      return MAPPER.readTree(text);
    } catch (JsonProcessingException malformed) {
      throw new Failure(
          ExitCode.VERIFICATION_FAILED,
          "an entry of the log is not JSON",
          "run 'concordat audit verify' on a copy",
          malformed);
    }
  }
}
