package org.concordat.cli.command;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import org.concordat.certs.Roster;
import org.concordat.cli.client.Client;
import org.concordat.cli.client.ClientOptions;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Outputs;
import org.concordat.cli.text.Terminal;
import org.concordat.iam.Permission;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code concordat member list}. */
@Command(
    name = "list",
    description = "List the members of the roster in force, verified from the genesis on.",
    footer = {"", "Example:", "  concordat member list --config client.yaml"})
final class MemberList extends BaseCommand {
  @Mixin private ClientOptions client = new ClientOptions();

  @Option(
      names = "--rosters-out",
      paramLabel = "FILE",
      description = "Also write the signed rosters to a file.")
  private @Nullable Path rostersOut;

  @Override
  ExitCode run(Terminal terminal) throws IOException {
    try (Client connected =
        Client.connect(client.resolve(), Permission.READ_STATUS, Clock.systemUTC())) {
      Roster roster = connected.rosters().latest();
      if (rostersOut != null) {
        Outputs.replace(rostersOut, connected.rosters().toBytes());
      }
      var json =
          Terminal.object()
              .put("alliance", roster.alliance().value())
              .put("rosterVersion", roster.version())
              .put("roster", roster.digest().hex())
              .put("quorum", roster.quorum());
      json.set("members", GenesisText.members(roster));
      terminal.value(json);
      terminal.line(
          "Roster version "
              + roster.version()
              + " of "
              + roster.alliance()
              + ", quorum "
              + roster.quorum());
      terminal.line("");
      GenesisText.members(terminal, roster);
      return ExitCode.OK;
    }
  }
}
