package org.concordat.cli.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.concordat.agent.data.DataSet;
import org.concordat.learning.ModelState;
import org.concordat.protocol.v1.JobSpec;

/** What the federated model is held against: each hospital alone, and all rows in one place. */
final class Yardsticks {
  private final Scenario scenario;
  private final Layout layout;
  private final Programs programs;
  private final Path trainer;
  private final Path natives;
  private final Consumer<String> step;

  Yardsticks(
      Scenario scenario,
      Layout layout,
      Programs programs,
      Path trainer,
      Path natives,
      Consumer<String> step) {
    this.scenario = scenario;
    this.layout = layout;
    this.programs = programs;
    this.trainer = trainer;
    this.natives = natives;
    this.step = step;
  }

  /**
   * Each site scores every model on its own test rows, in its own directory; models travel between
   * them, rows never.
   */
  Scores score(JobSpec spec, Path federated) throws IOException, InterruptedException {
    step.accept(
        "yardsticks: each hospital trains alone in its own directory; the demo trains on all files together");
    Path shared = Files.createDirectories(shared());
    Path pooled = shared.resolve(Scores.POOLED + ".bin");
    Map<String, Path> models = new LinkedHashMap<>();
    scenario
        .sites()
        .forEach(
            site ->
                models.put(
                    Scores.alone(site.name()), shared.resolve(Scores.alone(site.name()) + ".bin")));
    models.put(Scores.FEDERATED, federated);
    models.put(Scores.POOLED, pooled);
    Map<String, Path> reports = new LinkedHashMap<>();
    List<Together.Task> tasks = new ArrayList<>();
    tasks.add(() -> trainPooled(spec, pooled));
    for (Scenario.Site site : scenario.sites()) {
      Path report = layout.home(site.name()).resolve("yardsticks.json");
      reports.put(site.name(), report);
      tasks.add(() -> evaluate(site.name(), models, report));
    }
    Together.run(tasks);
    return Scores.read(reports);
  }

  private void evaluate(String site, Map<String, Path> models, Path report) {
    List<String> line =
        new ArrayList<>(
            List.of(
                "agent",
                "evaluate",
                "--config",
                layout.agentFile(site).toString(),
                "--job",
                layout.jobFile(scenario.operator().name()).toString(),
                "--alone",
                shared().resolve(Scores.alone(site) + ".bin").toString(),
                "--report",
                report.toString()));
    models.forEach((name, file) -> line.addAll(List.of("--score", name + "=" + file)));
    programs.here(line);
  }

  private Path shared() {
    return layout.root().resolve("yardsticks");
  }

  private void trainPooled(JobSpec spec, Path out) throws IOException, InterruptedException {
    List<DataSet> sites = new ArrayList<>();
    for (Scenario.Site site : scenario.sites()) {
      sites.add(DataSet.load(site.dataSet(), scenario.data().resolve(site.folder())));
    }
    double[] model = Pooled.train(spec, sites, trainer, natives);
    Path partial = out.resolveSibling("pooled.partial");
    Files.write(partial, new ModelState(model).encode());
    Files.move(partial, out, StandardCopyOption.ATOMIC_MOVE);
  }
}
