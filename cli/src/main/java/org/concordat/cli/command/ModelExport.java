package org.concordat.cli.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import org.concordat.cli.client.Client;
import org.concordat.cli.client.ClientOptions;
import org.concordat.cli.client.ModelDownload;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.cli.text.Outputs;
import org.concordat.cli.text.Terminal;
import org.concordat.iam.Permission;
import org.concordat.protocol.v1.ListModelsRequest;
import org.concordat.protocol.v1.ModelSummary;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code concordat model export}. */
@Command(
    name = "export",
    description = {
      "Write a published model to a file: its parameters as little-endian float64.",
      "The alliance's policy decides ('export'); the log says what went to whom.",
      "The bytes are checked against the digest that the members signed."
    },
    footer = {
      "",
      "Example:",
      "  concordat model export breast-cancer --out model.bin --config client.yaml"
    })
final class ModelExport extends BaseCommand {
  @Mixin private ClientOptions client = new ClientOptions();

  @Parameters(paramLabel = "JOB", description = "The job's name.")
  private String job = "";

  @Option(
      names = "--model-version",
      paramLabel = "N",
      description = "The version (default: the newest).")
  private int version = -1;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "The file to write; it must not exist.")
  private @Nullable Path out;

  @Option(names = "--dry-run", description = "Only ask whether it is allowed; nothing is sent.")
  private boolean dryRun;

  @Override
  ExitCode run(Terminal terminal) throws IOException {
    if (out == null && !dryRun) {
      throw new Failure(ExitCode.USAGE, "--out is missing", "name the file to write");
    }
    if (out != null) {
      requirePlace(out);
    }
    try (Client connected =
        Client.connect(client.resolve(), Permission.READ_MODELS, Clock.systemUTC())) {
      ModelSummary model = model(connected);
      if (out == null || dryRun) {
        ModelDownload.ask(connected, model.getJob(), model.getVersion());
        return allowed(terminal, model);
      }
      byte[] content =
          ModelDownload.of(connected, model.getJob(), model.getVersion(), model.getDigest());
      // the same export again changes nothing
      if (!Files.exists(out) || !Arrays.equals(Files.readAllBytes(out), content)) {
        Outputs.create(out, content);
      }
      terminal.value(Views.model(model).put("file", out.toString()));
      terminal.line(
          "Model "
              + model.getJob()
              + " version "
              + model.getVersion()
              + ": "
              + out
              + ", "
              + model.getParameters()
              + " parameters, signed by "
              + model.getSignatures()
              + " members");
      terminal.line("SHA-256 " + model.getDigest());
      return ExitCode.OK;
    }
  }

  private static ExitCode allowed(Terminal terminal, ModelSummary model) {
    terminal.value(Views.model(model).put("dryRun", true).put("allowed", true));
    terminal.line(
        "Model "
            + model.getJob()
            + " version "
            + model.getVersion()
            + " may be exported; nothing was sent (dry run).");
    return ExitCode.OK;
  }

  /** Nothing is overwritten, and no folder appears: a path that was mistyped is told before. */
  private static void requirePlace(Path file) {
    if (Files.isDirectory(file)) {
      throw new Failure(
          ExitCode.USAGE, "--out " + file + " is a directory", "name the file to write in it");
    }
    Path parent = file.toAbsolutePath().getParent();
    if (parent != null && !Files.isDirectory(parent)) {
      throw new Failure(
          ExitCode.NOT_FOUND, "--out " + file + ": there is no folder " + parent, "make it first");
    }
  }

  private ModelSummary model(Client connected) {
    List<ModelSummary> models =
        connected
            .call()
            .listModels(ListModelsRequest.newBuilder().setJob(job).build())
            .getModelsList();
    return models.stream()
        .filter(model -> version < 0 || model.getVersion() == version)
        .reduce((earlier, later) -> later)
        .orElseThrow(
            () ->
                new Failure(
                    ExitCode.NOT_FOUND,
                    "job '"
                        + job
                        + "' has no published model"
                        + (version < 0 ? "" : " of version " + version),
                    "concordat model list shows those there are"));
  }
}
