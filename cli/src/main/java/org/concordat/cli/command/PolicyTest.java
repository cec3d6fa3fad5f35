package org.concordat.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.cli.text.Terminal;
import org.concordat.jurisdictions.Policy;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code concordat policy test}. */
@Command(
    name = "test",
    description = {
      "Run the test cases that a policy brings along.",
      "Exit code 0: all pass; 3: one fails, or the file has mistakes."
    },
    footer = {"", "Example:", "  concordat policy test examples/policies/demo.yaml"})
final class PolicyTest extends BaseCommand {
  @Parameters(paramLabel = "FILE", description = "The policy, YAML or JSON.")
  private Path file = Path.of("");

  @Override
  ExitCode run(Terminal terminal) throws IOException {
    Policy policy = Policy.read(file);
    List<Policy.TestFailure> failures = policy.selfTest();
    ObjectNode json =
        Terminal.object().put("policy", policy.name()).put("version", policy.version());
    ArrayNode tests = json.putArray("tests");
    for (String name : policy.testNames()) {
      List<String> wrong =
          failures.stream()
              .filter(failure -> failure.test().equals(name))
              .map(Policy.TestFailure::message)
              .toList();
      tests
          .addObject()
          .put("name", name)
          .put("passed", wrong.isEmpty())
          .put("message", String.join("\n", wrong));
      terminal.line((wrong.isEmpty() ? "ok      " : "FAILED  ") + name);
      wrong.forEach(message -> terminal.line("        " + message.replace("\n", "\n        ")));
    }
    terminal.value(json);
    if (!failures.isEmpty()) {
      long failed = failures.stream().map(Policy.TestFailure::test).distinct().count();
      throw new Failure(
          ExitCode.CONFIGURATION,
          file + ": " + failed + " of " + policy.testNames().size() + " tests fail",
          "correct the policy or its tests; a policy whose own tests fail may not be signed");
    }
    int count = policy.testNames().size();
    terminal.line(
        (count == 1 ? "The one test" : "All " + count + " tests")
            + " of '"
            + policy.name()
            + (count == 1 ? "' passes." : "' pass."));
    return ExitCode.OK;
  }
}
