package org.concordat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessCommandsTest {
  @Test
  void aRoleThatMayNotIsTold() {
    Cli done = Cli.run("access", "explain", "--role", "auditor", "--call", "SubmitJob");
    assertThat(done.code()).isEqualTo(4);
    assertThat(done.out())
        .contains("Rule          submit-job: submit a job")
        .contains("Calls         Operations/SubmitJob")
        .contains("Needs         the role operator")
        .contains("Granted by    k members, by a roster")
        .contains("The role auditor may not.");
  }

  @Test
  void aRoleThatMayIsToldAndCallsHaveSeveralNames() throws IOException {
    for (String call :
        new String[] {
          "submit-job", "submitjob", "Operations/SubmitJob", "concordat.v1.Operations/SubmitJob"
        }) {
      JsonNode rule =
          Cli.json("access", "explain", "--role", "operator", "--call", call).path("rules").get(0);
      assertThat(rule.path("rule").asText()).isEqualTo("submit-job");
      assertThat(rule.path("allowed").asBoolean()).isTrue();
      assertThat(rule.path("as").asText()).isEqualTo("operator");
      assertThat(rule.path("people").get(0).asText()).isEqualTo("operator");
    }
  }

  @Test
  void whatKMembersDoIsNoRolesAlone() throws IOException {
    JsonNode rule = Cli.json("access", "explain", "--call", "remove-member").path("rules").get(0);
    assertThat(rule.path("quorum").asBoolean()).isTrue();
    assertThat(rule.has("allowed")).as("nobody was asked about").isFalse();
    assertThat(Cli.run("access", "explain", "--call", "change-policy").out())
        .contains("Needs         the role agent or member-admin, and signatures of k members")
        .contains("Calls         Operations/PublishDocument");
    assertThat(Cli.run("access", "explain", "--call", "change-policy", "--role", "operator").code())
        .isEqualTo(4);
  }

  @Test
  void agentsCallsAreNoPersons() {
    assertThat(Cli.run("access", "explain", "--call", "Session").out())
        .contains("Certificates  agent")
        .contains("People        none");
  }

  @Test
  void theWholeTable() throws IOException {
    assertThat(Cli.run("access", "explain").out()).contains("RULE").contains("read-audit");
    assertThat(Cli.run("access", "explain", "--role", "auditor").out())
        .containsPattern("read-audit .* as auditor")
        .containsPattern("submit-job .* no");
    assertThat(Cli.json("access", "explain").path("rules")).hasSizeGreaterThan(10);
  }

  @Test
  void aParticipantsRolesAreThoseOfTheGenesis(@TempDir Path temp) throws IOException {
    Founding alliance = Founding.in(temp, "demo.yaml");
    Object[] line = {
      "access", "explain", "--as", "operator", "--genesis", alliance.genesis(), "--call", "AbortJob"
    };
    assertThat(Cli.json(line).path("rules").get(0).path("as").asText()).isEqualTo("operator");
    line[3] = "zurich";
    assertThat(Cli.run(line).code()).isEqualTo(4);
    line[3] = "nobody";
    assertThat(Cli.run(line).code()).isEqualTo(5);
  }

  @Test
  void badQuestionsAreNamed() {
    Cli call = Cli.run("access", "explain", "--call", "Dance");
    assertThat(call.code()).isEqualTo(5);
    assertThat(call.err()).contains("no rule names the call 'Dance'").contains("Next:");
    Cli role = Cli.run("access", "explain", "--role", "king");
    assertThat(role.code()).isEqualTo(2);
    assertThat(role.err()).contains("unknown role").contains("auditor");
    assertThat(Cli.run("access", "explain", "--as", "lyon").code()).isEqualTo(2);
  }
}
