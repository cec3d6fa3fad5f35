package org.concordat.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.concordat.agent.AgentConfig;
import org.concordat.cli.client.ClientConfig;
import org.concordat.cli.client.JobFile;
import org.concordat.cli.demo.Scenario;
import org.concordat.config.Problems.InvalidConfigurationException;
import org.concordat.coordinator.CoordinatorConfig;
import org.concordat.protocol.v1.JobSpec;
import org.concordat.protocol.v1.Loss;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files that people write: samples are right, and mistakes are told all at once with file and line.
 */
class FilesTest {
  @TempDir Path temp;

  @Test
  void everyShippedJobIsWellFormed() throws IOException {
    try (Stream<Path> jobs = Files.list(Cli.root().resolve("examples/jobs"))) {
      List<Path> all = jobs.toList();
      assertThat(all).isNotEmpty();
      for (Path job : all) {
        assertThat(JobFile.read(job).getRounds()).isPositive();
      }
    }
  }

  @Test
  void aJobIsReadWithItsDefaults() {
    JobSpec spec = JobFile.read(Cli.root().resolve("examples/jobs/breast-cancer.yaml"));
    assertThat(spec.getModel().getLoss()).isEqualTo(Loss.BINARY_CROSS_ENTROPY);
    assertThat(spec.getModel().getInputs()).isEqualTo(30);
    assertThat(spec.getWaitForAll()).isFalse();
    assertThat(spec.getInitialSeed())
        .as("from the job's name, so that another job starts from another model")
        .isEqualTo(8036985762604531757L);
    assertThat(spec.getMembersList()).isEmpty();
  }

  @Test
  void everyMistakeOfAJobIsToldAtOnce() throws IOException {
    Path job = temp.resolve("job.yaml");
    Files.writeString(
        job,
        """
        job: x
        purpose: medical-research
        data-set: d
        data-class: c
        rounds: many
        modle: {}
        model:
          inputs: 3
          layers: [{units: 1, activation: sigmoyd}]
          loss: binary-cross-entropy
        plan: {learning-rate: .nan}
        secure-aggregation: {colluders: -1, clip-norm-l2: 1, coordinate-bound: 1, max-weight: 1}
        """);
    assertThatThrownBy(() -> JobFile.read(job))
        .isInstanceOf(InvalidConfigurationException.class)
        .hasMessageContaining("job.yaml:5: 'rounds' is 'many'")
        .hasMessageContaining("job.yaml:6: unknown key 'modle'")
        .hasMessageContaining("sigmoyd")
        .hasMessageContaining("plan.learning-rate")
        .hasMessageContaining("secure-aggregation.colluders");
  }

  @Test
  void whatIsOutOfBoundsIsNamedAsTheFileNamesIt() throws IOException {
    String good = Files.readString(Cli.root().resolve("examples/jobs/breast-cancer.yaml"));
    Path job =
        Files.writeString(
            temp.resolve("job.yaml"),
            good.replaceFirst("coordinate-bound: 1 ", "coordinate-bound: 9 ")
                .replaceFirst("inputs: 30", "inputs: 6000")
                .replaceFirst("layers:", "layers:\n    - {units: 4096, activation: relu}")
                .replaceFirst("trainer-memory-mib: 512", "trainer-memory-mib: 64"));
    assertThatThrownBy(() -> JobFile.read(job))
        .hasMessageContaining("secure-aggregation.coordinate-bound 9.0 is above clip-norm-l2 4.0")
        .hasMessageContaining("trainer-memory-mib is 64:")
        .hasMessageContaining(" MiB at the very least");
  }

  @Test
  void aJobOutOfBoundsIsRefusedBeforeItIsSent() throws IOException {
    String good = Files.readString(Cli.root().resolve("examples/jobs/breast-cancer.yaml"));
    Path job =
        Files.writeString(
            temp.resolve("job.yaml"), good.replaceFirst("activation: sigmoid", "activation: relu"));
    Cli done =
        Cli.run(
            "job",
            "submit",
            job,
            "--as",
            "x1",
            "--home",
            temp,
            "--genesis",
            temp,
            "--coordinator",
            "localhost:1");
    assertThat(done.code()).isEqualTo(3);
    assertThat(done.err()).contains("one sigmoid unit");
  }

  @Test
  void sampleConfigurationsAreRight() {
    Path samples = Cli.root().resolve("examples/alliances");
    assertThat(CoordinatorConfig.read(samples.resolve("coordinator.yaml")).port()).isEqualTo(7400);
    assertThat(AgentConfig.read(samples.resolve("agent.yaml")).name()).isEqualTo("zurich");
    assertThat(ClientConfig.read(samples.resolve("client.yaml")).name()).hasToString("operator");
    assertThat(ClientConfig.read(samples.resolve("agent.yaml")).address())
        .hasToString("coordinator.example.org:7400");
  }

  @Test
  void aClientFilesMistakesAreToldAtOnce() throws IOException {
    Path file =
        Files.writeString(
            temp.resolve("client.yaml"),
            "name: Not A Name\nrole: king\ncoordinator: {address: nowhere}\ncolour: red\n");
    assertThatThrownBy(() -> ClientConfig.read(file))
        .isInstanceOf(InvalidConfigurationException.class)
        .hasMessageContaining("'home' is missing")
        .hasMessageContaining(":1: ")
        .hasMessageContaining("king")
        .hasMessageContaining("nowhere")
        .hasMessageContaining("unknown key 'colour'");
  }

  @Test
  void withoutAConfigurationTheMissingFlagsAreNamed() {
    Cli done = Cli.run("system", "status", "--home", temp);
    assertThat(done.code()).isEqualTo(2);
    assertThat(done.err()).contains("--as, --genesis, --coordinator").doesNotContain("--home,");
  }

  @Test
  void everyShippedScenarioIsWhole() throws IOException {
    Path examples = Cli.root().resolve("examples");
    Scenario shipped = Scenario.find(null, examples);
    assertThat(shipped.sites())
        .extracting(Scenario.Site::name)
        .containsExactly("cleveland", "long-beach", "budapest", "zurich");
    assertThat(shipped.sites().stream().map(site -> site.party().jurisdiction()).distinct())
        .containsExactly("us", "eu", "ch");
    assertThat(shipped.job()).exists();
    assertThat(shipped.policy()).exists();
    shipped.sites().forEach(site -> assertThat(site.dataSet()).exists());
  }

  @Test
  void aFolderOfItsOwnDescriptionWins() throws IOException {
    Path examples = Cli.root().resolve("examples");
    String sample = Files.readString(examples.resolve("alliances/breast-cancer.yaml"));
    Files.writeString(
        temp.resolve("alliance.yaml"),
        sample.replace("name: hospitals", "name: mine").replace("../", examples + "/"));
    Scenario found = Scenario.find(temp, examples);
    assertThat(found.name()).isEqualTo("mine");
    assertThat(found.data()).isEqualTo(temp);
  }

  @Test
  void anUnknownFolderIsRefusedWithWhatToDo() {
    assertThatThrownBy(() -> Scenario.find(temp, Cli.root().resolve("examples")))
        .hasMessageContaining("none that are known");
    assertThatThrownBy(() -> Scenario.find(temp.resolve("absent"), Cli.root().resolve("examples")))
        .hasMessageContaining("no directory");
  }
}
