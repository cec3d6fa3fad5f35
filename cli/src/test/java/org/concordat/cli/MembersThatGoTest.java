package org.concordat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.concordat.certs.MemberRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code member remove} and {@code member exit}, as members run them. */
class MembersThatGoTest {
  private static final String REASON = "contract ended";

  @TempDir Path temp;
  private Founding founding;
  private Child coordinator;
  private int port;

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

  /** Entries of the log, one a line. */
  private String enrolments() {
    return as("operator", "audit", "query", "--type", "enrolment", "--output", "json").out();
  }

  private static JsonNode error(Cli failed) throws IOException {
    return new ObjectMapper().readTree(failed.err()).path("error");
  }

  @Test
  void theLastOfKMembersRemovesAndEachStepSaysWhatIsMissing() throws IOException {
    Cli dry = as("budapest", "member", "remove", "zurich", "--reason", REASON, "--dry-run");
    assertThat(dry.code()).as(dry.err()).isZero();
    assertThat(dry.out()).contains("Nothing was signed").contains("would have 2 agents");
    JsonNode dryJson =
        json("budapest", "member", "remove", "zurich", "--reason", REASON, "--dry-run");
    assertThat(dryJson.path("dryRun").asBoolean()).isTrue();
    assertThat(dryJson.path("needed").asInt()).isEqualTo(2);

    JsonNode first = json("budapest", "member", "remove", "zurich", "--reason", REASON);
    assertThat(first.path("approvals").asInt()).isEqualTo(1);
    assertThat(first.path("needed").asInt()).isEqualTo(2);
    assertThat(first.path("inForce").asBoolean()).isFalse();
    assertThat(first.path("otherReasons")).isEmpty();
    assertThat(first.path("roster").asText()).isEqualTo(dryJson.path("roster").asText());
    String mine = first.path("roster").asText();
    JsonNode typo = json("budapest", "member", "remove", "zurich", "--reason", "contarct ended");
    for (int i = 0; i < 2; i++) { // the second time as after an answer that was lost
      JsonNode again = json("budapest", "member", "remove", "zurich", "--reason", REASON);
      assertThat(again.path("roster").asText()).isEqualTo(mine);
    }
    String log = enrolments();
    assertThat(log.split("removal-approved", -1)).as("three approvals: " + log).hasSize(3 + 1);
    assertThat(log)
        .as("each names the one that it withdraws")
        .contains("\"withdraws\":\"" + mine)
        .contains("\"withdraws\":\"" + typo.path("roster").asText());
    Cli other = as("cleveland", "member", "remove", "zurich", "--reason", "another reason");
    assertThat(other.code()).as(other.err()).isZero();
    assertThat(other.out())
        .contains("another proposal, with the reason: " + REASON)
        .contains("1 of 2 approvals")
        .contains("Next: ");
    JsonNode two = json("cleveland", "member", "remove", "zurich", "--reason", "another reason");
    assertThat(two.path("otherReasons")).hasSize(1);
    Cli last = as("cleveland", "member", "remove", "zurich", "--reason", REASON);
    assertThat(last.code()).as(last.err()).isZero();
    assertThat(last.out())
        .contains("Removed: 'zurich'. Roster version 2 is in force, signed by 2 members.");
    assertThat(json("operator", "member", "list").path("members")).hasSize(4);

    Cli removed = as("zurich", "system", "status");
    assertThat(removed.code()).as(removed.err()).isEqualTo(4);
    assertThat(removed.err()).contains("REVOKED").contains(REASON);
  }

  @Test
  void whatCannotBeRemovedIsRefusedWithACode() throws IOException {
    assertThat(as("budapest", "member", "remove", "zurich").code()).isEqualTo(2);
    assertThat(as("operator", "member", "remove", "zurich", "--reason", REASON).code())
        .as("no member's signature")
        .isEqualTo(4);
    Cli own = as("zurich", "member", "remove", "zurich", "--reason", REASON);
    assertThat(own.code()).isEqualTo(6);
    assertThat(own.err()).contains("member exit");
    Cli hub = as("zurich", "member", "remove", "coordinator", "--reason", REASON);
    assertThat(hub.code()).isEqualTo(6);
    Cli nobody = as("zurich", "member", "remove", "oslo", "--reason", REASON, "--output", "json");
    assertThat(nobody.code()).isEqualTo(6);
    assertThat(error(nobody).path("message").asText()).contains("oslo is not in roster version 1");
    assertThat(error(nobody).path("next").asText()).isNotEmpty();
    Cli lines = as("zurich", "member", "remove", "budapest", "--reason", "two\nlines");
    assertThat(lines.code()).isEqualTo(6);
    assertThat(lines.err()).contains("one line");
  }

  @Test
  void whoLeavesIsOutAtOnceAndSaysItOnce() throws IOException {
    assertThat(as("zurich", "member", "exit").code()).isEqualTo(2);
    JsonNode left = json("zurich", "member", "exit", "--reason", "study ended");
    assertThat(left.path("member").asText()).isEqualTo("zurich");
    assertThat(left.path("approvals").asInt()).as("no agent is connected").isZero();
    assertThat(left.path("needed").asInt()).isEqualTo(2);
    Cli status = as("zurich", "system", "status");
    assertThat(status.code()).as(status.err()).isEqualTo(4);
    assertThat(status.err()).contains("'zurich' has left the alliance: study ended");
    JsonNode log = json("operator", "audit", "query", "--type", "enrolment");
    assertThat(log.toString()).contains("study ended");
  }

  @Test
  void aMemberGetsNewKeysFromTheOthersAndActsWithThem() throws IOException {
    Path fresh = temp.resolve("zurich-new");
    founding.init("zurich", "ch", "CH", "agent,approver,member-admin", fresh);
    Path request = fresh.resolve("request.json");
    String digest = MemberRequest.parse(Files.readAllBytes(request)).digest().hex();
    Cli dry = as("budapest", "member", "replace-keys", request, "--reason", "stolen", "--dry-run");
    assertThat(dry.code()).as(dry.err()).isZero();
    assertThat(dry.out()).contains("Nothing was signed").contains(digest);
    JsonNode first = json("budapest", "member", "replace-keys", request, "--reason", "stolen");
    assertThat(first.path("request").asText()).isEqualTo(digest);
    assertThat(first.path("inForce").asBoolean()).isFalse();
    Cli last = as("cleveland", "member", "replace-keys", request, "--reason", "stolen");
    assertThat(last.code()).as(last.err()).isZero();
    assertThat(last.out()).contains("Replaced: the keys of 'zurich'. Roster version 2 is in force");
    Cli before = as("zurich", "system", "status");
    assertThat(before.code()).as(before.err()).isEqualTo(4);
    assertThat(before.err()).contains("REVOKED").contains("stolen");

    Path certificate = fresh.resolve("member-ca.pem");
    Object[] issue = {
      "member", "approve", request, "--issue", "--ca", founding.ca(), "--out", certificate
    };
    json("operator", issue);
    Object[] status = {
      "system",
      "status",
      "--as",
      "zurich",
      "--home",
      fresh,
      "--genesis",
      founding.genesis(),
      "--coordinator",
      "127.0.0.1:" + port
    };
    assertThat(Cli.json(status).path("rosterVersion").asInt()).isEqualTo(2);
    assertThat(as("operator", "member", "replace-keys", request, "--reason", "x").code())
        .isEqualTo(4);
    JsonNode certs =
        Cli.json(
            "cert",
            "list",
            "--as",
            "zurich",
            "--home",
            fresh,
            "--genesis",
            founding.genesis(),
            "--coordinator",
            "127.0.0.1:" + port);
    assertThat(certs.path("own")).hasSize(3);
    assertThat(certs.path("own").get(0).path("now").asText()).isEqualTo("valid");
    assertThat(certs.path("own").get(0).path("sha256").asText()).hasSize(64);
    assertThat(certs.path("keys")).hasSize(6);
    assertThat(certs.path("keys").get(5).path("state").asText()).isEqualTo("revoked");
    assertThat(certs.path("keys").get(5).path("reason").asText()).isEqualTo("stolen");
    JsonNode own = certs.path("keys").get(4);
    assertThat(own.path("member").asText()).isEqualTo("zurich");
    assertThat(own.path("notAfter").asText())
        .isEqualTo(certs.path("own").get(0).path("notAfter").asText());
    JsonNode seen = json("operator", "cert", "list").path("keys").get(4);
    assertThat(seen.path("memberCa")).isEqualTo(own.path("memberCa"));
    assertThat(seen.has("notAfter")).as("of a certificate that the operator has not").isFalse();
    Cli again = as("budapest", "member", "replace-keys", request, "--reason", "stolen");
    assertThat(again.code()).as("they are in force").isEqualTo(6);
    Path other = temp.resolve("zurich-other");
    founding.init("zurich", "ch", "CH", "agent,operator", other);
    Cli roles =
        as("budapest", "member", "replace-keys", other.resolve("request.json"), "--reason", "x");
    assertThat(roles.code()).isEqualTo(6);
    assertThat(roles.err()).contains("roles agent,approver,member-admin").contains("make it again");
  }

  @Test
  void aMemberIsSuspendedAndResumedByTheOthers() throws IOException {
    Cli dry = as("budapest", "member", "suspend", "zurich", "--reason", "audit", "--dry-run");
    assertThat(dry.code()).as(dry.err()).isZero();
    assertThat(dry.out()).contains("Nothing was signed").contains("would have 2 agents");
    JsonNode first = json("budapest", "member", "suspend", "zurich", "--reason", "audit");
    assertThat(first.path("inForce").asBoolean()).isFalse();
    Cli last = as("cleveland", "member", "suspend", "zurich", "--reason", "audit");
    assertThat(last.code()).as(last.err()).isZero();
    assertThat(last.out()).contains("Suspended: 'zurich'").contains("member resume zurich");
    Cli refused = as("zurich", "system", "status");
    assertThat(refused.code()).as(refused.err()).isEqualTo(4);
    assertThat(refused.err()).contains("SUSPENDED").contains("audit");
    JsonNode list = json("operator", "member", "list");
    assertThat(list.path("members")).hasSize(5);
    assertThat(list.toString()).contains("\"suspended\":\"audit\"");
    assertThat(as("operator", "member", "list").out()).contains("suspended: audit");
    assertThat(as("operator", "system", "status").out()).contains("suspended");
    assertThat(as("operator", "cert", "list").out()).contains("suspended: audit").contains("root");
    assertThat(as("zurich", "member", "resume", "zurich", "--reason", "x").code())
        .as("it has no say")
        .isEqualTo(6);
    json("budapest", "member", "resume", "zurich", "--reason", "passed");
    Cli back = as("cleveland", "member", "resume", "zurich", "--reason", "passed");
    assertThat(back.out()).contains("Resumed: 'zurich'. Roster version 3 is in force");
    assertThat(as("zurich", "system", "status").code()).isZero();
    assertThat(as("budapest", "member", "resume", "zurich", "--reason", "passed").code())
        .isEqualTo(6);
  }

  @Test
  void aSuspendedMemberMayLeaveAndNothingElse() throws IOException {
    json("budapest", "member", "suspend", "zurich", "--reason", "audit");
    json("cleveland", "member", "suspend", "zurich", "--reason", "audit");
    Cli jobs = as("zurich", "job", "list");
    assertThat(jobs.code()).as(jobs.out()).isEqualTo(4);
    assertThat(jobs.err()).contains("SUSPENDED").contains("audit");
    JsonNode left = json("zurich", "member", "exit", "--reason", "study ended");
    assertThat(left.path("member").asText()).isEqualTo("zurich");
    assertThat(json("zurich", "member", "exit", "--reason", "study ended").path("needed").asInt())
        .as("the same again")
        .isEqualTo(2);
    Cli another = as("zurich", "member", "exit", "--reason", "another reason");
    assertThat(another.code()).as(another.err()).isEqualTo(6);
    assertThat(enrolments()).contains("\"step\":\"left\"").contains("study ended");
    Cli back = as("budapest", "member", "resume", "zurich", "--reason", "passed");
    assertThat(back.code()).as(back.out()).isEqualTo(6);
    assertThat(back.err()).contains("has left the alliance");
  }

  @Test
  void aLeavingWithStolenKeysDoesNotBarNewOnes() throws IOException {
    json("zurich", "member", "exit", "--reason", "goodbye"); // by the thief
    Path fresh = temp.resolve("zurich-new");
    founding.init("zurich", "ch", "CH", "agent,approver,member-admin", fresh);
    Path request = fresh.resolve("request.json");
    json("budapest", "member", "replace-keys", request, "--reason", "stolen");
    Cli last = as("cleveland", "member", "replace-keys", request, "--reason", "stolen");
    assertThat(last.code()).as(last.err()).isZero();
    assertThat(last.out()).contains("Replaced: the keys of 'zurich'.");
  }
}
