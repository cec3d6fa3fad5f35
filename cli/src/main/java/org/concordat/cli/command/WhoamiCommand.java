package org.concordat.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Clock;
import java.util.Optional;
import org.concordat.certs.Role;
import org.concordat.cli.client.ClientConfig;
import org.concordat.cli.client.ClientOptions;
import org.concordat.cli.client.StoredSignIn;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Terminal;
import org.concordat.iam.AccessRule;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code concordat whoami}. */
@Command(
    name = "whoami",
    description = "Say for which member you act, in which roles, and whether you are signed in.",
    footer = {"", "Example:", "  concordat whoami --config client.yaml"})
final class WhoamiCommand extends BaseCommand {
  @Mixin private ClientOptions client = new ClientOptions();

  @Override
  ExitCode run(Terminal terminal) throws IOException {
    ClientConfig config = client.resolve();
    var roles = AccessExplain.roles(config);
    Optional<StoredSignIn> stored = StoredSignIn.find(config.home());
    ObjectNode json = Terminal.object().put("member", config.name().value());
    ArrayNode names = json.putArray("roles");
    roles.stream().sorted().map(Role::wireName).forEach(names::add);
    json.put("signedIn", stored.isPresent());
    terminal.line("Member     " + config.name());
    terminal.line("Roles      " + AccessRule.names(roles, ", "));
    if (stored.isEmpty()) {
      terminal.line("Signed in  no; calls act in the certificate's role");
    } else {
      StoredSignIn signIn = stored.get();
      boolean ended = !Clock.systemUTC().instant().isBefore(signIn.accessEnds());
      json.put("issuer", signIn.provider().issuer().toString())
          .put("accessEnds", signIn.accessEnds().toString())
          .put("service", signIn.provider().serviceKey() != null)
          .put("bound", signIn.proofKey().isPresent())
          .put("renewable", signIn.renewable());
      terminal.line(
          "Signed in  at "
              + signIn.provider().issuer()
              + (signIn.provider().serviceKey() == null
                  ? ""
                  : ", as the service " + signIn.provider().clientId()));
      terminal.line(
          "Token      "
              + (ended ? "ended " : "until ")
              + signIn.accessEnds()
              + (signIn.renewable() ? ", renewed by itself" : "")
              + (signIn.proofKey().isPresent() ? ", bound to a key of this home" : ""));
    }
    terminal.value(json);
    return ExitCode.OK;
  }
}
