package org.concordat.agent.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk with no room for another file: here its name is taken by a folder. */
class AgentStatusInPlaceTest {
  @TempDir Path home;

  private JsonNode read() throws IOException {
    return new ObjectMapper().readTree(Files.readAllBytes(home.resolve(AgentStatus.FILE)));
  }

  @Test
  void theStatusIsWrittenInPlaceWhereThereIsNoRoomForAnotherFile() throws IOException {
    AgentStatus status = new AgentStatus(home, "zurich", Clock.systemUTC());
    status.set("lastError", "x".repeat(200));
    Files.createDirectory(home.resolve(AgentStatus.FILE + ".tmp"));

    status.set("lastAlarm", "this site's state cannot be written");
    assertThat(read().path("lastAlarm").asText()).contains("cannot be written");
    assertThat(read().path("lastError").asText()).hasSize(200);

    status.set("lastError", "");
    assertThat(read().path("lastError").asText()).as("a shorter text").isEmpty();
    assertThat(read().path("name").asText()).isEqualTo("zurich");
  }

  @Test
  void aTextThatIsLongerThanTheFilesBlocksLeavesTheOldOne() throws IOException {
    AgentStatus status = new AgentStatus(home, "zurich", Clock.systemUTC());
    status.set("state", "training");
    Files.createDirectory(home.resolve(AgentStatus.FILE + ".tmp"));

    status.set("lastError", "x".repeat(5000));
    assertThat(read().path("state").asText()).isEqualTo("training");
    assertThat(read().has("lastError")).isFalse();
  }
}
