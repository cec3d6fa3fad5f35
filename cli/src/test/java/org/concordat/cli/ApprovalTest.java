package org.concordat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.concordat.agent.approval.Inbox;
import org.concordat.certs.Genesis;
import org.concordat.certs.MemberId;
import org.concordat.certs.Sha256;
import org.concordat.protocol.Envelopes;
import org.concordat.protocol.v1.Activation;
import org.concordat.protocol.v1.Approval;
import org.concordat.protocol.v1.DenseLayer;
import org.concordat.protocol.v1.Envelope;
import org.concordat.protocol.v1.JobSpec;
import org.concordat.protocol.v1.ModelSpec;
import org.concordat.protocol.v1.SignedEnvelope;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A person's answers at an agent that does not run: what is shown, signed and refused. */
class ApprovalTest {
  private static final String ID = "0123456789abcdef0123456789abcdef";

  @TempDir Path temp;
  private Founding founding;
  private Path config;

  @BeforeEach
  void found() throws IOException {
    founding = Founding.in(temp, "demo.yaml");
    config =
        Files.writeString(
            temp.resolve("agent.yaml"),
            """
            name: zurich
            home: zurich
            genesis: genesis.json
            coordinator: {name: coordinator, address: "127.0.0.1:7443"}
            data-root: .
            data-sets: []
            """);
    Files.createDirectory(
        founding.home("zurich").resolve("inbox"),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    put("OPEN");
  }

  private void put(String state) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode request =
        mapper
            .createObjectNode()
            .put("id", ID)
            .put("site", "zurich")
            .put("job", "lungs-2")
            .put("title", "Second look")
            .put("purpose", "medical-research")
            .put("dataSet", "lungs")
            .put("dataSetDigest", "ab".repeat(32))
            .put("specDigest", "cd".repeat(32))
            .put("rounds", 3)
            .put("created", "2026-11-30T05:00:00Z")
            .put("state", state)
            .put("decidedBy", "")
            .put("comment", "");
    request.set("members", mapper.valueToTree(List.of("budapest", "zurich")));
    request.set(
        "reasons", mapper.valueToTree(List.of("the update of budapest could be told apart")));
    request.putArray("refusedAnswers");
    Files.write(
        founding.home("zurich").resolve("inbox").resolve(ID + ".request.json"),
        mapper.writeValueAsBytes(request));
  }

  private Cli approval(Object... command) {
    Object[] line = new Object[command.length + 3];
    line[0] = "approval";
    System.arraycopy(command, 0, line, 1, command.length);
    line[command.length + 1] = "--config";
    line[command.length + 2] = config;
    return Cli.run(line);
  }

  @Test
  void aRequestIsShownWithWhatCouldBeLearned() {
    assertThat(approval("list").out()).contains(ID).contains("lungs-2").contains("open");
    Cli shown = approval("show", "lungs-2");
    assertThat(shown.out())
        .contains("the update of budapest could be told apart")
        .contains("ab".repeat(32))
        .contains("Second look")
        .contains("approval accept " + ID);
    assertThat(approval("show", "hearts").code()).isEqualTo(5);
  }

  private void putJob(String id, String job, int rounds, String created) throws IOException {
    JobSpec spec =
        JobSpec.newBuilder()
            .setJob(job)
            .setPurpose("medical-research")
            .setRounds(rounds)
            .setModel(
                ModelSpec.newBuilder()
                    .setInputs(30)
                    .addLayers(
                        DenseLayer.newBuilder().setUnits(1).setActivation(Activation.SIGMOID)))
            .build();
    byte[] sealed =
        SignedEnvelope.newBuilder()
            .setEnvelope(
                Envelope.newBuilder().setPayload(spec.toByteString()).build().toByteString())
            .build()
            .toByteArray();
    put("OPEN");
    Path inbox = founding.home("zurich").resolve("inbox");
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode request = (ObjectNode) mapper.readTree(inbox.resolve(ID + ".request.json").toFile());
    request
        .put("id", id)
        .put("job", job)
        .put("created", created)
        .put("specDigest", Sha256.of(sealed).hex());
    Files.delete(inbox.resolve(ID + ".request.json"));
    Files.write(inbox.resolve(id + ".request.json"), mapper.writeValueAsBytes(request));
    Files.write(inbox.resolve(id + ".job"), sealed);
  }

  @Test
  void theWholeJobIsShownAndWhatChangedSinceTheLast() throws IOException {
    assertThat(approval("show", "lungs-2").out()).contains("no longer in the inbox");
    putJob("1".repeat(32), "lungs-2", 3, "2026-11-30T05:00:00Z");
    putJob("2".repeat(32), "lungs-3", 8, "2026-12-01T05:00:00Z");
    Cli first = approval("show", "lungs-2");
    assertThat(first.out())
        .contains("Model: 30 inputs, layers of 1 sigmoid; 31 parameters")
        .contains("Where results go: ")
        .doesNotContain("What is another");
    assertThat(approval("show", "lungs-3").out())
        .contains("What is another than in 'lungs-2', the last job here on this data:")
        .contains(
            "  - Rounds: 8 of training, and one that evaluates the model (before: 3 of training, and"
                + " one that evaluates the model)")
        .doesNotContain("  - Model");
  }

  /** Signed by the agent's own key, or an approver's; the agent does not run, so that it waits. */
  @Test
  void aConsentIsTakenBackByASignedFile() throws Exception {
    Cli done = approval("withdraw", "lungs-2", "--comment", "an objection", "--output", "json");
    assertThat(done.code()).as(done.err()).isZero();
    assertThat(new ObjectMapper().readTree(done.out()).path("taken").asBoolean()).isFalse();
    assertThat(Inbox.open(founding.home("zurich")).waits("lungs-2")).isTrue();
    assertThat(approval("withdraw", "lungs-2", "--as", founding.home("budapest")).code()).isZero();
    Cli refused = approval("withdraw", "lungs-2", "--as", founding.home("operator"));
    assertThat(refused.code()).isEqualTo(4);
    assertThat(refused.err()).contains("'operator' has not the role approver");
  }

  /** A running agent, a real process: it ends at once, and stays ended until somebody lifts it. */
  @Test
  void anEmergencyStopEndsTheAgentAndKeepsItEnded() throws Exception {
    Path home = founding.home("zurich");
    Files.writeString(config, "trainer: {command: [\"true\"]}\n", StandardOpenOption.APPEND);
    try (Child agent = Child.start(temp, List.of(), "agent", "start", "--config", config)) {
      agent.awaitFile(home.resolve("status.json"), 60);
      Cli stopped =
          Cli.run("agent", "stop", "--emergency", "--reason", "a leak", "--config", config);
      assertThat(stopped.code()).as(stopped.err()).isZero();
      assertThat(agent.await(30)).isEqualTo(6);
      assertThat(agent.err()).contains("emergency stop");
    }
    Cli again = Cli.run("agent", "start", "--config", config);
    assertThat(again.code()).isEqualTo(6);
    assertThat(again.err()).contains("stopped for an emergency (a leak)").contains("--lift");
    assertThat(Cli.run("agent", "status", "--config", config).out()).contains("a leak");
    assertThat(Cli.run("agent", "stop", "--config", config).code()).isEqualTo(2);
    assertThat(Cli.run("agent", "stop", "--lift", "--config", config).out()).contains("Lifted");
    Files.delete(home.resolve("status.json"));
    try (Child agent = Child.start(temp, List.of(), "agent", "start", "--config", config)) {
      agent.awaitFile(home.resolve("status.json"), 60);
      assertThat(agent.process().isAlive()).isTrue();
    }
  }

  @Test
  void anAnswerIsSignedByTheApproverForThisJobAndData() throws Exception {
    Cli done =
        approval(
            "accept",
            ID,
            "--as",
            founding.home("budapest"),
            "--comment",
            "board 7",
            "--output",
            "json");
    assertThat(done.code()).as(done.err()).isZero();
    JsonNode json = new ObjectMapper().readTree(done.out());
    assertThat(json.path("taken").asBoolean()).as("no agent runs here").isFalse();
    Genesis genesis = Genesis.load(founding.genesis());
    Envelopes envelopes =
        new Envelopes(
            "hospitals",
            "zurich",
            message -> new byte[64],
            (sender, message, signature) ->
                genesis
                    .roster()
                    .find(new MemberId(sender))
                    .orElseThrow()
                    .identityKey()
                    .verify(message, signature),
            1);
    byte[] sealed =
        Files.readAllBytes(founding.home("zurich").resolve("inbox").resolve(ID + ".answer"));
    var opened = envelopes.open(sealed);
    assertThat(opened.sender()).isEqualTo("budapest");
    assertThat(opened.type()).isEqualTo(Inbox.APPROVAL_TYPE);
    Approval approval = Approval.parseFrom(opened.payload());
    assertThat(approval.getAccepted()).isTrue();
    assertThat(approval.getRequest()).isEqualTo(ID);
    assertThat(approval.getSite()).isEqualTo("zurich");
    assertThat(approval.getComment()).isEqualTo("board 7");
    Cli again = approval("reject", ID, "--as", founding.home("budapest"));
    assertThat(again.code()).isEqualTo(6);
    assertThat(again.err()).contains("waits already").contains("Next: start the agent");
  }

  @Test
  void whoHasNotTheRoleIsToldBeforeAnythingIsSigned() {
    Cli refused = approval("accept", ID, "--as", founding.home("operator"));
    assertThat(refused.code()).isEqualTo(4);
    assertThat(refused.err()).contains("'operator' has not the role approver");
    assertThat(founding.home("zurich").resolve("inbox").resolve(ID + ".answer")).doesNotExist();
    assertThat(approval("reject", ID, "--as", temp.resolve("nobody")).code()).isEqualTo(3);
  }

  @Test
  void aClosedRequestIsAnsweredOnce() throws IOException {
    put("WITHDRAWN");
    Cli late = approval("accept", ID);
    assertThat(late.code()).isEqualTo(6);
    assertThat(late.err()).contains("withdrawn already").contains("Next:");
    assertThat(approval("list").err()).contains("Nothing waits for a person");
    assertThat(approval("list", "--all").out()).contains(ID);
  }
}
