package org.concordat.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import org.concordat.agent.site.RostersFile;
import org.concordat.certs.DocumentKind;
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
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Signing a policy or an agreement, offline: {@code policy sign}, {@code agreement sign}. */
abstract class DocumentSign extends BaseCommand {
  @Mixin private ClientOptions client = new ClientOptions();

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      description =
          "One line of at most 200 characters, for the log. The first who signs gives it.")
  private @Nullable String reason;

  @Option(names = "--dry-run", description = "Show what would be signed; sign and write nothing.")
  private boolean dryRun;

  /** What is to be signed. */
  abstract DocumentFile document() throws IOException;

  @Override
  final ExitCode run(Terminal terminal) throws IOException {
    DocumentFile document = document();
    ClientOptions.Home own = client.resolveHome();
    Site site = Site.open(own.home(), own.genesis(), own.name());
    RosterChain rosters = new RostersFile(own.home()).read(site.genesis());
    requireNewer(document, rosters);
    Roster current = rosters.latest();
    RosterProposal proposal = proposal(document, current);
    Roster next = proposal.requireGood(current);
    ObjectNode json = Terminal.object();
    document.put(json);
    document.print(terminal);
    if (!dryRun) {
      MemberSignature signature = next.approve(current, site.keys());
      proposal = proposal.with(signature);
      Outputs.replace(document.signatures(), proposal.toBytes());
    }
    print(terminal, json, document, proposal, current);
    return ExitCode.OK;
  }

  /** The first one makes it; the others have what the first one said. */
  private RosterProposal proposal(DocumentFile document, Roster current) throws IOException {
    if (Files.exists(document.signatures())) {
      RosterProposal before = document.proposal(document.signatures());
      if (reason != null && !before.change().reason().equals(reason)) {
        throw new Failure(
            ExitCode.CONFLICT,
            "the others signed for another reason: " + before.change().reason(),
            "leave --reason out");
      }
      return before;
    }
    if (reason == null) {
      throw new Failure(
          ExitCode.USAGE,
          "there is no " + document.signatures() + ": you are the first, and give no reason",
          "give --reason TEXT; or put the file with the others' signatures there");
    }
    return RosterProposal.of(document.change(reason), current);
  }

  /** That the one in force has a smaller version is in the roster, but of the genesis's policy. */
  private static void requireNewer(DocumentFile document, RosterChain rosters) {
    if (document.kind() != DocumentKind.POLICY) {
      return;
    }
    long first = PolicyLines.ofGenesis(rosters.genesis().policy()).version();
    if (document.version() <= first) {
      throw new Failure(
          ExitCode.CONFLICT,
          "the genesis has policy version %d, and this one calls itself version %d"
              .formatted(first, document.version()),
          "give it a version greater than the one in force: 'concordat policy list' shows that");
    }
  }

  private void print(
      Terminal terminal,
      ObjectNode json,
      DocumentFile document,
      RosterProposal proposal,
      Roster current) {
    int missing = Math.max(0, current.quorum() - proposal.signatures().size());
    json.put("reason", proposal.change().reason())
        .put("dryRun", dryRun)
        .put("rosterVersion", current.version() + 1)
        .put("roster", proposal.next().hex())
        .put("needed", current.quorum())
        .put("missing", missing)
        .put("signatures", document.signatures().toString());
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
          "Next: %s, with %s and %s."
              .formatted(
                  missing == 1 ? "one more member signs" : missing + " more members sign",
                  document.file(),
                  document.signatures()));
    } else {
      terminal.line("Next: concordat " + document.word() + " publish " + document.file() + ".");
    }
  }
}
