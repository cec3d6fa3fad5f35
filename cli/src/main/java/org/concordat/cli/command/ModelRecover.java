package org.concordat.cli.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.cli.text.PrivateFile;
import org.concordat.cli.text.Terminal;
import org.concordat.coordinator.atrest.ModelShare;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code concordat model recover}. */
@Command(
    name = "recover",
    description = {
      "Open a sealed model with the shares of so many holders as the agreement demands; no"
          + " coordinator is needed. Fewer are refused, and whoever brings another share is named.",
      "What is written is the model of the digest that the file is named by."
    },
    footer = {
      "",
      "Example:",
      "  concordat model recover blobs/sha256/3f/3f9a... --share zurich.share --share lyon.share \\",
      "      --out model.bin"
    })
final class ModelRecover extends BaseCommand {
  private static final int MAX_SHARE_BYTES = 1000;
  private static final String LINE = "([a-z][a-z0-9-]{0,40}) ([0-9a-f]{64}) ([0-9a-f]{80})";

  @Parameters(
      paramLabel = "FILE",
      description = "The sealed model, from a backup of the coordinator's state.")
  private Path file = Path.of("");

  @Option(
      names = "--share",
      required = true,
      paramLabel = "FILE",
      description = "A share that 'model share' wrote; give it once for each holder.")
  private List<Path> shares = List.of();

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "The model; it must not exist, and only you can read it.")
  private Path out = Path.of("");

  @Override
  ExitCode run(Terminal terminal) throws IOException {
    if (Files.exists(out)) {
      throw new FileAlreadyExistsException(out.toString());
    }
    ModelShare model = ModelShare.of(file);
    Map<String, byte[]> brought = new TreeMap<>();
    for (Path share : shares) {
      take(share, model, brought);
    }
    byte[] content = model.recover(brought);
    PrivateFile.create(out, content);
    terminal.value(
        Terminal.object()
            .put("model", model.model())
            .put("parameters", content.length / Double.BYTES)
            .put("out", out.toString()));
    terminal.line("Recovered  " + out + ", " + content.length / Double.BYTES + " parameters");
    terminal.line("SHA-256    " + model.model());
    return ExitCode.OK;
  }

  private static void take(Path share, ModelShare model, Map<String, byte[]> brought)
      throws IOException {
    if (Files.size(share) > MAX_SHARE_BYTES) {
      throw noShare(share);
    }
    String line = Files.readString(share, StandardCharsets.ISO_8859_1).strip();
    if (!line.matches(LINE)) {
      throw noShare(share);
    }
    String[] parts = line.split(" ");
    if (!parts[1].equals(model.model())) {
      throw new Failure(
          ExitCode.VERIFICATION_FAILED,
          share + " is a share of model " + parts[1] + ", not of " + model.model(),
          "let the holder open its share of this one");
    }
    if (brought.put(parts[0], HexFormat.of().parseHex(parts[2])) != null) {
      throw new Failure(
          ExitCode.USAGE, "two shares of '" + parts[0] + "' are given", "give each holder's once");
    }
  }

  private static Failure noShare(Path share) {
    return new Failure(
        ExitCode.VERIFICATION_FAILED,
        share + " is no share of a model",
        "give what 'model share' wrote");
  }
}
