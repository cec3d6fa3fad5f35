package org.concordat.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.concordat.agent.site.RostersFile;
import org.concordat.certs.MemberSignature;
import org.concordat.certs.Roster;
import org.concordat.certs.RosterChain;
import org.concordat.certs.RosterProposal;
import org.concordat.cli.client.ClientOptions;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.cli.text.Outputs;
import org.concordat.cli.text.Terminal;
import org.concordat.iam.Site;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code concordat policy sign}. */
@Command(
    name = "sign",
    description = {
      "Sign the next roster with this policy in force. Each of k members runs it, offline.",
      "It writes FILE.signatures, or adds to it: hand both on; the last one publishes them."
    },
    footer = {
      "",
      "Example, at the first of k members:",
      "  concordat policy sign policy.yaml --reason 'no transfers to third countries' --config agent.yaml",
      "Example, at the others, with both files:",
      "  concordat policy sign policy.yaml --config agent.yaml"
    })
final class PolicySign extends BaseCommand {
  @Mixin private ClientOptions client = new ClientOptions();

  @Parameters(paramLabel = "FILE", description = "The policy, YAML or JSON.")
  private Path file = Path.of("");

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      description =
          "One line of at most 200 characters, for the log. The first who signs gives it.")
  private @Nullable String reason;

  @Option(names = "--dry-run", description = "Show what would be signed; sign and write nothing.")
  private boolean dryRun;

  @Override
  ExitCode run(Terminal terminal) throws IOException {
    PolicyFile policy = PolicyFile.signable(file);
    ClientOptions.Home own = client.resolveHome();
    Site site = Site.open(own.home(), own.genesis(), own.name());
    RosterChain rosters = new RostersFile(own.home()).read(site.genesis());
    requireNewer(policy, rosters);
    Roster current = rosters.latest();
    RosterProposal proposal = proposal(policy, current);
    Roster next = proposal.requireGood(current);
    ObjectNode json = Terminal.object();
    PolicyLines.put(json, policy.policy());
    PolicyLines.print(terminal, policy.policy());
    if (!dryRun) {
      MemberSignature signature = next.approve(current, site.keys());
      proposal = proposal.with(signature);
      Outputs.replace(policy.signatures(), proposal.toBytes());
    }
    print(terminal, json, policy, proposal, current);
    return ExitCode.OK;
  }

  /** The first one makes it; the others have what the first one said. */
  private RosterProposal proposal(PolicyFile policy, Roster current) throws IOException {
    if (Files.exists(policy.signatures())) {
      RosterProposal before = policy.proposal(policy.signatures());
      if (reason != null && !before.change().reason().equals(reason)) {
        throw new Failure(
            ExitCode.CONFLICT,
            "the others signed for another reason: " + before.change().reason(),
            "leave --reason away");
      }
      return before;
    }
    if (reason == null) {
      throw new Failure(
          ExitCode.USAGE,
          "there is no " + policy.signatures() + ": you are the first, and give no reason",
          "give --reason TEXT; or put the file with the others' signatures there");
    }
    return RosterProposal.of(policy.change(reason), current);
  }

  /** That the one in force has a smaller version is in the roster, but of the genesis's policy. */
  private static void requireNewer(PolicyFile policy, RosterChain rosters) {
    long first = PolicyLines.ofGenesis(rosters.genesis().policy()).version();
    if (policy.policy().version() <= first) {
      throw new Failure(
          ExitCode.CONFLICT,
          "the genesis has policy version %d, and this one calls itself version %d"
              .formatted(first, policy.policy().version()),
          "give it a version greater than the one in force: 'concordat policy list' shows that");
    }
  }

  private void print(
      Terminal terminal,
      ObjectNode json,
      PolicyFile policy,
      RosterProposal proposal,
      Roster current) {
    int missing = Math.max(0, current.quorum() - proposal.signatures().size());
    json.put("reason", proposal.change().reason())
        .put("dryRun", dryRun)
        .put("rosterVersion", current.version() + 1)
        .put("roster", proposal.next().hex())
        .put("needed", current.quorum())
        .put("missing", missing)
        .put("signatures", policy.signatures().toString());
    proposal.signatures().forEach(one -> json.withArray("signedBy").add(one.member().value()));
    terminal.value(json);
    terminal.line("");
    terminal.line(
        "%s %d of %d signatures of roster version %d: %s."
            .formatted(
                dryRun ? "Nothing was signed. There are" : "Signed. Now there are",
                proposal.signatures().size(),
                current.quorum(),
                current.version() + 1,
                proposal.signatures().stream().map(one -> one.member().value()).toList()));
    if (missing > 0) {
      terminal.line(
          "Next: %d more members sign, with %s and %s."
              .formatted(missing, file, policy.signatures()));
    } else {
      terminal.line("Next: concordat policy publish " + file + ".");
    }
  }
}
