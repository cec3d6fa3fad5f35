package org.concordat.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.concordat.cli.Main;
import org.concordat.protocol.v1.JobSummary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A policy that wants a person's approval (case P04), from the policy to the log: nobody consents
 * before a person has, who accepts or rejects with the commands; and no upload outlives its round.
 */
@Timeout(120)
class ApprovalRoundTest {
  @TempDir Path root;

  private record Ran(int code, String out, String err) {}

  private static Ran run(Object... line) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] arguments = Arrays.stream(line).map(String::valueOf).toArray(String[]::new);
    int code = Main.run(arguments, new PrintWriter(out), new PrintWriter(err));
    return new Ran(code, out.toString(), err.toString());
  }

  private Path policy() throws IOException {
    String text =
        Files.readString(WholeRoundTest.policy())
            .replace(
                "[log-before-acting]",
                "[log-before-acting, approval-by-person, delete-updates-after-round]");
    assertThat(text).contains("approval-by-person");
    return Files.writeString(root.resolve("policy.yaml"), text);
  }

  private static JsonNode awaitRequest(Path config) throws Exception {
    long end = System.nanoTime() + 30_000_000_000L;
    while (System.nanoTime() < end) {
      Ran listed = run("approval", "list", "--config", config, "--output", "json");
      assertThat(listed.code()).as(listed.err()).isZero();
      if (!listed.out().isBlank()) {
        return new ObjectMapper().readTree(listed.out());
      }
      Thread.sleep(100);
    }
    throw new AssertionError("nobody is asked");
  }

  @Test
  void nobodyTakesPartBeforeAPersonHasAgreed() throws Exception {
    try (TestAlliance alliance = new TestAlliance(root, policy())) {
      alliance.approval("{purposes: [medical-research], approvers: [approver]}");
      alliance.startCoordinator();
      alliance.startAgents();
      assertThat(alliance.submit(TestAlliance.job("careful", 1).build()).getAccepted()).isTrue();
      Path approver = alliance.home("approver");
      for (String member : TestAlliance.MEMBERS) {
        Path config = alliance.agentConfig(member);
        JsonNode request = awaitRequest(config);
        assertThat(request.path("job").asText()).isEqualTo("careful");
        Ran shown = run("approval", "show", "careful", "--config", config);
        assertThat(shown.out()).contains("approval-by-person").contains("Why a person is asked");
        assertThat(alliance.rounds("careful")).as("nobody has begun").isEmpty();
        assertThat(
                run(
                        "approval",
                        "accept",
                        "careful",
                        "--as",
                        alliance.home("operator"),
                        "--config",
                        config)
                    .code())
            .as("without the role")
            .isEqualTo(4);
        boolean agrees = !member.equals("zurich");
        Ran answered =
            run(
                "approval",
                agrees ? "accept" : "reject",
                request.path("id").asText(),
                "--as",
                approver,
                "--comment",
                agrees ? "board 7" : "same patients",
                "--config",
                config);
        assertThat(answered.code()).as(answered.err()).isZero();
        assertThat(answered.out()).contains("The agent has taken it");
        assertThat(
                run("approval", "accept", "careful", "--as", approver, "--config", config).code())
            .as("an answer counts once")
            .isEqualTo(6);
      }
      JobSummary ended = alliance.awaitEnd("careful", 60);
      assertThat(ended.getState()).as(ended.toString()).isEqualTo("COMPLETED");
      assertThat(ended.getRefusalsList())
          .singleElement()
          .satisfies(refusal -> assertThat(refusal).contains("zurich").contains("same patients"));
      assertThat(alliance.auditText()).contains("person:approver").contains("board 7");
      try (Stream<Path> blobs = Files.walk(alliance.home("coordinator").resolve("state/blobs"))) {
        assertThat(blobs.filter(file -> file.getFileName().toString().startsWith("upload-")))
            .as("uploads are gone with their round")
            .isEmpty();
      }
    }
  }
}
