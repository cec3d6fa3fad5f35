package org.concordat.cli.command;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.cli.text.Terminal;
import org.concordat.jurisdictions.CaseFile;
import org.concordat.jurisdictions.Decision;
import org.concordat.jurisdictions.Policy;
import org.concordat.jurisdictions.TestCase;
import org.concordat.jurisdictions.page.CasePage;
import org.concordat.jurisdictions.page.HtmlPage;
import org.concordat.jurisdictions.page.Page;
import org.concordat.jurisdictions.page.PolicyPage;
import org.concordat.jurisdictions.page.TextPage;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code concordat policy explain}. */
@Command(
    name = "explain",
    description = {
      "Render a policy as a page that a lawyer can read, or explain its answer to one case.",
      "A case is a file in the form of a policy's test case; 'expect' may be left out.",
      "Exit code 0, whatever the answer; 3: a file has mistakes, or the case expects another answer."
    },
    footer = {
      "",
      "Examples:",
      "  concordat policy explain examples/policies/demo.yaml --html demo.html",
      "  concordat policy explain examples/policies/demo.yaml --case case.yaml"
    })
final class PolicyExplain extends BaseCommand {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @Parameters(paramLabel = "POLICY", description = "The policy, YAML or JSON.")
  private Path file = Path.of("");

  @Option(
      names = "--case",
      paramLabel = "FILE",
      description = "Explain the answer to this case instead.")
  private @Nullable Path caseFile;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "Write the page here too, as HTML that loads nothing.")
  private @Nullable Path html;

  @Override
  ExitCode run(Terminal terminal) throws IOException {
    Policy policy = Policy.read(file);
    Path asked = caseFile;
    if (asked == null) {
      ObjectNode json = Terminal.object();
      PolicyLines.put(json, policy);
      show(terminal, json, PolicyPage.of(policy, PolicyLines.remarks(policy)));
      return ExitCode.OK;
    }
    TestCase one = CaseFile.parse(asked, Policy.bytes(asked), policy);
    Decision decision = policy.evaluate(one.action(), one.alliance(), one.members(), one.now());
    ObjectNode json = MAPPER.valueToTree(decision.toMap());
    json.put("explanation", decision.explain());
    show(terminal, json, CasePage.of(one, decision));
    List<String> complaints = policy.complaints(one);
    if (!complaints.isEmpty()) {
      throw new Failure(
          ExitCode.CONFIGURATION,
          asked + ": the case expects another answer: " + complaints.get(0),
          "correct 'expect' in the case, or the policy");
    }
    return ExitCode.OK;
  }

  private void show(Terminal terminal, ObjectNode json, Page page) throws IOException {
    terminal.value(json);
    TextPage.of(page).forEach(terminal::line);
    Path out = html;
    if (out != null) {
      Files.writeString(out, HtmlPage.of(page));
      terminal.line("");
      terminal.line("Written: " + out + ".");
    }
  }
}
