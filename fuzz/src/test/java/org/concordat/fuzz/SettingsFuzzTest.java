package org.concordat.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiConsumer;
import org.concordat.agent.AgentConfig;
import org.concordat.agent.data.DataSet;
import org.concordat.agent.data.InvalidDataException;
import org.concordat.cli.client.ClientConfig;
import org.concordat.cli.client.JobFile;
import org.concordat.config.Problems.InvalidConfigurationException;
import org.concordat.coordinator.CoordinatorConfig;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The files that operators write: settings of the programs, jobs, descriptions of data. */
class SettingsFuzzTest {
  private static final List<BiConsumer<Path, Path>> PARSERS =
      List.of(
          (file, directory) -> CoordinatorConfig.read(file),
          (file, directory) -> AgentConfig.read(file),
          (file, directory) -> JobFile.read(file),
          (file, directory) -> DataSet.load(file, directory),
          (file, directory) -> ClientConfig.read(file));

  private static Path directory;
  private static Path file;

  @BeforeAll
  static void makeFile() throws IOException {
    directory = Files.createTempDirectory("settings");
    file = directory.resolve("file.yaml");
  }

  @AfterAll
  static void removeFile() throws IOException {
    Files.deleteIfExists(file);
    Files.deleteIfExists(directory);
  }

  @FuzzTest(maxDuration = "25s")
  void parses(byte[] data) throws IOException {
    Files.write(file, Selected.rest(data));
    try {
      Selected.of(PARSERS, data).accept(file, directory);
    } catch (InvalidConfigurationException | InvalidDataException named) {
      // Every mistake with file and line.
    }
  }
}
