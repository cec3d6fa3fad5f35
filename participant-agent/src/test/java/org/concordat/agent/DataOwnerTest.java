package org.concordat.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.concordat.agent.approval.ApprovalRule;
import org.concordat.agent.site.MisconfiguredException;
import org.concordat.config.Problems.InvalidConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataOwnerTest {
  @TempDir Path temp;

  private AgentConfig config(String dataRoot) throws IOException {
    for (String member : new String[] {"oslo", "zurich"}) {
      Files.createDirectories(temp.resolve(member).resolve("keys"));
      Files.createDirectories(temp.resolve(member).resolve("data"));
      Files.writeString(
          temp.resolve(member).resolve("request.json"), "{\"id\":\"" + member + "\"}");
    }
    Files.createDirectories(temp.resolve("records"));
    return AgentConfig.read(
        Files.writeString(
            temp.resolve("agent.yaml"),
            "name: oslo\nhome: oslo\ngenesis: genesis.json\n"
                + "coordinator: {name: coordinator, address: \"127.0.0.1:7400\"}\n"
                + "data-root: "
                + dataRoot
                + "\ndata-sets: []\n"));
  }

  @Test
  void anotherMembersDataIsRefusedByName() throws IOException {
    AgentConfig wrong = config("zurich/data");
    assertThatThrownBy(() -> DataOwner.check(wrong))
        .isInstanceOf(MisconfiguredException.class)
        .hasMessageContaining("another participant, 'zurich'")
        .hasMessageContaining("this agent is 'oslo'");
    Path link = Files.createSymbolicLink(temp.resolve("link"), temp.resolve("zurich/data"));
    AgentConfig hidden = config(link.toString());
    assertThatThrownBy(() -> DataOwner.check(hidden)).hasMessageContaining("'zurich'");
  }

  @Test
  void itsOwnDataAndADirectoryOfNobodyAreTaken() throws IOException {
    AgentConfig own = config("oslo/data");
    assertThatCode(() -> DataOwner.check(own)).doesNotThrowAnyException();
    AgentConfig apart = config("records");
    assertThatCode(() -> DataOwner.check(apart)).doesNotThrowAnyException();
  }

  @Test
  void wrongNamesAreToldWithAllOtherMistakes() throws IOException {
    Path file =
        Files.writeString(
            temp.resolve("bad.yaml"),
            "name: Not_A_Name\nhome: oslo\ngenesis: genesis.json\n"
                + "coordinator: {name: X, address: localhost}\ndata-root: oslo/data\ndata-sets: []\n");
    assertThatThrownBy(() -> AgentConfig.read(file))
        .isInstanceOf(InvalidConfigurationException.class)
        .hasMessageContaining("bad.yaml:1: 'name'")
        .hasMessageContaining("bad.yaml:4: 'name'")
        .hasMessageContaining("expected host:port");
  }

  @Test
  void theRuleForPeopleIsRead() throws IOException {
    String base =
        "name: oslo\nhome: oslo\ngenesis: genesis.json\n"
            + "coordinator: {name: coordinator, address: \"127.0.0.1:7400\"}\n"
            + "data-root: oslo/data\ndata-sets: []\n";
    Path file = temp.resolve("rule.yaml");
    Files.writeString(file, base);
    assertThat(AgentConfig.read(file).approval())
        .as("nobody is named, and a person is always asked")
        .isEqualTo(new ApprovalRule(List.of(), 0, List.of(), ApprovalRule.FurtherJobs.ASK));
    Files.writeString(
        file, base + "approval: {approvers: [ada], further-jobs: {sums: 40, members: same}}\n");
    assertThat(AgentConfig.read(file).approval().approvers()).containsExactly("ada");
    assertThat(AgentConfig.read(file).approval().furtherJobs())
        .isEqualTo(new ApprovalRule.FurtherJobs(40, true));
    Files.writeString(
        file,
        base + "approval: {approvers: [Not_A_Name], further-jobs: {sums: -1, member: any}}\n");
    assertThatThrownBy(() -> AgentConfig.read(file))
        .hasMessageContaining("'approval.approvers'")
        .hasMessageContaining("'approval.further-jobs.sums' is '-1'")
        .hasMessageContaining("'approval.further-jobs.members' is missing")
        .hasMessageContaining("unknown key 'approval.further-jobs.member'");
  }
}
