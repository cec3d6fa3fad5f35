package org.concordat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A coordinator as a process, called by members and operators over TLS. */
class RunningAllianceTest {
  @TempDir static Path temp;

  private static Founding founding;
  private static Child coordinator;
  private static int port;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    founding = Founding.in(temp, "swiss-excluded.yaml");
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

  @AfterAll
  static void stop() {
    coordinator.close();
  }

  private static Cli as(String name, Object... command) {
    return Cli.run(founding.as(name, port, command));
  }

  @Test
  void statusListsMembersAndTheLog() throws IOException {
    JsonNode status = Cli.json(founding.as("operator", port, "system", "status"));
    assertThat(status.path("alliance").asText()).isEqualTo("hospitals");
    assertThat(status.path("members")).hasSize(5);
    assertThat(status.path("audit").path("size").asLong()).isPositive();
    assertThat(as("operator", "system", "status").out()).contains("zurich").contains("Audit log");
  }

  @Test
  void aPolicyThatExcludesAMemberIsExplainedInPlainWords() {
    Path job = Cli.root().resolve("examples/jobs/breast-cancer.yaml");
    Cli done = as("operator", "job", "submit", job);
    assertThat(done.code()).isEqualTo(4);
    assertThat(done.out()).contains("NO   zurich").contains("yes  cleveland").contains("Rule");
    assertThat(done.err()).contains("was not accepted");
  }

  @Test
  void aCallWithoutTheRoleIsRefusedAndLogged() throws IOException {
    Cli unable =
        as("zurich", "job", "submit", Cli.root().resolve("examples/jobs/breast-cancer.yaml"));
    assertThat(unable.code()).isEqualTo(4);
    assertThat(unable.err()).contains("may not submit a job").contains("operator");
    Cli refused = as("zurich", "job", "abort", "none", "--role", "agent");
    assertThat(refused.code()).isEqualTo(4);
    assertThat(refused.err()).contains("zurich as agent (ch) may not abort a job");
    Cli log = as("operator", "audit", "query", "--outcome", "deny", "--actor", "zurich");
    assertThat(log.code()).as(log.err()).isZero();
    assertThat(log.out()).contains("-> abort job").contains("may not abort a job");
    assertThat(as("operator", "audit", "query", "--member", "zurich", "--outcome", "deny").out())
        .isEqualTo(log.out());
    assertThat(as("operator", "audit", "query", "--member", "zurich", "--person", "none").err())
        .contains("No entry matches");
  }

  @Test
  void anEntryIsShownAsTheCoordinatorAnswers() throws IOException {
    String id =
        Cli.json(founding.as("operator", port, "audit", "query", "--limit", "1"))
            .path("entry")
            .path("id")
            .asText();
    Cli byIndex = as("operator", "audit", "show", "0");
    assertThat(byIndex.code()).as(byIndex.err()).isZero();
    assertThat(byIndex.out()).contains("Id         " + id).contains("Proved  ");
    assertThat(as("operator", "audit", "show", id).out())
        .startsWith(byIndex.out().substring(0, byIndex.out().indexOf("Proved")));
    assertThat(as("operator", "audit", "show", "100000").code()).isEqualTo(5);
    assertThat(as("operator", "audit", "show", "no-such-id").code()).isEqualTo(5);
  }

  @Test
  void theCoordinatorsLogIsStreamedAndGoesOn() throws IOException {
    Path state = temp.resolve("stream.json");
    Cli first = as("operator", "audit", "stream", "--state", state);
    assertThat(first.code()).as(first.err()).isZero();
    assertThat(first.out().lines().findFirst().orElseThrow())
        .contains("\"sequence\":0")
        .contains("\"dataset\":\"concordat.audit\"");
    long written = first.out().lines().count();
    Cli second = as("operator", "audit", "stream", "--state", state);
    assertThat(second.out().lines().findFirst().orElseThrow())
        .as("its own call at least")
        .contains("\"sequence\":" + written + ",");
  }

  @Test
  void whatIsNotThereIsNotFound() {
    assertThat(as("operator", "job", "abort", "none").code()).isEqualTo(5);
    assertThat(as("operator", "job", "watch", "none").code()).isEqualTo(5);
    assertThat(as("operator", "round", "show", "none", "1").code()).isEqualTo(5);
    assertThat(as("operator", "model", "export", "none", "--out", temp.resolve("m.bin")).code())
        .isEqualTo(5);
    Cli nowhere =
        as("operator", "model", "export", "none", "--out", temp.resolve("absent").resolve("m.bin"));
    assertThat(nowhere.code()).isEqualTo(5);
    assertThat(nowhere.err()).contains("there is no folder");
    assertThat(temp.resolve("absent")).doesNotExist();
    assertThat(as("operator", "model", "export", "none").code()).isEqualTo(2);
    assertThat(as("operator", "job", "list").out()).contains("No jobs yet");
  }

  @Test
  void strangersAreRefusedAndADeadAddressIsUnavailable() throws IOException {
    Path other = Files.createDirectories(temp.resolve("other"));
    Founding strangers = Founding.in(other, "demo.yaml");
    Cli mixed = Cli.run(strangers.as("operator", port, "system", "status"));
    assertThat(mixed.code()).as(mixed.err()).isEqualTo(8);
    Cli dead = Cli.run(founding.as("operator", 1, "system", "status"));
    assertThat(dead.code()).as(dead.err()).isEqualTo(7);
    assertThat(dead.err()).contains("Next:");
  }

  @Test
  void aPortInUseIsAConflict() throws IOException, InterruptedException {
    Path other = Files.createDirectories(temp.resolve("twice"));
    Path config = Founding.in(other, "demo.yaml").coordinatorFile("127.0.0.1:" + port);
    try (Child second = Child.start(temp, List.of(), "coordinator", "start", "--config", config)) {
      assertThat(second.await(60)).as(second.err()).isEqualTo(6);
      assertThat(second.err()).contains(String.valueOf(port)).contains("another port");
    }
  }

  @Test
  void aSecondCoordinatorOnTheSameHomeIsAConflict() throws IOException, InterruptedException {
    try (Child second =
        Child.start(
            temp,
            List.of(),
            "coordinator",
            "start",
            "--config",
            founding.coordinatorFile("127.0.0.1:0"))) {
      assertThat(second.await(60)).as(second.err()).isEqualTo(6);
      assertThat(second.err()).contains("in use");
    }
  }

  @Test
  void aHospitalJoinsTheRunningAlliance() throws IOException {
    Path invitation = temp.resolve("oslo-invitation.json");
    Cli.json(
        founding.as(
            "budapest",
            port,
            "member",
            "invite",
            "--name",
            "oslo",
            "--jurisdiction",
            "eu",
            "--out",
            invitation));
    Path home = temp.resolve("oslo");
    Cli.json(
        "member",
        "init",
        "--name",
        "oslo",
        "--jurisdiction",
        "eu",
        "--country",
        "NO",
        "--role",
        "agent",
        "--invitation",
        invitation,
        "--dir",
        home);
    Path request = home.resolve("request.json");
    Object[] issue = {
      "member",
      "approve",
      request,
      "--issue",
      "--ca",
      founding.ca(),
      "--out",
      home.resolve("member-ca.pem")
    };
    assertThat(as("operator", issue).code()).isEqualTo(6);
    JsonNode first = Cli.json(founding.as("budapest", port, "member", "approve", request));
    assertThat(first.path("inForce").asBoolean()).isFalse();
    JsonNode second = Cli.json(founding.as("zurich", port, "member", "approve", request));
    assertThat(second.path("inForce").asBoolean()).isTrue();
    Path rosters = temp.resolve("rosters.json");
    JsonNode list =
        Cli.json(founding.as("operator", port, "member", "list", "--rosters-out", rosters));
    assertThat(list.path("rosterVersion").asInt()).isEqualTo(2);
    assertThat(list.path("members")).hasSize(6);
    Cli.json(
        "member",
        "approve",
        request,
        "--issue",
        "--ca",
        founding.ca(),
        "--out",
        home.resolve("member-ca.pem"),
        "--genesis",
        founding.genesis(),
        "--rosters",
        rosters);
    // the newcomer calls with its own certificate, and the role that its own request names
    assertThat(
            Cli.json(founding.as("oslo", port, "system", "status")).path("rosterVersion").asInt())
        .isEqualTo(2);
    assertThat(Cli.run(founding.as("cleveland", port, "member", "approve", request)).code())
        .isEqualTo(6);
  }

  @Test
  void aChildOfTheDemoDiesWithItsStdin() throws IOException, InterruptedException {
    Path other = Files.createDirectories(temp.resolve("orphan"));
    Founding lonely = Founding.in(other, "demo.yaml");
    try (Child child =
        Child.start(
            temp,
            List.of(),
            "coordinator",
            "start",
            "--die-with-stdin",
            "--config",
            lonely.coordinatorFile("127.0.0.1:0"))) {
      child.awaitFile(lonely.home("coordinator").resolve("port"), 60);
      child.process().getOutputStream().close();
      assertThat(child.process().waitFor(20, TimeUnit.SECONDS)).isTrue();
      assertThat(lonely.home("coordinator").resolve("port")).doesNotExist();
    }
  }
}
