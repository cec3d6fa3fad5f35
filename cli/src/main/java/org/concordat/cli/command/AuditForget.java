package org.concordat.cli.command;

import java.io.IOException;
import java.time.Clock;
import org.concordat.cli.client.Client;
import org.concordat.cli.client.ClientOptions;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Terminal;
import org.concordat.iam.Permission;
import org.concordat.protocol.v1.ForgetPersonRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code concordat audit forget}. */
@Command(
    name = "forget",
    description = {
      "Destroy what leads a name in the log back to a person of your member. It cannot be taken back.",
      "Entries stay as they are, and the log verifies. Who signs in again has another name."
    },
    footer = {"", "Example:", "  concordat audit forget 3f9a0c5d71e2b84466aa --config agent.yaml"})
final class AuditForget extends BaseCommand {
  @Mixin private ClientOptions client = new ClientOptions();

  @Parameters(
      paramLabel = "PERSON",
      description =
          "The keyed hash that entries have as 'person': 'audit query --person' finds them.")
  private String person = "";

  @Override
  ExitCode run(Terminal terminal) throws IOException {
    try (Client connected =
        Client.connect(client.resolve(), Permission.FORGET_PERSON, Clock.systemUTC())) {
      connected.call().forgetPerson(ForgetPersonRequest.newBuilder().setPerson(person).build());
      terminal.value(Terminal.object().put("person", person).put("forgotten", true));
      terminal.line("The key of '%s' is destroyed: the name is nobody's now.".formatted(person));
      return ExitCode.OK;
    }
  }
}
