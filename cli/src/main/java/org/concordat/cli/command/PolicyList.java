package org.concordat.cli.command;

import java.io.IOException;
import org.concordat.certs.DocumentKind;
import org.concordat.cli.client.ClientOptions;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Terminal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code concordat policy list}. */
@Command(
    name = "list",
    description = {
      "Show the policies since the genesis: version, digest, since which roster, and who signed.",
      "Every signature is verified from the pinned genesis on."
    },
    footer = {
      "",
      "Example:",
      "  concordat policy list --config agent.yaml",
      "Example, with what this home knows, and no coordinator:",
      "  concordat policy list --offline --config agent.yaml"
    })
final class PolicyList extends BaseCommand {
  @Mixin private ClientOptions client = new ClientOptions();

  @Option(
      names = "--offline",
      description = "Ask nobody: show what is in rosters.json and documents/ of your home.")
  private boolean offline;

  @Override
  ExitCode run(Terminal terminal) throws IOException {
    new DocumentVersions(DocumentKind.POLICY).print(terminal, client, offline);
    return ExitCode.OK;
  }
}
