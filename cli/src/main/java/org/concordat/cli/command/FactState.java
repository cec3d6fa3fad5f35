package org.concordat.cli.command;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.concordat.cli.client.ClientOptions;
import org.concordat.cli.client.OwnFacts;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.cli.text.Terminal;
import org.concordat.jurisdictions.FactSheet;
import org.concordat.jurisdictions.InvalidFactException;
import org.concordat.jurisdictions.StatedFact;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code concordat fact state}. */
@Command(
    name = "state",
    description = {
      "State a fact about your own member, or state it anew: signed with your identity key.",
      "The alliance sees it with its evidence and its end, and logs it. No network is needed.",
      "Facts: hosting, hosting-control, key-location, subject-regions, transfer-mechanism,",
      "transfer-reference; docs/policy.md says what each means."
    },
    footer = {
      "",
      "Examples:",
      "  concordat fact state transfer-mechanism swiss-standard-clauses --config agent.yaml \\",
      "      --evidence 'clauses of 2026-03-01, file 12/2026' --expires 2027-03-01",
      "  concordat fact state subject-regions ch eu --config agent.yaml \\",
      "      --evidence 'register of 2026-11-01' --expires 2027-11-01"
    })
final class FactState extends BaseCommand {
  @Mixin private ClientOptions client = new ClientOptions();

  @Parameters(index = "0", paramLabel = "FACT", description = "Its name in policies.")
  private String fact = "";

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "VALUE",
      description = "What is so; several for a set.")
  private List<String> values = List.of();

  @Option(
      names = "--evidence",
      required = true,
      paramLabel = "TEXT",
      description = "What it rests on and where that is filed; it goes into the log.")
  private String evidence = "";

  @Option(
      names = "--expires",
      required = true,
      paramLabel = "DATE",
      description = "The day from which it no longer counts, or a moment; within five years.")
  private String expires = "";

  @Override
  ExitCode run(Terminal terminal) throws IOException {
    Clock clock = Clock.systemUTC();
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    OwnFacts own = new OwnFacts(client.resolve(), clock);
    FactSheet next = own.sheet().with(stated(now));
    own.sign(next);
    FactCommands.signed(terminal, next, now);
    return ExitCode.OK;
  }

  private StatedFact stated(Instant now) {
    try {
      return StatedFact.of(FactCommands.fact(fact), values, evidence, now, end());
    } catch (InvalidFactException wrong) {
      throw new Failure(
          ExitCode.USAGE, String.valueOf(wrong.getMessage()), "'fact state --help' has examples");
    }
  }

  private Instant end() {
    try {
      return expires.contains("T")
          ? Instant.parse(expires)
          : LocalDate.parse(expires).atStartOfDay(ZoneOffset.UTC).toInstant();
    } catch (DateTimeParseException wrong) {
      throw new Failure(
          ExitCode.USAGE,
          "--expires '" + expires + "' is no date",
          "write it as 2027-03-01, or as 2027-03-01T12:00:00Z");
    }
  }
}
