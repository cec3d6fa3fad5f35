package org.concordat.cli.command;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.concordat.certs.Sha256;
import org.concordat.cli.client.Client;
import org.concordat.cli.client.ClientOptions;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.cli.text.Terminal;
import org.concordat.iam.Permission;
import org.concordat.protocol.JobSpecs;
import org.concordat.protocol.v1.BlobPart;
import org.concordat.protocol.v1.ExportModelRequest;
import org.concordat.protocol.v1.ListModelsRequest;
import org.concordat.protocol.v1.ModelSummary;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code concordat model export}. */
@Command(
    name = "export",
    description = {
      "Write a published model to a file: its parameters as little-endian float64.",
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

  @Option(names = "--out", required = true, paramLabel = "FILE", description = "The file to write.")
  private Path out = Path.of("");

  @Override
  ExitCode run(Terminal terminal) throws IOException {
    if (Files.isDirectory(out)) {
      throw new Failure(
          ExitCode.USAGE, "--out " + out + " is a directory", "name the file to write in it");
    }
    try (Client connected =
        Client.connect(client.resolve(), Permission.READ_MODELS, Clock.systemUTC())) {
      ModelSummary model = model(connected);
      byte[] content = content(connected, model);
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

  private static byte[] content(Client connected, ModelSummary model) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    Iterator<BlobPart> parts =
        connected.stream()
            .exportModel(
                ExportModelRequest.newBuilder()
                    .setJob(model.getJob())
                    .setVersion(model.getVersion())
                    .build());
    while (parts.hasNext()) {
      BlobPart part = parts.next();
      if (part.getOffset() != content.size()
          || content.size() > Double.BYTES * JobSpecs.MAX_PARAMETERS) {
        throw new Failure(
            ExitCode.VERIFICATION_FAILED,
            "the coordinator sent the model out of order or too long",
            "try again");
      }
      content.writeBytes(part.getData().toByteArray());
    }
    byte[] bytes = content.toByteArray();
    if (!Sha256.of(bytes).hex().equals(model.getDigest())) {
      throw new Failure(
          ExitCode.VERIFICATION_FAILED,
          "the model's bytes have SHA-256 "
              + Sha256.of(bytes)
              + ", the members signed "
              + model.getDigest(),
          "do not use it; tell the alliance's auditors");
    }
    return bytes;
  }
}
