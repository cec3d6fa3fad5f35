package org.concordat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.concordat.agent.approval.Inbox;
import org.concordat.certs.Genesis;
import org.concordat.certs.MemberId;
import org.concordat.protocol.Envelopes;
import org.concordat.protocol.v1.Approval;
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
