package org.concordat.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Terminal;
import org.concordat.jurisdictions.Policy;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code concordat policy check}. */
@Command(
    name = "check",
    description = {
      "Read a policy and print it in sentences, with its digest and warnings.",
      "Warned of: facts that nobody can state, rules that contradict each other or never matter,",
      "and lists that have expired.",
      "Exit code 0: it can be read; 3: it has mistakes, all told at once with file and line."
    },
    footer = {"", "Example:", "  concordat policy check examples/policies/demo.yaml"})
final class PolicyCheck extends BaseCommand {
  @Parameters(paramLabel = "FILE", description = "The policy, YAML or JSON.")
  private Path file = Path.of("");

  @Override
  ExitCode run(Terminal terminal) throws IOException {
    Policy policy = Policy.read(file);
    ObjectNode json = Terminal.object();
    PolicyLines.put(json, policy);
    terminal.value(json);
    PolicyLines.print(terminal, policy);
    terminal.line("");
    terminal.line("Next: concordat policy test " + file + ".");
    return ExitCode.OK;
  }
}
