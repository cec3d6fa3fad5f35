package org.concordat.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.concordat.agent.AgentConfig;
import org.concordat.agent.data.DataSet;
import org.concordat.agent.train.Trained;
import org.concordat.agent.train.Trainer;
import org.concordat.agent.train.TrainerFailedException;
import org.concordat.agent.train.TrainerLaunch;
import org.concordat.cli.client.JobFile;
import org.concordat.cli.install.Installation;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.cli.text.Outputs;
import org.concordat.cli.text.Terminal;
import org.concordat.learning.InitialModel;
import org.concordat.learning.ModelState;
import org.concordat.protocol.JobSpecs;
import org.concordat.protocol.v1.JobSpec;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code concordat agent evaluate}: the demo's per-site figures, computed in the site's own
 * directory.
 */
@Command(
    name = "evaluate",
    hidden = true,
    description =
        "At a site: train a model on the own data alone, and score models on the own test rows.",
    footer = {
      "",
      "Example:",
      "  concordat agent evaluate --config agent.yaml --job job.yaml --alone alone.bin \\",
      "      --score federated=model.bin --report report.json"
    })
final class AgentEvaluate extends BaseCommand {
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final long POLL_MILLIS = 50;

  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description = "The agent's configuration, YAML.")
  private Path config = Path.of("");

  @Option(names = "--job", required = true, paramLabel = "FILE", description = "The job, YAML.")
  private Path job = Path.of("");

  @Option(
      names = "--alone",
      required = true,
      paramLabel = "FILE",
      description = "Where the model trained alone is written.")
  private Path alone = Path.of("");

  @Option(
      names = "--score",
      paramLabel = "NAME=FILE",
      description = "A model to score; waited for if it is not there yet.")
  private Map<String, Path> models = new LinkedHashMap<>();

  @Option(
      names = "--report",
      required = true,
      paramLabel = "FILE",
      description = "Where the scores are written.")
  private Path report = Path.of("");

  @Override
  ExitCode run(Terminal terminal) throws IOException, InterruptedException, TrainerFailedException {
    AgentConfig read = Installation.withTrainer(AgentConfig.read(config));
    JobSpec spec = JobFile.read(job);
    DataSet data = dataSet(read, spec);
    ObjectNode json = Terminal.object().put("site", read.name()).put("testRows", data.testRows());
    ObjectNode correct = json.putObject("correct");
    try (Trainer trainer =
        Trainer.start(
            TrainerLaunch.of(read.trainer(), read.home()),
            spec,
            data,
            read.trainer().startLimit())) {
      ModelState model =
          InitialModel.draw(
              spec.getModel().getInputs(), JobSpecs.units(spec.getModel()), spec.getInitialSeed());
      // as many passes over the own rows as the federation makes
      for (int round = 0; round < spec.getRounds(); round++) {
        model = new ModelState(trainer.work(round, model, true, LIMIT).parameters());
      }
      Outputs.replace(alone, model.encode());
      long work = spec.getRounds();
      for (Map.Entry<String, Path> named : models.entrySet()) {
        Trained scored = trainer.work(work++, model(named.getValue(), model.size()), false, LIMIT);
        correct.put(named.getKey(), scored.testMetrics().getCorrect());
      }
    }
    Outputs.replace(report, json.toString().getBytes(StandardCharsets.UTF_8));
    terminal.value(json);
    terminal.line("Scores of '" + read.name() + "': " + report);
    return ExitCode.OK;
  }

  private static DataSet dataSet(AgentConfig config, JobSpec spec) {
    for (Path file : config.dataSets()) {
      DataSet data = DataSet.load(file, config.dataRoot());
      if (data.name().equals(spec.getDataSet())) {
        return data;
      }
    }
    throw new Failure(
        ExitCode.NOT_FOUND,
        "no data set of '" + config.name() + "' is named '" + spec.getDataSet() + "'",
        "declare it in 'data-sets'");
  }

  private static ModelState model(Path file, int parameters)
      throws IOException, InterruptedException {
    long until = System.nanoTime() + LIMIT.toNanos();
    while (!Files.exists(file)) {
      if (System.nanoTime() > until) {
        throw new Failure(
            ExitCode.NOT_FOUND,
            file + " did not come within " + LIMIT.toMinutes() + " minutes",
            "check who writes it");
      }
      Thread.sleep(POLL_MILLIS);
    }
    return ModelState.decode(Files.readAllBytes(file), parameters);
  }
}
