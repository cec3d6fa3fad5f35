package org.concordat.agent.approval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import org.concordat.agent.approval.Request.State;
import org.concordat.protocol.v1.Approval;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InboxTest {
  @TempDir Path home;

  static Request request(String idDigit, String job) {
    return new Request(
        idDigit.repeat(32),
        "zurich",
        job,
        "a title",
        "medical-research",
        "toy",
        "ab".repeat(32),
        "cd".repeat(32),
        12,
        List.of("boston", "zurich"),
        List.of("the update of boston could be told apart"),
        "2026-11-30T04:00:00.00" + idDigit + "Z",
        State.OPEN,
        "",
        "",
        List.of());
  }

  @Test
  void whatIsShownIsReadBackByAnotherProcess() throws IOException {
    Inbox.open(home).show(request("1", "first"));
    Inbox.open(home).show(request("2", "second"));
    Inbox reader = Inbox.open(home);
    assertThat(reader.list()).containsExactly(request("1", "first"), request("2", "second"));
    assertThat(reader.find("second")).contains(request("2", "second"));
    assertThat(reader.find("1".repeat(32))).contains(request("1", "first"));
    assertThat(reader.find("third")).isEmpty();
    Path folder = home.resolve("inbox");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
        .isEqualTo("rwx------");
    try (var files = Files.list(folder)) {
      assertThat(files.toList())
          .hasSize(2)
          .allSatisfy(
              file ->
                  assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                      .isEqualTo("rw-------"));
    }
  }

  @Test
  void anOpenRequestOfAJobComesBeforeAClosedOne() {
    Inbox inbox = Inbox.open(home);
    inbox.show(request("1", "job"));
    inbox.show(request("2", "job").closed(State.WITHDRAWN, "", "its data changed"));
    assertThat(inbox.find("job").orElseThrow().id()).isEqualTo("1".repeat(32));
  }

  @Test
  void anApprovalNamesAllThatWasShown() {
    Approval approval =
        Inbox.approval(request("3", "job"), true, "seen by the board", Instant.ofEpochMilli(5));
    assertThat(approval.getSite()).isEqualTo("zurich");
    assertThat(approval.getRequest()).isEqualTo("3".repeat(32));
    assertThat(approval.getJob()).isEqualTo("job");
    assertThat(approval.getSpecDigest().toByteArray()).hasSize(32).containsOnly(0xcd);
    assertThat(approval.getDataSetDigest().toByteArray()).hasSize(32).containsOnly(0xab);
    assertThat(approval.getAccepted()).isTrue();
    assertThat(approval.getComment()).isEqualTo("seen by the board");
    assertThat(approval.getUnixMillis()).isEqualTo(5);
    assertThatThrownBy(
            () -> Inbox.approval(request("3", "job"), true, "x".repeat(501), Instant.EPOCH))
        .isInstanceOf(InboxException.class)
        .hasMessageContaining("501 characters");
  }

  @Test
  void anAnswerWaitsOnceForTheAgent() {
    Inbox inbox = Inbox.open(home);
    Request request = request("4", "job");
    assertThatThrownBy(() -> inbox.answer(request, new byte[10]))
        .hasMessageContaining("no request " + request.id());
    inbox.show(request);
    inbox.answer(request, new byte[] {1, 2, 3});
    assertThat(inbox.answers()).containsOnlyKeys(request.id());
    assertThat(inbox.answers().get(request.id())).containsExactly(1, 2, 3);
    assertThatThrownBy(() -> inbox.answer(request, new byte[10]))
        .hasMessageContaining("waits already")
        .hasMessageContaining("Next:");
    inbox.taken(request.id());
    inbox.show(request.closed(State.ACCEPTED, "ada", ""));
    assertThatThrownBy(() -> inbox.answer(request, new byte[10]))
        .hasMessageContaining("is ACCEPTED already, by ada");
  }

  @Test
  void badFilesAreNamedAndStrangersFilesAreLeftAlone() throws IOException {
    Inbox inbox = Inbox.open(home);
    Path folder = home.resolve("inbox");
    Files.writeString(folder.resolve("notes.txt"), "mine");
    Files.writeString(folder.resolve("x.answer"), "no id");
    Files.createSymbolicLink(
        folder.resolve("5".repeat(32) + ".answer"), folder.resolve("notes.txt"));
    assertThat(inbox.answers()).isEmpty();
    Files.write(folder.resolve("6".repeat(32) + ".answer"), new byte[(1 << 16) + 1]);
    assertThat(inbox.answers().get("6".repeat(32))).as("too long").isEmpty();
    Files.writeString(folder.resolve("7".repeat(32) + ".request.json"), "{}");
    assertThatThrownBy(inbox::list)
        .isInstanceOf(InboxException.class)
        .hasMessageContaining("7".repeat(32))
        .hasMessageContaining("Next: restart the agent");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    assertThatThrownBy(() -> Inbox.open(home)).hasMessageContaining("chmod 0700");
  }
}
