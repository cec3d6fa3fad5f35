package org.concordat.cli.command;

import java.io.IOException;
import java.time.Clock;
import org.concordat.cli.client.ClientOptions;
import org.concordat.cli.client.OwnFacts;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.cli.text.Terminal;
import org.concordat.jurisdictions.FactName;
import org.concordat.jurisdictions.FactSheet;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code concordat fact withdraw}. */
@Command(
    name = "withdraw",
    description = {
      "State a fact no longer. Rules that need it deny from then on, also in a running job.",
      "What was stated before stays in the log."
    },
    footer = {"", "Example:", "  concordat fact withdraw transfer-mechanism --config agent.yaml"})
final class FactWithdraw extends BaseCommand {
  @Mixin private ClientOptions client = new ClientOptions();

  @Parameters(paramLabel = "FACT", description = "Its name in policies.")
  private String fact = "";

  @Override
  ExitCode run(Terminal terminal) throws IOException {
    Clock clock = Clock.systemUTC();
    OwnFacts own = new OwnFacts(client.resolve(), clock);
    FactSheet now = own.sheet();
    FactName name = FactCommands.fact(fact);
    if (now.find(name).isEmpty()) {
      throw new Failure(
          ExitCode.NOT_FOUND,
          "'" + now.member() + "' does not state " + name,
          "'fact list' shows what it states");
    }
    FactSheet next = now.without(name);
    own.sign(next);
    FactCommands.signed(terminal, next, clock.instant());
    return ExitCode.OK;
  }
}
