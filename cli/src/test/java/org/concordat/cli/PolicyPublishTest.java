package org.concordat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code policy sign}, {@code publish}, {@code list} and {@code test --log}, as members run them.
 */
class PolicyPublishTest {
  private static final String WHY = "no long beach";

  @TempDir Path temp;
  private Founding founding;
  private Child coordinator;
  private int port;
  private Path next;

  @BeforeEach
  void start() throws IOException, InterruptedException {
    founding = Founding.in(temp, "demo.yaml");
    coordinator =
        Child.start(
            temp,
            List.of(),
            "coordinator",
            "start",
            "--config",
            founding.coordinatorFile("127.0.0.1:0"));
    port =
        Integer.parseInt(coordinator.awaitFile(founding.home("coordinator").resolve("port"), 60));
    next = temp.resolve("next.yaml");
    Files.writeString(next, demo().replace("version: 1", "version: 2"));
  }

  private static String demo() throws IOException {
    return Files.readString(Cli.root().resolve("examples/policies/demo.yaml"));
  }

  @AfterEach
  void stop() {
    coordinator.close();
  }

  private Cli as(String name, Object... command) {
    return Cli.run(founding.as(name, port, command));
  }

  private JsonNode json(String name, Object... command) throws IOException {
    return Cli.json(founding.as(name, port, command));
  }

  private static String next(Cli failed) throws IOException {
    return new ObjectMapper().readTree(failed.err()).path("error").path("next").asText();
  }

  @Test
  void membersSignInTurnAndTheLastOnePublishes() throws IOException {
    Cli without = as("budapest", "policy", "sign", next, "--output", "json");
    assertThat(without.code()).isEqualTo(2);
    assertThat(next(without)).contains("--reason");
    assertThat(as("budapest", "policy", "publish", next).code()).as("nobody signed").isEqualTo(5);
    JsonNode dry = json("budapest", "policy", "sign", next, "--reason", WHY, "--dry-run");
    assertThat(dry.path("missing").asInt()).isEqualTo(2);
    assertThat(Path.of(next + ".signatures")).doesNotExist();

    Path huge = temp.resolve("huge.yaml");
    try (RandomAccessFile file = new RandomAccessFile(huge.toFile(), "rw")) {
      file.setLength(3L << 30); // takes no room on the disk
    }
    Cli refused = as("budapest", "policy", "sign", huge, "--reason", WHY);
    assertThat(refused.code()).isEqualTo(3);
    assertThat(refused.err()).contains("the file has more than 1048576 bytes");
    Cli first = as("budapest", "policy", "sign", next, "--reason", WHY);
    assertThat(first.code()).as(first.err()).isZero();
    assertThat(first.out())
        .contains("Rule 'founding-jurisdictions'")
        .contains("Now there are 1 of 2 signatures of roster version 2: [budapest]")
        .contains("Next: one more member signs");
    JsonNode early = json("budapest", "policy", "publish", next);
    assertThat(early.path("inForce").asBoolean()).isFalse();
    assertThat(early.path("missing").asInt()).isEqualTo(1);
    Cli otherReason = as("zurich", "policy", "sign", next, "--reason", "another");
    assertThat(otherReason.code()).isEqualTo(6);
    assertThat(otherReason.err()).contains("for another reason: " + WHY);
    JsonNode second = json("zurich", "policy", "sign", next);
    assertThat(second.path("missing").asInt()).isZero();
    assertThat(second.path("signedBy")).hasSize(2);
    JsonNode published = json("cleveland", "policy", "publish", next);
    assertThat(published.path("inForce").asBoolean()).isTrue();
    assertThat(published.path("rosterVersion").asInt()).isEqualTo(2);
    JsonNode again = json("cleveland", "policy", "publish", next);
    assertThat(again.path("inForce").asBoolean()).as("changes nothing").isTrue();

    JsonNode list = json("operator", "policy", "list");
    assertThat(list).hasSize(2);
    assertThat(list.get(0).path("inForce").asBoolean()).isFalse();
    assertThat(list.get(1).path("version").asInt()).isEqualTo(2);
    assertThat(list.get(1).path("inForce").asBoolean()).isTrue();
    assertThat(list.get(1).path("sinceRoster").asInt()).isEqualTo(2);
    assertThat(list.get(1).path("signedBy").toString()).isEqualTo("[\"budapest\",\"zurich\"]");
    assertThat(list.get(1).path("policyDigest").asText())
        .isEqualTo(second.path("policyDigest").asText());
    assertThat(list.get(0).path("since").asText()).isNotEmpty();
    assertThat(json("budapest", "policy", "list").get(1).path("since").asText())
        .as("an agent may read the log, which has the time")
        .isNotEmpty();
    JsonNode offline = json("operator", "policy", "list", "--offline");
    assertThat(offline).as("what this home has heard of").hasSize(1);
    Cli log = as("operator", "audit", "query", "--type", "policy", "--output", "json");
    assertThat(log.out()).contains("policy-approved").contains("\"carried-by\":\"cleveland\"");
  }

  @Test
  void whatCannotBeSignedOrPublishedIsRefusedWithACode() throws IOException {
    Path same = temp.resolve("same.yaml");
    Files.writeString(same, demo());
    Cli old = as("budapest", "policy", "sign", same, "--reason", WHY);
    assertThat(old.code()).isEqualTo(6);
    assertThat(old.err()).contains("the genesis has policy version 1");
    Path failing = temp.resolve("failing.yaml");
    Files.writeString(failing, Files.readString(next).replace("expect: allowed", "expect: denied"));
    Cli untrue = as("budapest", "policy", "sign", failing, "--reason", WHY);
    assertThat(untrue.code()).isEqualTo(3);
    assertThat(untrue.err()).contains("fails");
    assertThat(as("operator", "policy", "sign", next, "--reason", WHY).code())
        .as("no agent")
        .isEqualTo(6);
    assertThat(as("budapest", "policy", "sign", next, "--reason", WHY).code()).isZero();
    Files.writeString(next, Files.readString(next).replace("research-only", "research"));
    Cli changed = as("zurich", "policy", "sign", next);
    assertThat(changed.code()).isEqualTo(6);
    assertThat(changed.err()).contains("signatures for another document");
    Files.writeString(Path.of(next + ".signatures"), "{}");
    assertThat(as("zurich", "policy", "publish", next).code()).isEqualTo(8);
  }
}
