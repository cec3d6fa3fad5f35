package org.concordat.agent.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.concordat.agent.Founded;
import org.concordat.agent.policy.SitePolicies.NoPolicyException;
import org.concordat.agent.site.Rosters;
import org.concordat.agent.site.SiteDocuments;
import org.concordat.certs.DocumentFiles;
import org.concordat.certs.DocumentKind;
import org.concordat.certs.Roster;
import org.concordat.certs.RosterChain;
import org.concordat.certs.RosterChange;
import org.concordat.certs.Sha256;
import org.concordat.certs.SignedRoster;
import org.concordat.jurisdictions.Action;
import org.concordat.jurisdictions.Decision;
import org.concordat.jurisdictions.FactSource;
import org.concordat.jurisdictions.Policy;
import org.concordat.jurisdictions.agreement.Agreement;
import org.concordat.protocol.v1.JobSpec;
import org.concordat.secureagg.Digest;
import org.concordat.store.Database;
import org.concordat.store.SqlEntries;
import org.concordat.store.StoreLocation;
import org.concordat.testkit.SettableClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which policy a site judges by, whatever its coordinator sends or withholds. */
class SitePoliciesTest {
  private static final JobSpec JOB =
      JobSpec.newBuilder().setPurpose("medical-research").setDataClass("records").build();

  @TempDir Path root;
  private final SettableClock clock = new SettableClock(Instant.parse("2026-11-21T09:00:00Z"));
  private Founded alliance;
  private Database database;
  private Rosters rosters;
  private SiteDocuments documents;
  private SitePolicy policy;
  private RosterChain chain;

  @BeforeEach
  void found() {
    alliance = new Founded(root, Founded.OPEN, clock);
    chain = RosterChain.of(alliance.genesis);
    open();
  }

  private void open() {
    database = Database.open(StoreLocation.sqlite(root.resolve("state")));
    rosters = new Rosters(alliance.genesis, new SqlEntries(database));
    documents = new SiteDocuments(alliance.genesis, rosters, new DocumentFiles(root));
    policy =
        new SitePolicy(
            new SitePolicies(rosters, documents),
            new SiteRoutes(rosters, "zurich", false),
            SiteFactsTest.none(alliance, rosters, new SqlEntries(database), clock),
            "coordinator",
            clock);
  }

  @AfterEach
  void close() {
    database.close();
  }

  private void restart() {
    close();
    open();
  }

  /** Version by version: an even one forbids to submit. */
  private static byte[] version(int version) {
    String text = Founded.OPEN.replace("version: 1", "version: " + version);
    if (version % 2 == 0) {
      text = text.replace("train, submit,", "train,").replace("expect: allowed", "expect: denied");
    }
    return Policy.parse(Path.of("p.yaml"), text.getBytes(StandardCharsets.UTF_8)).canonicalJson();
  }

  private void sign(int version, byte[] bytes) {
    sign(DocumentKind.POLICY, version, bytes);
  }

  private void sign(DocumentKind kind, int version, byte[] bytes) {
    Roster current = chain.latest();
    Roster next = new RosterChange.Document(kind, version, Sha256.of(bytes), "why").next(current);
    chain =
        chain.append(
            new SignedRoster(
                next,
                Founded.MEMBERS.stream()
                    .map(one -> next.approve(current, alliance.keys.get(one)))
                    .toList()));
  }

  private Decision decide(Optional<Digest> bound) throws NoPolicyException {
    return policy.decide(
        Action.SUBMIT, JOB, "records", List.of(), new SumFacts(3, 0, FactSource.MEASURED, bound));
  }

  private static Digest digest(byte[] bytes) {
    return new Digest(Sha256.of(bytes).bytes());
  }

  private List<String> send(byte[]... sent) {
    rosters.offer(chain.toBytes());
    return documents.offer(List.of(sent).stream().map(ByteString::copyFrom).toList());
  }

  @Test
  void aRoundEndsUnderThePolicyItBeganUnderAndTheNextOneMeetsTheNew() throws Exception {
    Digest first = new Digest(alliance.genesis.policyDigest().bytes());
    assertThat(decide(Optional.empty()).allowed()).isTrue();
    sign(2, version(2));
    assertThat(send(version(2))).isEmpty();
    for (int start = 0; start < 2; start++) {
      assertThat(decide(Optional.empty()).allowed()).as("in force").isFalse();
      assertThat(decide(Optional.empty()).policyVersion()).isEqualTo(2);
      assertThat(decide(Optional.of(first)).allowed()).as("a round from before").isTrue();
      assertThat(rosters.alliance("coordinator", 0).policyDigest()).isEqualTo(digest(version(2)));
      restart();
    }
  }

  private static byte[] agreement() {
    String text =
        """
        format: 1
        agreement: hospitals
        version: 1
        begins: 2026-01-01
        partnership: {kind: federated-alliance}
        parties:
          - {id: zurich, name: Zurich, jurisdiction: ch}
          - {id: lyon, name: Lyon, jurisdiction: eu}
        clauses:
          - id: research
            purposes: [medical-research]
            models: {ip: {kind: retained, by: zurich}, rights: {use: all}}
            derived-works: {ip: {kind: retained, by: zurich}}
        liability: {kind: own-fault, law: CH}
        exit: {notice-days: 30, delete-within-days: 30}
        """;
    return Agreement.parse(Path.of("a.yaml"), text.getBytes(StandardCharsets.UTF_8))
        .canonicalJson();
  }

  /** Whatever the coordinator has let through. */
  @Test
  void aSiteHoldsAJobAgainstItsOwnCopyOfTheAgreement() {
    JobSpec under = JOB.toBuilder().setClause("research").build();
    assertThat(policy.denialByAgreement(JOB, List.of())).isEmpty();
    assertThat(policy.denialByAgreement(under, List.of()))
        .isEqualTo("the job names clause 'research', and no agreement is in force here");
    sign(DocumentKind.AGREEMENT, 1, agreement());
    assertThat(send()).isEmpty();
    assertThat(policy.denialByAgreement(under, List.of()))
        .as("its bytes are withheld")
        .contains("agreement version 1")
        .contains("copy documents/" + Sha256.of(agreement()));
    assertThat(send(agreement())).isEmpty();
    for (int start = 0; start < 2; start++) {
      assertThat(policy.denialByAgreement(under, List.of())).isEmpty();
      assertThat(policy.denialByAgreement(under, List.of("zurich", "rome")))
          .isEqualTo("'rome' is no party of agreement 'hospitals' version 1");
      assertThat(policy.denialByAgreement(JOB, List.of())).contains("names no clause of it");
      assertThat(
              policy.denialByAgreement(
                  under.toBuilder().setPurpose("marketing").build(), List.of()))
          .contains("not for 'marketing'");
      restart();
    }
  }

  @Test
  void withoutTheBytesThisSiteTakesNoPartAndSaysWhatToDo() throws Exception {
    sign(2, version(2));
    assertThat(send()).isEmpty();
    for (int start = 0; start < 2; start++) {
      assertThatThrownBy(() -> decide(Optional.empty()))
          .isInstanceOf(NoPolicyException.class)
          .hasMessageContaining("policy version 2 (" + Sha256.of(version(2)) + ")")
          .hasMessageContaining("copy documents/" + Sha256.of(version(2)));
      assertThat(documents.missing()).hasSize(1);
      restart();
    }
    // what another member gave it is as good as what the coordinator would have sent
    Files.createDirectories(root.resolve("documents"));
    Files.write(root.resolve("documents/" + Sha256.of(version(2))), version(2));
    assertThat(decide(Optional.empty()).allowed()).isFalse();
    assertThat(documents.missing()).isEmpty();
  }

  @Test
  void swappedBytesAreNotKeptAndADamagedFileIsNone() throws Exception {
    sign(2, version(2));
    assertThat(send(version(3)))
        .singleElement()
        .asString()
        .contains("no roster of this site names")
        .contains(Sha256.of(version(3)).hex());
    assertThatThrownBy(() -> decide(Optional.empty())).isInstanceOf(NoPolicyException.class);
    assertThat(root.resolve("documents/" + Sha256.of(version(3)))).doesNotExist();
    Files.createDirectories(root.resolve("documents"));
    Files.write(root.resolve("documents/" + Sha256.of(version(2))), version(3));
    assertThatThrownBy(() -> decide(Optional.empty())).isInstanceOf(NoPolicyException.class);
    assertThat(send(version(2))).as("the right one repairs it").isEmpty();
    assertThat(decide(Optional.empty()).policyVersion()).isEqualTo(2);
  }

  @Test
  void whoWasAwayForThreeVersionsHasTheNewestAndRefusesEpochsOfThoseBetween() throws Exception {
    sign(2, version(2));
    sign(3, version(3));
    sign(5, version(5));
    assertThat(send(version(5))).isEmpty();
    assertThat(decide(Optional.empty()).policyVersion()).isEqualTo(5);
    assertThatThrownBy(() -> decide(Optional.of(digest(version(3)))))
        .isInstanceOf(NoPolicyException.class)
        .hasMessageContaining("policy version 3");
    assertThatThrownBy(() -> decide(Optional.of(digest(version(7)))))
        .isInstanceOf(NoPolicyException.class)
        .hasMessageContaining("no roster of this site names a policy");
    byte[] older = RosterChain.of(alliance.genesis).toBytes();
    assertThat(rosters.offer(older)).as("an older chain").isFalse();
    assertThat(decide(Optional.empty()).policyVersion()).isEqualTo(5);
  }

  @Test
  void whatCallsItselfAnotherVersionOrIsNoPolicyIsRefusedThoughMembersSignedIt() {
    sign(2, version(3));
    send(version(3));
    assertThatThrownBy(() -> decide(Optional.empty()))
        .isInstanceOf(NoPolicyException.class)
        .hasMessageContaining("calls itself version 3");
    byte[] none = "no policy".getBytes(StandardCharsets.UTF_8);
    sign(4, none);
    send(none);
    assertThatThrownBy(() -> decide(Optional.empty()))
        .isInstanceOf(NoPolicyException.class)
        .hasMessageContaining("cannot be read here");
  }
}
