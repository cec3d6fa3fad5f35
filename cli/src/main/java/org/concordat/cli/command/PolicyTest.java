package org.concordat.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.concordat.auditlog.AuditEntry;
import org.concordat.auditlog.LogVerifierKey;
import org.concordat.certs.Genesis;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.cli.text.Terminal;
import org.concordat.jurisdictions.Policy;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code concordat policy test}. */
@Command(
    name = "test",
    description = {
      "Run the test cases that a policy brings along.",
      "With --log also ask it what the log of an alliance has decided, and tell what comes out otherwise.",
      "Exit code 0: all pass; 3: one fails, or the file has mistakes."
    },
    footer = {
      "",
      "Example:",
      "  concordat policy test examples/policies/demo.yaml",
      "Example, a dry run of a next version:",
      "  concordat policy test next.yaml --log ./copy-of-audit-log --genesis genesis.json"
    })
final class PolicyTest extends BaseCommand {
  private static final int MAX_LINES = 20;

  @Parameters(paramLabel = "FILE", description = "The policy, YAML or JSON.")
  private Path file = Path.of("");

  @Option(
      names = "--log",
      paramLabel = "DIR",
      description = "A copied log folder, as 'audit verify' reads it: its decisions are replayed.")
  private @Nullable Path log;

  @Option(
      names = "--genesis",
      paramLabel = "FILE",
      description = "With --log: the genesis that you have pinned, which has the log's key.")
  private @Nullable Path genesis;

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
    if (log != null && failures.isEmpty()) {
      replay(terminal, json, policy, log);
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

  private void replay(Terminal terminal, ObjectNode json, Policy policy, Path folder) {
    if (genesis == null) {
      throw new Failure(
          ExitCode.USAGE,
          "--log needs the key that the log must be signed with",
          "give --genesis FILE, the genesis that you have pinned");
    }
    PolicyReplay replay = new PolicyReplay(policy);
    replay.run(folder, LogVerifierKey.parse(Genesis.load(genesis).logVkey().value()));
    ObjectNode found =
        json.putObject("log")
            .put("replayed", replay.replayed())
            .put("otherwise", replay.otherwise())
            .put("otherObligations", replay.otherObligations());
    ObjectNode not = found.putObject("notReplayed");
    replay.notReplayed().forEach(not::put);
    ArrayNode decisions = found.putArray("decisions");
    replay.kept().forEach(one -> put(decisions.addObject(), one));
    replay.kept().stream().limit(MAX_LINES).forEach(one -> print(terminal, one));
    terminal.line(
        "Of %d decisions in the log %d come out otherwise, %d with other obligations."
            .formatted(replay.replayed(), replay.otherwise(), replay.otherObligations()));
    if (replay.otherwise() > Math.min(MAX_LINES, replay.kept().size())) {
      terminal.line(
          "Shown are the first %d; --output json has %d."
              .formatted(MAX_LINES, replay.kept().size()));
    }
    replay
        .notReplayed()
        .forEach((why, count) -> terminal.line(count + " were not replayed: " + why + "."));
  }

  private static void put(ObjectNode json, PolicyReplay.Otherwise one) {
    AuditEntry entry = one.logged().entry();
    json.put("index", one.logged().index())
        .put("time", entry.time().toString())
        .put("job", entry.job().orElse(""))
        .put("action", entry.subject())
        .put("context", entry.details().getOrDefault("context", ""))
        .put("was", verdict(one.wasAllowed()))
        .put("now", verdict(one.now().allowed()))
        .put("explanation", one.now().explain());
  }

  private static void print(Terminal terminal, PolicyReplay.Otherwise one) {
    AuditEntry entry = one.logged().entry();
    terminal.line(
        "entry %d, %s, %s (%s): %s, now %s"
            .formatted(
                one.logged().index(),
                entry.time(),
                entry.subject(),
                entry.details().getOrDefault("context", ""),
                verdict(one.wasAllowed()),
                verdict(one.now().allowed())));
    terminal.line("        " + one.now().explain().replace("\n", "\n        "));
  }

  private static String verdict(boolean allowed) {
    return allowed ? "allowed" : "denied";
  }
}
