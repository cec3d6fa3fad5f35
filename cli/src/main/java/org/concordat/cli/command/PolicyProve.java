package org.concordat.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.cli.text.Terminal;
import org.concordat.jurisdictions.Action;
import org.concordat.jurisdictions.CaseFile;
import org.concordat.jurisdictions.Condition;
import org.concordat.jurisdictions.ConditionReader;
import org.concordat.jurisdictions.FactName;
import org.concordat.jurisdictions.Policy;
import org.concordat.jurisdictions.analysis.Analysis;
import org.concordat.jurisdictions.analysis.Answer;
import org.concordat.jurisdictions.analysis.Claim;
import org.concordat.jurisdictions.analysis.Question;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code concordat policy prove}. */
@Command(
    name = "prove",
    description = {
      "Prove a claim about a policy for all facts and all times, or refute it with a case.",
      "A claim in words: " + Claim.FORMS + ".",
      "Exit code 0: it holds; 11: it does not, and the case says why; 12: undecided within --limit."
    },
    footer = {
      "",
      "Examples:",
      "  concordat policy prove examples/policies/demo.yaml \\",
      "      'no update of a ch member is aggregated outside ch'",
      "  concordat policy prove examples/policies/demo.yaml \\",
      "      --never submit --when '{fact: cohort-size, atMost: 2}' --counterexample case.yaml"
    })
final class PolicyProve extends BaseCommand {
  @Parameters(index = "0", paramLabel = "POLICY", description = "The policy, YAML or JSON.")
  private Path file = Path.of("");

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "CLAIM",
      description = "The claim in words, in quotes.")
  private @Nullable String claim;

  @Option(
      names = "--never",
      paramLabel = "ACTION",
      description = "Instead of words: this action is never allowed.")
  private @Nullable String never;

  @Option(
      names = "--always",
      paramLabel = "ACTION",
      description = "Instead of words: this action is always allowed.")
  private @Nullable String always;

  @Option(
      names = "--when",
      paramLabel = "CONDITION",
      description = "Only where this holds, written as in a policy; may be repeated.")
  private List<String> when = List.of();

  @Option(
      names = "--without",
      paramLabel = "FACT",
      description = "Only where this fact is not stated, or has expired; may be repeated.")
  private List<String> without = List.of();

  @Option(
      names = "--complete",
      description =
          "Only where every fact that the rules read is stated and taken, and lists are in force.")
  private boolean complete;

  @Option(
      names = "--counterexample",
      paramLabel = "FILE",
      description = "Write the case here; 'policy explain --case FILE' answers it.")
  private @Nullable Path counterexample;

  @Mixin private AnalysisLimit limit = new AnalysisLimit();

  @Override
  ExitCode run(Terminal terminal) throws IOException {
    Policy policy = Policy.read(file);
    Question question = question(policy);
    long start = System.nanoTime();
    Answer answer = Analysis.prove(policy, question, Clock.systemUTC().instant(), limit.limits());
    long millis = (System.nanoTime() - start) / 1_000_000;
    ObjectNode json =
        Terminal.object()
            .put("policyDigest", policy.digest().hex())
            .put("claim", question.text())
            .put("millis", millis);
    terminal.line("Claim: " + question.text() + ".");
    if (answer instanceof Answer.Proved proved) {
      terminal.value(json.put("answer", "proved").put("comparisons", proved.comparisons()));
      terminal.line(
          "Proved for all facts and times, with " + proved.comparisons() + " comparisons.");
      return ExitCode.OK;
    }
    if (answer instanceof Answer.Refuted refuted) {
      return refuted(terminal, json, refuted);
    }
    String why = ((Answer.Undecided) answer).why();
    terminal.value(json.put("answer", "undecided").put("why", why));
    terminal.line("Undecided: " + why + ". Nothing is proved. Next: give a larger --limit.");
    return ExitCode.UNDECIDED;
  }

  private ExitCode refuted(Terminal terminal, ObjectNode json, Answer.Refuted refuted)
      throws IOException {
    String text = CaseFile.text(refuted.counterexample());
    terminal.value(
        json.put("answer", "refuted")
            .put("case", text)
            .put("explanation", refuted.decision().explain()));
    terminal.line("It does not hold. In this case:");
    terminal.line("");
    text.lines().forEach(line -> terminal.line("  " + line));
    terminal.line("");
    refuted.decision().explain().lines().forEach(terminal::line);
    Path out = counterexample;
    if (out != null) {
      Files.writeString(out, text);
      terminal.line("");
      terminal.line("Next: concordat policy explain " + file + " --case " + out + ".");
    }
    return ExitCode.REFUTED;
  }

  private Question question(Policy policy) {
    List<String> forms =
        Stream.of(
                Optional.ofNullable(claim), Optional.ofNullable(never), Optional.ofNullable(always))
            .flatMap(Optional::stream)
            .toList();
    if (forms.size() != 1) {
      throw new Failure(
          ExitCode.USAGE,
          forms.isEmpty() ? "it is not said what to prove" : "more than one claim is given",
          "give one claim in words, or one of --never and --always");
    }
    boolean inWords = never == null && always == null;
    Question asked =
        inWords
            ? Claim.parse(forms.get(0), policy)
            : new Question(action(forms.get(0)), always != null, List.of(), List.of(), false);
    List<Condition> conditions = new ArrayList<>(asked.when());
    for (String one : when) {
      conditions.add(ConditionReader.parse(Path.of("--when"), one, policy.document().lists()));
    }
    List<FactName> absent = new ArrayList<>(asked.without());
    without.forEach(fact -> absent.add(fact(fact)));
    return new Question(
        asked.action(), asked.always(), conditions, absent, complete || asked.complete());
  }

  private static Action action(String word) {
    return Action.of(word)
        .orElseThrow(
            () ->
                new Failure(
                    ExitCode.USAGE,
                    "there is no action '" + word + "'",
                    "name one of " + all(Stream.of(Action.values()))));
  }

  private static FactName fact(String word) {
    return FactName.of(word)
        .orElseThrow(
            () ->
                new Failure(
                    ExitCode.USAGE,
                    "there is no fact '" + word + "'",
                    "name one of " + all(Stream.of(FactName.values()))));
  }

  private static String all(Stream<?> constants) {
    return constants.map(Object::toString).collect(Collectors.joining(", "));
  }
}
