package org.concordat.cli.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import org.concordat.certs.ParticipantKeys;
import org.concordat.cli.client.ClientOptions;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.PrivateFile;
import org.concordat.cli.text.Terminal;
import org.concordat.coordinator.atrest.ModelShare;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code concordat model share}. */
@Command(
    name = "share",
    description = {
      "Open your member's share of the key of one sealed model, at home: the identity key does it.",
      "The agreement names who holds shares ('model-keys'). So many of them open the model with"
          + " 'model recover' when the coordinator is gone. A share opens no other model.",
    },
    footer = {
      "",
      "Example:",
      "  concordat model share blobs/sha256/3f/3f9a... --out zurich.share --config agent.yaml"
    })
final class ModelShareCommand extends BaseCommand {
  @Mixin private ClientOptions client = new ClientOptions();

  @Parameters(
      paramLabel = "FILE",
      description = "The sealed model, from a backup of the coordinator's state.")
  private Path file = Path.of("");

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "The share, which is secret; it must not exist, and only you can read it.")
  private Path out = Path.of("");

  @Override
  ExitCode run(Terminal terminal) throws IOException {
    ClientOptions.Home own = client.resolveHome();
    ModelShare model = ModelShare.of(file);
    ParticipantKeys keys = ParticipantKeys.load(own.home().resolve("keys"));
    byte[] share = model.open(own.name().value(), keys);
    String line = own.name() + " " + model.model() + " " + HexFormat.of().formatHex(share) + "\n";
    Arrays.fill(share, (byte) 0);
    PrivateFile.create(out, line.getBytes(StandardCharsets.US_ASCII));
    terminal.value(
        Terminal.object()
            .put("member", own.name().value())
            .put("model", model.model())
            .put("needed", model.needed())
            .put("holders", model.holders().size())
            .put("out", out.toString()));
    terminal.line("Model      " + model.model());
    terminal.line(
        "Share      of %s: %s; %d of %d open it: %s"
            .formatted(
                own.name(),
                out,
                model.needed(),
                model.holders().size(),
                String.join(", ", model.holders())));
    terminal.line("Secret     bring it to whoever recovers the model, and to nobody else");
    return ExitCode.OK;
  }
}
