package org.concordat.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.concordat.certs.KeyFileException;
import org.concordat.cli.Main;
import org.concordat.protocol.v1.ListModelsRequest;
import org.concordat.protocol.v1.ModelSummary;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A coordinator's disk that lost a model, or the key that opens them. */
@Tag("slow")
@Timeout(180)
class LostModelKeyTest {
  @TempDir Path root;

  private record Ran(int code, String err) {}

  private Ran export(Path config, int version) {
    StringWriter err = new StringWriter();
    Path out = root.resolve("model-" + version + ".bin");
    int code =
        Main.run(
            Stream.of(
                    "model",
                    "export",
                    "old",
                    "--model-version",
                    version,
                    "--out",
                    out,
                    "--config",
                    config)
                .map(String::valueOf)
                .toArray(String[]::new),
            new PrintWriter(new StringWriter()),
            new PrintWriter(err));
    return new Ran(code, err.toString());
  }

  @Test
  void theCoordinatorStartsWithDamagedModelsAndNotWithoutTheKeyThatOpensThem() throws Exception {
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy())) {
      alliance.startCoordinator();
      alliance.startAgents();
      alliance.submit(TestAlliance.job("old", 3).build());
      assertThat(alliance.awaitEnd("old", 60).getState()).isEqualTo("COMPLETED");
      List<ModelSummary> models =
          alliance
              .operator()
              .listModels(ListModelsRequest.newBuilder().setJob("old").build())
              .getModelsList();
      assertThat(models).hasSize(4);
      Path config = alliance.agentConfig("boston");
      Objects.requireNonNull(alliance.coordinator).close();
      Path plain = file(alliance, models.get(1));
      Files.writeString(plain, "an earlier program's, and altered");
      Path cut = file(alliance, models.get(2));
      Files.write(cut, Arrays.copyOf(Files.readAllBytes(cut), 10));

      alliance.startCoordinator();
      for (int version : List.of(1, 2)) {
        Ran damaged = export(config, version);
        assertThat(damaged.code()).as(damaged.err()).isEqualTo(8);
        assertThat(damaged.err()).contains("is damaged or altered; its log names the file");
      }
      Ran whole = export(config, 3);
      assertThat(whole.code()).as(whole.err()).isZero();
      alliance.submit(TestAlliance.job("new", 1).build());
      assertThat(alliance.awaitEnd("new", 60).getState()).isEqualTo("COMPLETED");

      alliance.coordinator.close();
      Path key = alliance.home("coordinator").resolve("keys/models.key");
      Path kept = Files.move(key, root.resolve("kept"));
      assertThatThrownBy(alliance::startCoordinator)
          .isInstanceOf(KeyFileException.class)
          .hasMessageContaining("models.key: is missing")
          .hasMessageContaining("restore it from your copy");
      assertThat(key).doesNotExist();
      Path blobs = alliance.home("coordinator").resolve("state/blobs");
      Path away = Files.move(blobs, root.resolve("away"));
      alliance.startCoordinator(); // the way out where the key is lost for good
      alliance.submit(TestAlliance.job("next", 1).build());
      assertThat(alliance.awaitEnd("next", 60).getState()).isEqualTo("COMPLETED");
      assertThat(file(alliance, models.get(3))).doesNotExist();
      assertThat(away.resolve("sha256")).isNotEmptyDirectory();
      assertThat(Files.readString(key)).isNotEqualTo(Files.readString(kept));
    }
  }

  private static Path file(TestAlliance alliance, ModelSummary model) {
    return alliance
        .home("coordinator")
        .resolve("state/blobs/sha256")
        .resolve(model.getDigest().substring(0, 2))
        .resolve(model.getDigest());
  }
}
