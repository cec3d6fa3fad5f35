package org.concordat.coordinator.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.concordat.certs.DocumentKind;
import org.concordat.certs.Sha256;
import org.concordat.coordinator.directory.Directory.RefusedException;
import org.concordat.coordinator.job.JobRefusedException;
import org.concordat.coordinator.job.Office;
import org.concordat.coordinator.round.NoEffects;
import org.concordat.coordinator.round.RoundSummaries;
import org.concordat.jurisdictions.agreement.Agreement;
import org.concordat.protocol.v1.JobSpec;
import org.concordat.protocol.v1.ModelSummary;
import org.concordat.protocol.v1.SubmitJobReply;
import org.concordat.store.Database;
import org.concordat.store.StoreLocation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What follows from an agreement that the members put in force, at the coordinator. */
class AgreementInForceTest {
  private static final String AGREEMENT =
      """
      format: 1
      agreement: hospitals
      version: 1
      begins: 2026-01-01
      ends: 2027-01-01
      partnership: {kind: federated-alliance}
      parties:
        - {id: boston, name: Boston, jurisdiction: us}
        - {id: budapest, name: Budapest, jurisdiction: eu}
        - {id: cleveland, name: Cleveland, jurisdiction: us}
        - {id: zurich, name: Zurich, jurisdiction: ch}
        - {id: operator, name: The operator, jurisdiction: eu}
      clauses:
        - id: research
          purposes: [medical-research]
          models:
            ip: {kind: retained, by: zurich}
            rights: {use: [boston, budapest, cleveland], export: [operator]}
          derived-works: {ip: {kind: retained, by: zurich}}
      liability: {kind: own-fault, law: CH}
      exit: {notice-days: 30, delete-within-days: 30}
      """;
  private static final JobSpec.Builder JOB = Office.spec("job").setClause("research");

  @TempDir Path root;
  private Office office;
  private Database rounds;

  @BeforeEach
  void found() {
    String policy = Office.OPEN.replace("release]", "release, export]");
    office = new Office(root, policy);
    rounds = Database.open(StoreLocation.sqlite(root.resolve("rounds")));
  }

  @AfterEach
  void close() {
    rounds.close();
    office.close();
  }

  private static byte[] canonical(String text) {
    return Agreement.parse(Path.of("agreement.yaml"), text.getBytes(StandardCharsets.UTF_8))
        .canonicalJson();
  }

  private void agree(int version, String text) {
    office.putInForce(
        DocumentKind.AGREEMENT,
        version,
        canonical(text.replace("version: 1", "version: " + version)));
  }

  private String reason(JobSpec.Builder job) throws JobRefusedException {
    SubmitJobReply reply = office.submit(job.build());
    assertThat(reply.getAccepted()).isEqualTo(reply.getReason().isEmpty());
    return reply.getReason();
  }

  @Test
  void aJobNamesAClauseWhereThereIsAnAgreementAndNoneWhereThereIsNone() throws Exception {
    assertThat(reason(JOB))
        .isEqualTo(
            "the job names clause 'research', and no agreement is in force: leave 'clause' out, or"
                + " let the members put one in force ('agreement sign')");
    agree(1, AGREEMENT);
    assertThat(reason(Office.spec("bare")))
        .isEqualTo(
            "agreement 'hospitals' version 1 is in force, and the job names no clause of it: it has"
                + " research");
    assertThat(reason(Office.spec("other").setClause("sales"))).contains("has no clause 'sales'");
    assertThat(office.book.all()).as("nobody is asked").isEmpty();
    assertThat(reason(JOB)).isEmpty();
    assertThat(office.logged("job"))
        .anyMatch(
            entry ->
                entry.contains("\"clause\":\"research\"")
                    && entry.contains(Sha256.of(canonical(AGREEMENT)).hex()));
  }

  @Test
  void theClauseIsForThePurposeAndAllAreParties() throws Exception {
    agree(1, AGREEMENT.replace("[medical-research]", "[education]"));
    assertThat(reason(JOB)).contains("is for education, not for 'medical-research'");
    agree(
        2,
        AGREEMENT
            .replace("  - {id: cleveland, name: Cleveland, jurisdiction: us}\n", "")
            .replace("budapest, cleveland]", "budapest]"));
    assertThat(reason(JOB)).isEqualTo("'cleveland' is no party of agreement 'hospitals' version 2");
    assertThat(reason(JOB.clone().addAllMembers(List.of("boston", "budapest", "zurich"))))
        .isEmpty();
  }

  @Test
  void itEndsOnItsDay() throws Exception {
    agree(1, AGREEMENT);
    office.clock.advance(Duration.ofDays(32)); // from 30 November 2026
    assertThat(reason(JOB)).contains("until before 2027-01-01, not on 2027-01-01");
  }

  private Exports exports() {
    return new Exports(
        office.book,
        new RoundSummaries(
            office.entries, NoEffects.engine(rounds, epoch -> null, office.notary, office.clock)),
        office.policy,
        office.audit);
  }

  private void require(String caller) throws JobRefusedException {
    exports()
        .require(
            ModelSummary.newBuilder().setJob("job").setDigest("00".repeat(32)).build(),
            caller,
            true);
  }

  @Test
  void whoMayHaveAModelFollows() throws Exception {
    agree(1, AGREEMENT);
    assertThat(reason(JOB)).isEmpty();
    Office.AGENTS.forEach(member -> office.consent(member, "job", true));
    require("boston"); // it is released to it, to use
    require("operator"); // it has the right to export
    assertThatThrownBy(() -> require("zurich"))
        .isInstanceOf(JobRefusedException.class)
        .hasMessageContaining(
            "clause 'research' of agreement 'hospitals' version 1 does not grant 'zurich' the right"
                + " to use models");
    assertThatThrownBy(() -> require("auditor"))
        .isInstanceOf(JobRefusedException.class)
        .hasMessageContaining("'auditor' is no party of agreement 'hospitals'");
    assertThat(office.logged("model-release"))
        .filteredOn(entry -> entry.contains("\"agreement\"") && entry.contains("asked for"))
        .hasSize(4);

    agree(2, AGREEMENT.replace(", export: [operator]", ""));
    assertThatThrownBy(() -> require("operator"))
        .hasMessageContaining("does not grant 'operator' the right to export models");
    assertThatCode(() -> require("boston")).doesNotThrowAnyException();
  }

  @Test
  void whatWasMadeBeforeThereWasAnAgreementIsGrantedToNobody() throws Exception {
    assertThat(reason(Office.spec("job"))).isEmpty();
    Office.AGENTS.forEach(member -> office.consent(member, "job", true));
    require("boston");
    agree(1, AGREEMENT);
    assertThatThrownBy(() -> require("boston"))
        .hasMessageContaining("made under no clause of agreement 'hospitals' version 1");
  }

  @Test
  void lostBytesAreADenial() throws Exception {
    agree(1, AGREEMENT);
    assertThat(reason(JOB)).isEmpty();
    Office.AGENTS.forEach(member -> office.consent(member, "job", true));
    lose(Sha256.of(canonical(AGREEMENT)));
    office.restart();
    assertThat(reason(JOB.clone().setJob("next")))
        .contains("its bytes are not here: copy documents/");
    assertThatThrownBy(() -> require("boston")).hasMessageContaining("its bytes are not here");
  }

  private void lose(Sha256 digest) throws IOException {
    Files.delete(root.resolve("coordinator/documents/" + digest));
  }

  @Test
  void whatIsNoAgreementIsNotTaken() {
    assertThatThrownBy(
            () ->
                office.putInForce(DocumentKind.AGREEMENT, 1, "{}".getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("the agreement cannot be read: ");
    assertThatThrownBy(
            () ->
                office.putInForce(
                    DocumentKind.AGREEMENT, 1, AGREEMENT.getBytes(StandardCharsets.UTF_8)))
        .hasMessageContaining("not in its canonical form");
    assertThatThrownBy(() -> office.putInForce(DocumentKind.AGREEMENT, 2, canonical(AGREEMENT)))
        .hasMessageContaining("says that it is version 1, signed is version 2");
  }
}
