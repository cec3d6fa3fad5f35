package org.concordat.cli.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.config.Section;
import org.concordat.config.Yaml;
import org.concordat.protocol.v1.JobSpec;
import org.jspecify.annotations.Nullable;

/**
 * The demo's directory: one directory per participant, each with what that participant would have.
 */
public final class Layout {
  private final Path root;

  private Layout(Path root) {
    this.root = root;
  }

  /** A directory to keep, empty or absent, or a temporary one. */
  public static Layout make(@Nullable Path keep) throws IOException {
    if (keep == null) {
      return new Layout(TemporaryDirectory.make());
    }
    Path wanted = keep.toAbsolutePath().normalize();
    if (Files.exists(wanted)) {
      if (!Files.isDirectory(wanted)) {
        throw new Failure(
            ExitCode.CONFLICT,
            "--keep " + keep + " is no directory",
            "choose a directory that is empty or absent");
      }
      try (Stream<Path> found = Files.list(wanted)) {
        if (found.findAny().isPresent()) {
          throw new Failure(
              ExitCode.CONFLICT,
              "--keep " + keep + " is not empty",
              "choose a directory that is empty or absent");
        }
      }
    }
    return new Layout(Files.createDirectories(wanted));
  }

  public Path root() {
    return root;
  }

  public Path home(String participant) {
    return root.resolve(participant);
  }

  public Path log(String participant) {
    return home(participant).resolve("log.txt");
  }

  public Path genesis() {
    return root.resolve("genesis.json");
  }

  public Path agentFile(String site) {
    return home(site).resolve("agent.yaml");
  }

  public Path coordinatorFile(String coordinator) {
    return home(coordinator).resolve("coordinator.yaml");
  }

  public Path clientFile(String operator) {
    return home(operator).resolve("client.yaml");
  }

  public Path jobFile(String operator) {
    return home(operator).resolve("job.yaml");
  }

  /** Everybody pins a copy of the sealed genesis. */
  public void pinGenesis(Scenario scenario) throws IOException {
    List<String> all = new ArrayList<>(scenario.sites().stream().map(Scenario.Site::name).toList());
    all.add(scenario.coordinator().name());
    all.add(scenario.operator().name());
    for (String participant : all) {
      Files.copy(genesis(), home(participant).resolve("genesis.json"));
    }
  }

  public void writeCoordinator(Scenario scenario, String listen) throws IOException {
    Files.writeString(
        coordinatorFile(scenario.coordinator().name()),
        """
        name: %s
        home: .
        genesis: genesis.json
        listen: %s
        rounds:
          # the demo shows a round that waits for a hospital until the job's deadline, and then goes on without it
          drop-grace-seconds: 3600
          epoch-wait-seconds: 20
        """
            .formatted(scenario.coordinator().name(), listen));
  }

  public void writeClient(Scenario scenario, int port) throws IOException {
    Files.writeString(
        clientFile(scenario.operator().name()),
        """
        name: %s
        home: .
        genesis: genesis.json
        coordinator: {address: "127.0.0.1:%d"}
        """
            .formatted(scenario.operator().name(), port));
  }

  /** A site's own files: its data, their description, and its agent's configuration. */
  public void writeSite(
      Scenario scenario, Scenario.Site site, int port, JobSpec spec, Path trainer, Path natives)
      throws IOException {
    Path home = home(site.name());
    Path data = Files.createDirectories(home.resolve("data"));
    Path dataSets = Files.createDirectories(home.resolve("data-sets"));
    copyData(scenario.data().resolve(site.folder()), site.dataSet(), data, dataSets);
    Files.writeString(
        agentFile(site.name()),
        """
        name: %s
        home: .
        genesis: genesis.json
        coordinator:
          name: %s
          address: "127.0.0.1:%d"
        data-root: data
        data-sets: [data-sets/%s]
        approval:
          purposes: [%s]
          colluders: %d
          # a demo's data is nobody's: without this, a second job on it asks a person
          further-jobs: {sums: 100000, members: any}
        trainer:
          class-path: %s
          native-cache: %s
        """
            .formatted(
                site.name(),
                scenario.coordinator().name(),
                port,
                site.dataSet().getFileName(),
                spec.getPurpose(),
                spec.getSecureAggregation().getColluders(),
                quoted(trainer),
                quoted(natives)));
  }

  private static void copyData(Path from, Path description, Path data, Path dataSets)
      throws IOException {
    Section root = Yaml.read(description);
    Files.copy(description, dataSets.resolve(description.getFileName()));
    @Nullable Path schema = root.fileOrNull("schema");
    if (schema != null) {
      Files.copy(schema, dataSets.resolve(schema.getFileName()));
    }
    Section files = root.sectionOrEmpty("files");
    for (String key : List.of("train", "test", "all", "split")) {
      @Nullable String name = files.textOrNull(key);
      if (name != null) {
        Path source = from.resolve(name).normalize();
        Path target = data.resolve(name).normalize();
        if (!source.startsWith(from.normalize()) || !target.startsWith(data)) {
          throw new Failure(
              ExitCode.CONFIGURATION,
              description + ": the file '" + name + "' is outside the site's folder",
              "name a file in it");
        }
        Files.createDirectories(target.getParent());
        Files.copy(source, target, StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  /** The job with the demo's own numbers in place of some of its lines. */
  public void writeJob(Scenario scenario, int rounds, int deadlineSeconds) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String line : Files.readAllLines(scenario.job())) {
      if (!line.matches("(deadline-seconds|wait-for-all):.*")
          && !(rounds > 0 && line.matches("rounds:.*"))) {
        lines.add(line);
      }
    }
    lines.add("# set by the demo");
    lines.add("deadline-seconds: " + deadlineSeconds);
    lines.add("wait-for-all: true");
    if (rounds > 0) {
      lines.add("rounds: " + rounds);
    }
    Files.write(jobFile(scenario.operator().name()), lines);
  }

  private static String quoted(Path path) {
    return "\"" + path.toString().replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }

  /** Removes everything; for a temporary directory only. */
  public void remove() throws IOException {
    TemporaryDirectory.remove(root);
  }
}
