package org.concordat.cli.command;

import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.util.Objects;
import org.concordat.cli.client.ClientConfig;
import org.concordat.cli.client.ClientOptions;
import org.concordat.cli.client.LoginServer;
import org.concordat.cli.client.ProviderAddress;
import org.concordat.cli.client.StoredSignIn;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.cli.text.Terminal;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code concordat login}. */
@Command(
    name = "login",
    description = {
      "Sign in with your identity provider, in a browser on any machine.",
      "Commands of this home then present who you are, besides its certificate."
    },
    footer = {
      "",
      "Examples:",
      "  concordat login --config client.yaml",
      "  concordat login --config client.yaml --issuer https://login.example/realms/hearts"
    })
final class LoginCommand extends BaseCommand {
  private static final String CLIENT_ID = "concordat-cli";

  @Mixin private ClientOptions client = new ClientOptions();

  @Option(
      names = "--issuer",
      paramLabel = "URL",
      description = "Your provider (default: 'oidc.issuer' of the file).")
  private @Nullable URI issuer;

  @Option(
      names = "--client-id",
      paramLabel = "ID",
      description = "This command's name there (default: that of the file, or concordat-cli).")
  private @Nullable String clientId;

  @Override
  ExitCode run(Terminal terminal) throws IOException, InterruptedException {
    ClientConfig config = client.resolve();
    LoginServer server = LoginServer.at(provider(config), Clock.systemUTC());
    LoginServer.Waiting waiting = server.begin();
    terminal.note(
        "Open " + waiting.page() + " in a browser, and compare the code: " + waiting.code());
    StoredSignIn signedIn = server.await(waiting);
    signedIn.write(config.home());
    terminal.value(
        Terminal.object()
            .put("member", config.name().value())
            .put("issuer", signedIn.provider().issuer().toString())
            .put("accessEnds", signedIn.accessEnds().toString())
            .put("renewable", !signedIn.refreshToken().isEmpty()));
    terminal.line("Signed in for " + config.name() + " at " + signedIn.provider().issuer() + ".");
    terminal.line("Next: concordat whoami.");
    return ExitCode.OK;
  }

  private ProviderAddress provider(ClientConfig config) {
    @Nullable ProviderAddress file = config.provider();
    if (issuer == null && file == null) {
      throw new Failure(
          ExitCode.USAGE,
          "it is not said where you sign in",
          "give --issuer, or 'oidc: {issuer: ...}' in the client's file");
    }
    return new ProviderAddress(
        issuer != null ? issuer : Objects.requireNonNull(file).issuer(),
        clientId != null ? clientId : file != null ? file.clientId() : CLIENT_ID,
        file != null ? file.scope() : ProviderAddress.SCOPE);
  }
}
