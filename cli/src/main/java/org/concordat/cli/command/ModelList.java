package org.concordat.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import org.concordat.cli.client.Client;
import org.concordat.cli.client.ClientOptions;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Table;
import org.concordat.cli.text.Terminal;
import org.concordat.cli.text.Texts;
import org.concordat.iam.Permission;
import org.concordat.protocol.v1.ListModelsRequest;
import org.concordat.protocol.v1.ModelSummary;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code concordat model list}. */
@Command(
    name = "list",
    description = "List published models, of one job or of all.",
    footer = {"", "Example:", "  concordat model list breast-cancer --config client.yaml"})
final class ModelList extends BaseCommand {
  @Mixin private ClientOptions client = new ClientOptions();

  @Parameters(
      arity = "0..1",
      paramLabel = "JOB",
      description = "The job's name (default: all jobs).")
  private String job = "";

  @Override
  ExitCode run(Terminal terminal) throws IOException {
    try (Client connected =
        Client.connect(client.resolve(), Permission.READ_MODELS, Clock.systemUTC())) {
      List<ModelSummary> models =
          connected
              .call()
              .listModels(ListModelsRequest.newBuilder().setJob(job).build())
              .getModelsList();
      ArrayNode json = Terminal.array();
      Table table =
          new Table(
              "JOB",
              "VERSION",
              "DIGEST",
              "PARAMETERS",
              "SIGNATURES",
              "LOSS",
              "ACCURACY",
              "PUBLISHED");
      for (ModelSummary model : models) {
        json.add(Views.model(model));
        table.row(
            model.getJob(),
            model.getVersion(),
            Texts.brief(model.getDigest()),
            model.getParameters(),
            model.getSignatures(),
            Texts.number(model.getLoss()),
            Texts.number(model.getAccuracy()),
            Texts.time(model.getPublishedMillis()));
      }
      terminal.value(Terminal.object().set("models", json));
      if (models.isEmpty()) {
        terminal.line(
            "No models"
                + (job.isEmpty() ? "" : " of '" + job + "'")
                + ". 'concordat job list' names the jobs.");
      } else {
        table.print(terminal);
      }
      return ExitCode.OK;
    }
  }
}
