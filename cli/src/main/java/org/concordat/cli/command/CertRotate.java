package org.concordat.cli.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.concordat.certs.LeafFiles;
import org.concordat.certs.LeafFiles.Leaf;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.cli.text.Terminal;
import org.concordat.config.Section;
import org.concordat.config.Yaml;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code concordat cert rotate}. */
@Command(
    name = "rotate",
    description = {
      "Give a running agent or coordinator a new TLS certificate now, without a restart.",
      "The agent's session moves to a new connection, and rounds go on. Run it on the same machine.",
      "The certificate before stays good until it ends: 'cert revoke --serial' ends it at once."
    },
    footer = {"", "Example:", "  concordat cert rotate --config agent.yaml"})
final class CertRotate extends BaseCommand {
  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final Duration LOOK = Duration.ofMillis(100);

  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description = "The configuration that the agent or coordinator was started with, YAML.")
  private Path config = Path.of("");

  @Override
  ExitCode run(Terminal terminal) throws IOException {
    Path home = home(config);
    LeafFiles files = new LeafFiles(home);
    Optional<Leaf> before = files.read();
    files.ask();
    Leaf after = await(files, before);
    if (!after.problem().isEmpty()) {
      throw new Failure(
          ExitCode.CONFLICT, "the certificate was not renewed: " + after.problem(), "see above");
    }
    terminal.value(
        Terminal.object()
            .put("serial", after.serial())
            .put("sha256", after.sha256().hex())
            .put("notAfter", after.notAfter().toString())
            .put("previousSerial", before.map(Leaf::serial).orElse("")));
    terminal.line("Certificate in use: serial " + after.serial() + ", until " + after.notAfter());
    before.ifPresent(
        old ->
            terminal.line(
                "Before it: serial %s, good until %s unless you revoke it."
                    .formatted(old.serial(), old.notAfter())));
    return ExitCode.OK;
  }

  private Leaf await(LeafFiles files, Optional<Leaf> before) throws IOException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < end) {
      Optional<Leaf> now = files.read();
      if (now.isPresent() && isAnswer(now.get(), before)) {
        return now.get();
      }
      pause();
    }
    boolean unseen = files.withdraw();
    throw new Failure(
        unseen ? ExitCode.UNAVAILABLE : ExitCode.CONFLICT,
        "nobody renewed the certificate within %d s".formatted(PATIENCE.toSeconds()),
        unseen
            ? "start the program: it makes a new certificate whenever it starts"
            : "look into its log");
  }

  /** A leaf that was renewed by time meanwhile answers nobody. */
  private static boolean isAnswer(Leaf now, Optional<Leaf> before) {
    return !now.asked().isEmpty() && !now.asked().equals(before.map(Leaf::asked).orElse(""));
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(LOOK.toMillis());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", interrupted);
    }
  }

  /** Of an agent's file or a coordinator's, whatever else is in it. */
  private static Path home(Path file) {
    Section root = Yaml.read(file);
    Path home = root.file("home");
    if (!Files.isDirectory(home)) {
      throw new Failure(
          ExitCode.CONFIGURATION,
          "'home' in " + file + " is no directory: " + home,
          "give the file that the agent or coordinator was started with");
    }
    return home;
  }
}
