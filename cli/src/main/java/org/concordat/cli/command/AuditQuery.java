package org.concordat.cli.command;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.concordat.auditlog.AuditField;
import org.concordat.auditlog.AuditFilter;
import org.concordat.auditlog.Checkpoint;
import org.concordat.auditlog.EntryOutcome;
import org.concordat.auditlog.EntryType;
import org.concordat.auditlog.LogVerifierKey;
import org.concordat.auditlog.LoggedEntry;
import org.concordat.certs.Genesis;
import org.concordat.cli.client.AnsweredLog;
import org.concordat.cli.client.Client;
import org.concordat.cli.client.ClientOptions;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.cli.text.Terminal;
import org.concordat.iam.Permission;
import org.concordat.protocol.v1.AuditQueryRequest;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code concordat audit query}. */
@Command(
    name = "query",
    description = {
      "Print matching entries of the signed log, oldest first: from the coordinator, or offline from a copy.",
      "What is shown is proved, also by the coordinator: it leads to the root that the log's key signed.",
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

  @Option(
      names = "--member",
      paramLabel = "MEMBER",
      description = "Who did it, or what it was done to.")
  private String member = "";

  @Option(
      names = "--person",
      paramLabel = "HASH",
      description = "Somebody who signed in, by the keyed hash that entries have as 'person'.")
  private String person = "";

  @Option(
      names = "--data-version",
      paramLabel = "SHA256",
      description = "Where a data set was used in this version: its digest, as entries have it.")
  private String dataVersion = "";

  @Option(names = "--job", paramLabel = "JOB", description = "The job concerned.")
  private String job = "";

  @Option(names = "--round", paramLabel = "N", description = "The round concerned, from 1.")
  private @Nullable Long round;

  @Option(names = "--outcome", paramLabel = "OUTCOME", description = "allow, deny, ok or failed.")
  private String outcome = "";

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description = "From this time on, such as 2026-11-21T09:00:00Z, or 2026-11-21 (UTC).")
  private String since = "";

  @Option(
      names = "--until",
      paramLabel = "TIME",
      description = "Before this time; of a date, before its first second (UTC).")
  private String until = "";

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "At most so many (default: ${DEFAULT-VALUE}).")
  private int limit = 1000;

  @Option(
      names = "--after",
      paramLabel = "INDEX",
      description = "Only entries after this one: the last index of the page before.")
  private @Nullable Long after;

  @Override
  ExitCode run(Terminal terminal) throws IOException {
    AuditFilter filter = filter();
    AuditPage page = new AuditPage(terminal, limit);
    if (directory != null) {
      LogVerifierKey key =
          LogVerifierKey.parse(Genesis.load(client.genesisFile()).logVkey().value());
      try (Stream<LoggedEntry> found =
          org.concordat.auditlog.AuditQuery.run(directory, key, filter)) {
        found.forEach(logged -> page.add(logged.index(), logged.entry().json()));
      }
    } else {
      try (Client connected =
          Client.connect(client.resolve(), Permission.READ_AUDIT, Clock.systemUTC())) {
        Checkpoint head =
            new AnsweredLog(connected)
                .query(
                    request(),
                    logged -> {
                      requireMatch(filter, logged);
                      page.add(logged.index(), logged.entry().json());
                    });
        page.end();
        terminal.note(
            "Proved: each entry is among the first %d of %s, as the log's key signed. Whether more match, a copy shows (--dir)."
                .formatted(head.size(), head.origin()));
        return ExitCode.OK;
      }
    }
    page.end();
    return ExitCode.OK;
  }

  private static void requireMatch(AuditFilter filter, LoggedEntry logged) {
    if (!filter.matches(logged.entry())) {
      throw new Failure(
          ExitCode.VERIFICATION_FAILED,
          "the coordinator answered entry " + logged.index() + ", which does not match",
          "copy the log and ask the copy (--dir)");
    }
  }

  private AuditQueryRequest request() {
    return AuditQueryRequest.newBuilder()
        .setType(type)
        .setActor(actor)
        .setSubject(subject)
        .setMember(member)
        .setPerson(person)
        .setDataVersion(dataVersion())
        .setJob(job)
        .setRound(round == null ? 0 : round)
        .setOutcome(outcome)
        .setSince(since.isEmpty() ? "" : instant("--since", since).toString())
        .setUntil(until.isEmpty() ? "" : instant("--until", until).toString())
        .setFromIndex(from())
        .setLimit(limit + 1)
        .build();
  }

  /** One more than is shown, so that the page's end can say whether it is the log's. */
  private AuditFilter filter() {
    if (limit < 1 || limit >= AuditFilter.MAX_LIMIT) {
      throw new Failure(
          ExitCode.USAGE,
          "--limit " + limit + " is not in 1 to " + (AuditFilter.MAX_LIMIT - 1),
          "take a smaller page, and --after for the next");
    }
    if (round != null && round < 1) {
      throw new Failure(ExitCode.USAGE, "--round " + round + " is none", "rounds count from 1");
    }
    AuditFilter filter = AuditFilter.ALL.from(from()).limit(limit + 1);
    filter = type.isEmpty() ? filter : filter.ofType(type());
    filter = outcome.isEmpty() ? filter : filter.with(outcome());
    filter = with(filter, AuditField.ACTOR, actor);
    filter = with(filter, AuditField.SUBJECT, subject);
    filter = with(filter, AuditField.MEMBER, member);
    filter = with(filter, AuditField.PERSON, person);
    filter = with(filter, AuditField.DATA_VERSION, dataVersion());
    filter = with(filter, AuditField.JOB, job);
    filter = round == null ? filter : with(filter, AuditField.ROUND, String.valueOf(round));
    filter = since.isEmpty() ? filter : filter.since(instant("--since", since));
    return until.isEmpty() ? filter : filter.until(instant("--until", until));
  }

  private static AuditFilter with(AuditFilter filter, AuditField field, String value) {
    return value.isEmpty() ? filter : filter.with(field, value);
  }

  private String dataVersion() {
    if (!dataVersion.isEmpty() && !dataVersion.matches("[0-9a-fA-F]{64}")) {
      throw new Failure(
          ExitCode.USAGE,
          "--data-version '" + dataVersion + "' is no SHA-256",
          "give the 64 hexadecimal digits that an entry of type dataset has");
    }
    return dataVersion.toLowerCase(Locale.ROOT);
  }

  private long from() {
    if (after == null) {
      return 0;
    }
    if (after < 0) {
      throw new Failure(
          ExitCode.USAGE, "--after " + after + " is no index", "entries count from 0");
    }
    return after + 1;
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
      return text.contains("T")
          ? OffsetDateTime.parse(text).toInstant()
          : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
    } catch (DateTimeParseException malformed) {
      throw new Failure(
          ExitCode.USAGE,
          option + " '" + text + "' is no time",
          "write it as 2026-11-21T09:00:00Z, or as 2026-11-21 for midnight UTC");
    }
  }
}
