package org.concordat.certs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.concordat.certs.TestAlliance.BERLIN;
import static org.concordat.certs.TestAlliance.BOSTON;
import static org.concordat.certs.TestAlliance.HUB;
import static org.concordat.certs.TestAlliance.LYON;
import static org.concordat.certs.TestAlliance.ZURICH;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

class GenesisTest {
  @TempDir static Path directory;
  private static TestAlliance alliance;
  private static TestAlliance other;

  @BeforeAll
  static void makeAlliances() {
    alliance = new TestAlliance(directory.resolve("one"), Clock.systemUTC());
    other = new TestAlliance(directory.resolve("other"), Clock.systemUTC());
  }

  @Test
  void fileHoldsEverything() throws Exception {
    Path file = directory.resolve("genesis.json");
    Files.write(file, alliance.genesis.toBytes());
    Genesis read = Genesis.load(file);
    assertThat(read.digest())
        .isEqualTo(alliance.genesis.digest())
        .isEqualTo(alliance.draft.digest());
    assertThat(read.roster()).isEqualTo(alliance.draft.roster());
    assertThat(read.policy()).isEqualTo(TestAlliance.POLICY);
    assertThat(read.policyDigest()).isEqualTo(Sha256.of(TestAlliance.POLICY));
    assertThat(read.logVkey()).isEqualTo(TestAlliance.LOG);
    assertThat(read.coordinator().id()).isEqualTo(HUB);
    assertThat(read.root()).isEqualTo(alliance.ca.root());
    assertThat(read.memberChain(LYON)).contains(alliance.chain(LYON));
    assertThat(read.memberChain(new MemberId("nobody"))).isEmpty();
    assertThat(read.signatures()).hasSize(3);
  }

  @Test
  void quorumSealsAndOneLessDoesNot() {
    GenesisDraft two =
        alliance
            .draft
            .addSignature(alliance.draft.sign(alliance.keys.get(LYON)))
            .addSignature(alliance.draft.sign(alliance.keys.get(BOSTON)));
    assertThatThrownBy(two::seal).isInstanceOf(QuorumNotReachedException.class);
    GenesisDraft again = two.addSignature(alliance.draft.sign(alliance.keys.get(BOSTON)));
    assertThatThrownBy(again::seal)
        .as("the same founder counts once")
        .isInstanceOf(QuorumNotReachedException.class);
    assertThatThrownBy(() -> Genesis.parse(two.toBytes()))
        .isInstanceOf(InvalidGenesisException.class)
        .hasMessageContaining("has 2 valid signatures of agents and needs 3");
    GenesisDraft read = GenesisDraft.parse(two.toBytes());
    Genesis sealed = read.addSignature(read.sign(alliance.keys.get(ZURICH))).seal();
    assertThat(sealed.digest()).isEqualTo(alliance.genesis.digest());
  }

  @Test
  void strangersCoordinatorsAndForgersCannotSign() {
    GenesisDraft draft = alliance.draft;
    assertThatThrownBy(() -> draft.sign(other.keys.get(LYON)))
        .isInstanceOf(InvalidGenesisException.class)
        .hasMessageContaining("your identity key");
    assertThatThrownBy(() -> draft.sign(alliance.keys.get(HUB)))
        .isInstanceOf(InvalidGenesisException.class);
    MemberSignature berlin = draft.sign(alliance.keys.get(BERLIN));
    assertThatThrownBy(() -> draft.addSignature(new MemberSignature(LYON, berlin.base64())))
        .isInstanceOf(InvalidSignatureException.class);
    MemberSignature foreign = other.draft.sign(other.keys.get(LYON));
    assertThatThrownBy(() -> draft.addSignature(foreign))
        .isInstanceOf(InvalidSignatureException.class);
  }

  @TestFactory
  Stream<DynamicTest> everyChangedFieldIsRefused() throws Exception {
    byte[] bytes = alliance.genesis.toBytes();
    return Mutations.leaves(Mutations.tree(bytes)).stream()
        .map(
            pointer ->
                DynamicTest.dynamicTest(
                    pointer, () -> requireRefused(Mutations.flip(bytes, pointer))));
  }

  @TestFactory
  Stream<DynamicTest> everyFieldOfAnotherAllianceIsRefused() throws Exception {
    ObjectNode own = Mutations.tree(alliance.genesis.toBytes());
    ObjectNode foreign = Mutations.tree(other.genesis.toBytes());
    return own.properties().stream()
        .filter(field -> !field.getValue().equals(foreign.get(field.getKey())))
        .map(
            field ->
                DynamicTest.dynamicTest(
                    field.getKey(),
                    () -> {
                      ObjectNode mixed = own.deepCopy();
                      mixed.set(field.getKey(), foreign.get(field.getKey()));
                      requireRefused(CanonicalJson.bytes(mixed));
                    }));
  }

  /** Even founders cannot sign a genesis whose certificates do not fit its roster. */
  @Test
  void consistentSignaturesDoNotHideForeignCertificates() throws Exception {
    ObjectNode tree = Mutations.tree(alliance.genesis.toBytes());
    String boston = Certificates.base64(other.chain(BOSTON).memberCa());
    ((ObjectNode) tree.get("memberCas")).put("boston", boston);
    requireRefused(resigned(tree), "member CA of boston is for another key");

    ObjectNode policy = Mutations.tree(alliance.genesis.toBytes());
    policy.put("policy", Base64.getEncoder().encodeToString(new byte[] {1}));
    requireRefused(resigned(policy), "policyDigest");

    ObjectNode log = Mutations.tree(alliance.genesis.toBytes());
    log.put("logVkey", "evil.example+00000000+AAAA");
    requireRefused(resigned(log), "logVkey");

    ObjectNode swapped = Mutations.tree(alliance.genesis.toBytes());
    ((ObjectNode) swapped.get("jurisdictionCas"))
        .put("eu", Certificates.base64(alliance.chain(BOSTON).jurisdictionCa()));
    requireRefused(resigned(swapped), "name constraints");

    ObjectNode root = Mutations.tree(alliance.genesis.toBytes());
    root.put("root", Certificates.base64(other.genesis.root()));
    requireRefused(resigned(root), "does not lead to the root");
  }

  private static byte[] resigned(ObjectNode tree) {
    tree.remove("signatures");
    Sha256 digest = Sha256.of(CanonicalJson.bytes(tree));
    Signatures.write(
        List.of(LYON, BERLIN, BOSTON).stream()
            .map(
                id ->
                    MemberSignature.make(
                        id, alliance.keys.get(id), SignatureContext.GENESIS, digest))
            .toList(),
        tree);
    return CanonicalJson.bytes(tree);
  }

  @Test
  void refusalNamesTheFile() throws Exception {
    Path missing = directory.resolve("missing.json");
    assertThatThrownBy(() -> Genesis.load(missing))
        .isInstanceOf(InvalidGenesisException.class)
        .hasMessageContaining("missing.json");
    Path request = directory.resolve("request.json");
    Files.write(request, alliance.joiner("basel", "ch", "CH").toBytes());
    assertThatThrownBy(() -> Genesis.load(request))
        .isInstanceOf(InvalidGenesisException.class)
        .hasMessageContaining("member-request");
  }

  @Test
  void draftNeedsOneCoordinatorAndKnownJurisdictions() {
    MemberRequest agent = alliance.joiner("wien", "eu", "AT");
    assertThatThrownBy(
            () -> alliance.ca.draftGenesis(List.of(agent), TestAlliance.POLICY, 0, alliance.clock))
        .isInstanceOf(IssuanceRefusedException.class)
        .hasMessageContaining("exactly one coordinator");
    MemberRequest japan = alliance.joiner("tokyo", "jp", "JP");
    assertThatThrownBy(
            () -> alliance.ca.draftGenesis(List.of(japan), TestAlliance.POLICY, 0, alliance.clock))
        .isInstanceOf(IssuanceRefusedException.class)
        .hasMessageContaining("jurisdiction jp");
  }

  @Test
  void offlineAuthorityIsMadeOnceAndKeptPrivate() {
    Path ca = directory.resolve("one/ca");
    assertThatThrownBy(
            () ->
                OfflineCa.create(
                    ca,
                    new AllianceName("Again"),
                    TestAlliance.DOMAIN,
                    Set.of(new Jurisdiction("eu")),
                    CaLifetimes.DEFAULT,
                    alliance.clock))
        .isInstanceOf(KeyFileException.class)
        .hasMessageContaining("made once");
    assertThat(OfflineCa.load(ca).root()).isEqualTo(alliance.ca.root());
    assertThat(OfflineCa.load(ca).jurisdictions()).hasSize(3);
    assertThatThrownBy(() -> alliance.ca.addJurisdiction(new Jurisdiction("eu"), alliance.clock))
        .isInstanceOf(KeyFileException.class);
  }

  private static void requireRefused(byte[] file) {
    assertThatThrownBy(() -> Genesis.parse(file)).isInstanceOf(InvalidGenesisException.class);
  }

  private static void requireRefused(byte[] file, String problem) {
    assertThatThrownBy(() -> Genesis.parse(file))
        .isInstanceOf(InvalidGenesisException.class)
        .hasMessageContaining(problem);
  }
}
