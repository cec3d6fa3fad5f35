package org.concordat.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Terminal;
import org.concordat.jurisdictions.Action;
import org.concordat.jurisdictions.CaseFile;
import org.concordat.jurisdictions.Policy;
import org.concordat.jurisdictions.analysis.Difference;
import org.concordat.jurisdictions.analysis.Differences;
import org.concordat.jurisdictions.analysis.TextChanges;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code concordat policy diff}. */
@Command(
    name = "diff",
    description = {
      "Say who may do what under NEW that they could not under OLD, and the other way round.",
      "All facts and times are looked at. Each difference comes with a case that shows it.",
      "Exit code 0: both give the same answers; 11: they differ; 12: undecided within --limit."
    },
    footer = {
      "",
      "Example:",
      "  concordat policy diff examples/policies/demo.yaml examples/policies/swiss-excluded.yaml"
    })
final class PolicyDiff extends BaseCommand {
  @Parameters(index = "0", paramLabel = "OLD", description = "The policy so far, YAML or JSON.")
  private Path oldFile = Path.of("");

  @Parameters(index = "1", paramLabel = "NEW", description = "The policy to come, YAML or JSON.")
  private Path newFile = Path.of("");

  @Option(
      names = "--cases",
      paramLabel = "DIR",
      description = "Write each example as a case file into this directory.")
  private @Nullable Path cases;

  @Mixin private AnalysisLimit limit = new AnalysisLimit();

  @Override
  ExitCode run(Terminal terminal) throws IOException {
    Policy before = Policy.read(oldFile);
    Policy after = Policy.read(newFile);
    Instant now = Clock.systemUTC().instant().truncatedTo(ChronoUnit.SECONDS);
    Differences found = Differences.between(before, after, now, limit.limits());
    List<String> text = TextChanges.between(before, after);
    terminal.value(json(before, after, found, text));
    print(terminal, found, text);
    Path directory = cases;
    if (directory != null) {
      Files.createDirectories(directory);
      int number = 1;
      for (Difference one : found.changes()) {
        Path out = directory.resolve("case-" + number++ + ".yaml");
        Files.writeString(out, CaseFile.text(one.example()));
      }
    }
    if (!found.changes().isEmpty()) {
      return ExitCode.REFUTED;
    }
    return found.undecided().isEmpty() ? ExitCode.OK : ExitCode.UNDECIDED;
  }

  private static void print(Terminal terminal, Differences found, List<String> text) {
    int number = 1;
    for (List<Difference> group : found.alike()) {
      Difference first = group.get(0);
      List<Action> actions = group.stream().map(Difference::action).toList();
      terminal.line(number++ + ". " + first.text(actions));
      terminal.line("   Example, " + first.action() + ": " + CaseText.line(first.example()));
    }
    found.undecided().forEach(one -> terminal.line(one + "."));
    if (found.none()) {
      terminal.line("Both give the same answers, with the same obligations, to every question.");
    }
    if (!text.isEmpty()) {
      terminal.line("");
      terminal.line("In the files:");
      text.forEach(one -> terminal.line("  - " + one + "."));
    }
  }

  private static ObjectNode json(
      Policy before, Policy after, Differences found, List<String> text) {
    ObjectNode json = Terminal.object();
    json.put("old", before.digest().hex())
        .put("new", after.digest().hex())
        .put("same", found.none());
    ArrayNode changes = json.putArray("changes");
    for (Difference one : found.changes()) {
      ObjectNode change =
          changes
              .addObject()
              .put("action", one.action().text())
              .put("kind", one.kind().text())
              .put("who", one.who())
              .put("entirely", one.entirely())
              .put("text", one.text())
              .put("case", CaseFile.text(one.example()));
      one.duties().forEach(duty -> change.withArray("obligations").add(duty.text()));
    }
    found.undecided().forEach(json.putArray("undecided")::add);
    text.forEach(json.putArray("files")::add);
    return json;
  }
}
