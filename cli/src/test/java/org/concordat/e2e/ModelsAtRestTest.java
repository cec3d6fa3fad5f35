package org.concordat.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.concordat.certs.Role;
import org.concordat.protocol.v1.ExportModelRequest;
import org.concordat.protocol.v1.OperationsGrpc;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** While an alliance runs, and after, no file of anybody's has a model as it is. */
@Tag("slow")
class ModelsAtRestTest {
  @TempDir Path root;

  @Test
  void noFileHasAModelsBytes() throws Exception {
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy())) {
      alliance.startCoordinator();
      alliance.startAgents();
      assertThat(alliance.submit(TestAlliance.job("sealed", 3).build()).getAccepted()).isTrue();
      assertThat(alliance.awaitEnd("sealed", 60).getState()).isEqualTo("COMPLETED");
      List<String> models = models(alliance);
      assertThat(models).hasSize(3).doesNotHaveDuplicates();
      assertThat(models).allMatch(model -> model.length() == 24);
      assertThat(finds(models)).isEmpty();
      assertThat(sealed()).as("models, sums and records lie there").hasSizeGreaterThan(8);
      Path control = Files.write(root.resolve("control"), bytes("x" + models.get(1) + "y"));
      assertThat(finds(models)).containsExactly(control);
      Files.delete(control);

      alliance.coordinator.close();
      assertThat(finds(models)).isEmpty();
      alliance.startCoordinator(); // what is sealed is read again
      assertThat(models(alliance)).isEqualTo(models);
    }
  }

  /** Trained versions, a character a byte. */
  private static List<String> models(TestAlliance alliance) throws Exception {
    List<String> models = new ArrayList<>();
    ManagedChannel member = alliance.channel("zurich", Role.AGENT);
    try {
      for (int version = 1; version <= 3; version++) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        OperationsGrpc.newBlockingStub(member)
            .exportModel(
                ExportModelRequest.newBuilder().setJob("sealed").setVersion(version).build())
            .forEachRemaining(part -> content.writeBytes(part.getData().toByteArray()));
        models.add(content.toString(StandardCharsets.ISO_8859_1));
      }
    } finally {
      member.shutdownNow();
    }
    return models;
  }

  private static byte[] bytes(String characters) {
    return characters.getBytes(StandardCharsets.ISO_8859_1);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      return all.filter(Files::isRegularFile).toList();
    }
  }

  private List<Path> finds(List<String> models) throws IOException {
    List<Path> found = new ArrayList<>();
    for (Path file : files()) {
      String content = content(file);
      if (models.stream().anyMatch(content::contains)) {
        found.add(file);
      }
    }
    return found;
  }

  private List<Path> sealed() throws IOException {
    List<Path> found = new ArrayList<>();
    for (Path file : files()) {
      if (content(file).startsWith("cncseal1")) {
        found.add(file);
      }
    }
    return found;
  }

  /** Empty of one that is gone meanwhile. */
  private static String content(Path file) throws IOException {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (NoSuchFileException gone) {
      return "";
    }
  }
}
