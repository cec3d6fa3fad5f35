package org.concordat.cli.command;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
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
import org.concordat.iam.signin.ServiceKey;
import org.concordat.iam.signin.ServiceKey.ServiceKeyException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code concordat login}. */
@Command(
    name = "login",
    description = {
      "Sign in with your identity provider, in a browser on any machine.",
      "A service signs in with a key of its own: --service-key.",
      "Commands of this home then present who you are, besides its certificate."
    },
    footer = {
      "",
      "Examples:",
      "  concordat login --config client.yaml",
      "  concordat login --config client.yaml --issuer https://login.example/realms/hearts",
      "  concordat login --make-service-key service.json",
      "  concordat login --config client.yaml --client-id nightly --service-key service.json"
    })
final class LoginCommand extends BaseCommand {
  private static final String CLIENT_ID = "concordat-cli";
  private static final ObjectMapper MAPPER = new ObjectMapper();

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

  @Option(
      names = "--service-key",
      paramLabel = "FILE",
      description = "Sign in as the service that has this key, without a person.")
  private @Nullable Path serviceKey;

  @Option(
      names = "--make-service-key",
      paramLabel = "FILE",
      description = {
        "Make a service's key in a new file, and do nothing else.",
        "Prints what the provider must know: its public half, as a JWK set."
      })
  private @Nullable Path newKey;

  @Override
  ExitCode run(Terminal terminal) throws IOException, InterruptedException {
    if (newKey != null) {
      return makeKey(newKey, terminal);
    }
    ClientConfig config = client.resolve();
    ProviderAddress provider = provider(config);
    LoginServer server = LoginServer.at(provider, Clock.systemUTC());
    @Nullable Path key = provider.serviceKey();
    StoredSignIn signedIn = key == null ? person(server, terminal) : server.asService(key);
    signedIn.write(config.home());
    terminal.value(
        Terminal.object()
            .put("member", config.name().value())
            .put("issuer", signedIn.provider().issuer().toString())
            .put("accessEnds", signedIn.accessEnds().toString())
            .put("service", key != null)
            .put("bound", signedIn.proofKey().isPresent())
            .put("renewable", signedIn.renewable()));
    terminal.line(
        "Signed in for "
            + config.name()
            + (key == null ? "" : ", as the service " + provider.clientId() + ",")
            + " at "
            + provider.issuer()
            + ".");
    terminal.line("Next: concordat whoami.");
    return ExitCode.OK;
  }

  private static ExitCode makeKey(Path file, Terminal terminal) throws IOException {
    try {
      String keys = ServiceKey.make(file).publicKeys();
      terminal.value((ObjectNode) MAPPER.readTree(keys));
      terminal.line(keys);
      terminal.note("Made " + file + ". Next: give the provider the line above for its client.");
      return ExitCode.OK;
    } catch (ServiceKeyException there) {
      throw new Failure(ExitCode.USAGE, String.valueOf(there.getMessage()), there.next());
    }
  }

  private static StoredSignIn person(LoginServer server, Terminal terminal)
      throws IOException, InterruptedException {
    LoginServer.Waiting waiting = server.begin();
    terminal.note(
        "Open " + waiting.page() + " in a browser, and compare the code: " + waiting.code());
    return server.await(waiting);
  }

  private ProviderAddress provider(ClientConfig config) {
    @Nullable ProviderAddress file = config.provider();
    if (issuer == null && file == null) {
      throw new Failure(
          ExitCode.USAGE,
          "it is not said where you sign in",
          "give --issuer, or 'oidc: {issuer: ...}' in the client's file");
    }
    if (serviceKey != null && clientId == null && (file == null || file.serviceKey() == null)) {
      throw new Failure(
          ExitCode.USAGE,
          "it is not said which service has the key " + serviceKey,
          "give --client-id: the service's name at the provider");
    }
    return new ProviderAddress(
        issuer != null ? issuer : Objects.requireNonNull(file).issuer(),
        clientId != null ? clientId : file != null ? file.clientId() : CLIENT_ID,
        file != null ? file.scope() : ProviderAddress.SCOPE,
        serviceKey != null ? serviceKey.toAbsolutePath() : file != null ? file.serviceKey() : null);
  }
}
