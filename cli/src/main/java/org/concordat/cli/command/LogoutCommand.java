package org.concordat.cli.command;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import org.concordat.cli.client.ClientOptions;
import org.concordat.cli.client.LoginServer;
import org.concordat.cli.client.StoredSignIn;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.cli.text.Terminal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code concordat logout}. */
@Command(
    name = "logout",
    description = {
      "End the sign-in of this home: here at once, and at the provider.",
      "Exit code 7: it ended here only; at the provider it ends by itself."
    },
    footer = {"", "Example:", "  concordat logout --config client.yaml"})
final class LogoutCommand extends BaseCommand {
  @Mixin private ClientOptions client = new ClientOptions();

  @Override
  ExitCode run(Terminal terminal) throws IOException {
    Path home = client.resolve().home();
    Optional<StoredSignIn> stored = readable(home, terminal);
    boolean was = StoredSignIn.delete(home);
    boolean told = stored.isPresent() && told(stored.get(), terminal);
    terminal.value(Terminal.object().put("wasSignedIn", was).put("revoked", told));
    terminal.line(was ? "Signed out." : "Nobody was signed in.");
    return stored.isPresent() && !told ? ExitCode.UNAVAILABLE : ExitCode.OK;
  }

  /** What cannot be read is deleted all the same. */
  private static Optional<StoredSignIn> readable(Path home, Terminal terminal) throws IOException {
    try {
      return StoredSignIn.find(home);
    } catch (Failure unreadable) {
      terminal.note("concordat: " + unreadable.getMessage() + "; it is deleted");
      return Optional.empty();
    }
  }

  private static boolean told(StoredSignIn signIn, Terminal terminal) throws IOException {
    try {
      LoginServer.at(signIn.provider(), Clock.systemUTC()).revoke(signIn);
      return true;
    } catch (Failure untold) {
      terminal.note("concordat: " + untold.getMessage());
      return false;
    }
  }
}
