package org.concordat.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.concordat.certs.Role;
import org.concordat.protocol.v1.ExportModelRequest;
import org.concordat.protocol.v1.JobSummary;
import org.concordat.protocol.v1.OperationsGrpc;
import org.concordat.protocol.v1.SubmitJobReply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a policy asks of whoever acts is done, or nothing is. */
class ObligationsTest {
  private static final String POLICY =
      """
      format: 1
      policy: obligations
      version: 1
      rules:
        - id: everybody
          effect: permit
          actions: [dispatch, train, submit, reveal, aggregate, evaluate, release]
          when: {fact: jurisdiction, from: [roster], in: [us, eu, ch]}
          because: members
          obligations: [%s]
        - id: not-too-many-colluders
          effect: require
          actions: [submit, aggregate]
          when: {fact: colluders, atMost: 0}
          because: for this test
      tests:
        - name: allowed, with a duty
          action: train
          now: 2026-11-21T12:00:00Z
          alliance: {purpose: medical-research}
          members: {zurich: {jurisdiction: {value: ch, source: roster}}}
          expect: allowed
      """;

  @TempDir Path root;

  private Path policy(String obligation) throws Exception {
    return Files.writeString(root.resolve("policy.yaml"), POLICY.formatted(obligation));
  }

  private List<String> uploads() throws Exception {
    try (Stream<Path> files = Files.list(root.resolve("coordinator/state/blobs/named"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith("upload-"))
          .toList();
    }
  }

  @Test
  void maskedUpdatesAreErasedWithTheirRound() throws Exception {
    try (TestAlliance alliance = new TestAlliance(root, policy("delete-updates-after-round"))) {
      alliance.startCoordinator();
      alliance.startAgents();
      SubmitJobReply reply = alliance.submit(TestAlliance.job("deleted", 2).build());
      assertThat(reply.getNotesList()).anyMatch(note -> note.contains("masked updates are erased"));
      assertThat(alliance.awaitEnd("deleted", 60).getState()).isEqualTo("COMPLETED");
      assertThat(uploads()).isEmpty();
      assertThat(alliance.auditText()).contains("delete-updates-after-round");
    }
  }

  @Test
  void withoutThatObligationTheyAreKeptAsEvidence() throws Exception {
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy())) {
      alliance.startCoordinator();
      alliance.startAgents();
      alliance.submit(TestAlliance.job("kept", 1).build());
      assertThat(alliance.awaitEnd("kept", 60).getState()).isEqualTo("COMPLETED");
      assertThat(uploads()).hasSize(8);
      requireExports(alliance);
    }
  }

  /** The demo's policy permits no export: members receive what was released, nobody else does. */
  private static void requireExports(TestAlliance alliance) throws Exception {
    ExportModelRequest newest =
        ExportModelRequest.newBuilder().setJob("kept").setVersion(-1).build();
    assertThatThrownBy(() -> alliance.operator().exportModel(newest).forEachRemaining(part -> {}))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            denied -> {
              assertThat(denied.getStatus().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
              assertThat(denied.getStatus().getDescription())
                  .contains("'operator' did not consent to job 'kept', so it is an export")
                  .contains("zurich");
            });
    ManagedChannel member = alliance.channel("zurich", Role.AGENT);
    try {
      var stub = OperationsGrpc.newBlockingStub(member);
      assertThat(stub.exportModel(newest.toBuilder().setDryRun(true).build()).hasNext()).isFalse();
      assertThat(stub.exportModel(newest).next().getTotalBytes()).isEqualTo(24);
    } finally {
      member.shutdownNow();
    }
    assertThat(alliance.auditText()).contains("handed out").contains("kept/1");
  }

  /** Four members may end a round with three: that many are sure to be in a sum, not four. */
  @Test
  void thePolicyIsToldOfTheSmallestSumNotOfTheMembers() throws Exception {
    Path path = policy("log-before-acting");
    Files.writeString(
        path,
        Files.readString(path)
            .replace("actions: [submit, aggregate]", "actions: [release]")
            .replace("{fact: colluders, atMost: 0}", "{fact: cohort-size, atLeast: 4}"));
    try (TestAlliance alliance = new TestAlliance(root, path)) {
      alliance.startCoordinator();
      SubmitJobReply reply = alliance.submit(TestAlliance.job("small", 1).build());
      assertThat(reply.getAccepted()).isFalse();
      assertThat(reply.getReason()).contains("does not allow 'release'");
      assertThat(reply.getDecisionsList())
          .hasSize(4)
          .allSatisfy(
              decision ->
                  assertThat(decision.getExplanation())
                      .contains("not-too-many-colluders")
                      .contains("cohort-size"));
    }
  }

  /** Agents whose rule decides give consents that do not count. */
  @Test
  void aRuleIsNoPerson() throws Exception {
    try (TestAlliance alliance = new TestAlliance(root, policy("approval-by-person"))) {
      alliance.startCoordinator();
      alliance.startAgents();
      SubmitJobReply reply = alliance.submit(TestAlliance.job("person", 1).build());
      assertThat(reply.getNotesList()).anyMatch(note -> note.contains("a person is asked"));
      JobSummary job = alliance.awaitEnd("person", 60);
      assertThat(job.getState()).isEqualTo("FAILED");
      assertThat(job.getRefusalsList()).hasSize(4).allMatch(line -> line.contains("person"));
    }
  }
}
