package org.concordat.coordinator.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.concordat.certs.DocumentFiles;
import org.concordat.certs.DocumentKind;
import org.concordat.certs.InvalidSignatureException;
import org.concordat.certs.MemberId;
import org.concordat.certs.Roster;
import org.concordat.certs.RosterChange;
import org.concordat.certs.RosterChangeException;
import org.concordat.certs.Sha256;
import org.concordat.coordinator.directory.Directory.ChangeOutcome;
import org.concordat.coordinator.directory.Directory.RefusedException;
import org.concordat.jurisdictions.Policy;
import org.concordat.protocol.v1.SessionDown;
import org.concordat.store.Database;
import org.concordat.store.SqlEntries;
import org.concordat.store.StoreLocation;
import org.concordat.testkit.SettableClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Policies that members put in force: what the coordinator takes, keeps and hands out. */
class DocumentsTest {
  private static final String POLICY =
      """
      format: 1
      policy: hospitals
      version: VERSION
      rules:
        - id: RULE
          effect: permit
          actions: [train]
          when: {fact: country, from: [roster], equals: DE}
          because: a test
      tests:
        - name: a German one trains
          action: train
          now: 2026-11-21T12:00:00Z
          alliance: {purpose: medical-research}
          members: {lyon: {country: {value: DE, source: roster}}}
          expect: allowed
      """;

  @TempDir Path root;
  private final SettableClock clock = new SettableClock(Instant.parse("2026-11-21T09:00:00Z"));
  private FourAgents alliance;
  private Database database;
  private Directory directory;

  @BeforeEach
  void makeAlliance() {
    alliance = new FourAgents(root, clock, version(3, "founding"));
    openStore("state");
  }

  private void openStore(String state) {
    database = Database.open(StoreLocation.sqlite(root.resolve(state)));
    directory =
        new Directory(alliance.genesis, new SqlEntries(database), new DocumentFiles(root), clock);
  }

  @AfterEach
  void closeStore() {
    database.close();
  }

  private void restart() {
    database.close();
    openStore("state");
  }

  private static byte[] version(int version, String rule) {
    return canonical(POLICY.replace("VERSION", String.valueOf(version)).replace("RULE", rule));
  }

  private static byte[] canonical(String text) {
    return Policy.parse(Path.of("policy.yaml"), text.getBytes(StandardCharsets.UTF_8))
        .canonicalJson();
  }

  private static RosterChange.Document change(int version, byte[] policy) {
    return new RosterChange.Document(DocumentKind.POLICY, version, Sha256.of(policy), "why");
  }

  private ChangeOutcome approve(String agent, RosterChange.Document change) {
    Roster current = directory.roster();
    return directory.change(
        change, change.next(current).approve(current, alliance.keys.get(agent)));
  }

  private void putInForce(int version, byte[] policy) {
    directory.documents().take(change(version, policy), policy);
    approve("lyon", change(version, policy));
    approve("berlin", change(version, policy));
    assertThat(approve("boston", change(version, policy)).approval().inForce()).isTrue();
  }

  private void requireRefused(int version, byte[] policy, String why) {
    assertThatThrownBy(() -> directory.documents().take(change(version, policy), policy))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining(why);
    assertThat(root.resolve("documents/" + Sha256.of(policy))).doesNotExist();
  }

  @Test
  void theQuorumPutsAVersionInForceAndAKillInBetweenChangesNothing() {
    byte[] next = version(4, "second");
    assertThat(directory.documents().policy().version()).isEqualTo(3);
    directory.documents().take(change(4, next), next);
    approve("lyon", change(4, next));
    restart();
    approve("berlin", change(4, next));
    assertThat(directory.documents().policy().version()).as("one is missing").isEqualTo(3);
    restart();
    approve("boston", change(4, next));
    for (int start = 0; start < 2; start++) {
      assertThat(directory.documents().policy().version()).isEqualTo(4);
      assertThat(directory.documents().policy(alliance.genesis.policyDigest()).version())
          .as("rounds from before")
          .isEqualTo(3);
      SessionDown sent = directory.documents().chainForAgents();
      assertThat(sent.getDocumentsList()).hasSize(1);
      assertThat(sent.getDocuments(0).toByteArray()).isEqualTo(next);
      assertThat(directory.documents().missing()).isEmpty();
      restart();
    }
  }

  @Test
  void whatIsNoPolicyToBeInForceIsRefusedByName() {
    requireRefused(4, "format: 1".getBytes(StandardCharsets.UTF_8), "cannot be read");
    requireRefused(4, version(5, "a"), "says that it is version 5, signed is version 4");
    requireRefused(3, version(3, "another"), "policy version 3 is in force");
    requireRefused(2, version(2, "older"), "policy version 3 is in force");
    String text = POLICY.replace("VERSION", "4").replace("RULE", "a");
    requireRefused(4, text.getBytes(StandardCharsets.UTF_8), "not in its canonical form");
    requireRefused(
        4,
        canonical(text.replace("expect: allowed", "expect: denied")),
        "fails 1 of its own tests: a German one trains");
    requireRefused(4, new byte[DocumentFiles.MAX_BYTES + 1], "at most");
    byte[] good = version(4, "good");
    assertThatThrownBy(() -> directory.documents().take(change(4, version(4, "signed")), good))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("these bytes are not the policy that was signed");
  }

  @Test
  void oneNumberIsOneVersion() {
    putInForce(4, version(4, "second"));
    requireRefused(4, version(4, "a-rival"), "policy version 4 is in force");
    RosterChange.Document rival = change(4, version(4, "a-rival"));
    assertThatThrownBy(() -> approve("zurich", rival)).isInstanceOf(RosterChangeException.class);
    assertThat(directory.documents().policy().version()).isEqualTo(4);
  }

  @Test
  void twoProposalsOfOneNumberDoNotAddUpAndOnlyOpenOnesAreKept() {
    byte[] one = version(4, "one");
    byte[] other = version(4, "other");
    directory.documents().take(change(4, one), one);
    approve("lyon", change(4, one));
    directory.documents().take(change(4, other), other);
    assertThat(approve("berlin", change(4, other)).approval().approvals()).isEqualTo(1);
    assertThat(approve("boston", change(4, other)).otherReasons()).containsExactly("why");
    approve("lyon", change(4, other));
    assertThat(directory.documents().policy().digest().hex()).isEqualTo(Sha256.of(other).hex());
    assertThat(root.resolve("documents/" + Sha256.of(one)))
        .as("nobody stands by it")
        .doesNotExist();
    assertThat(root.resolve("documents/" + Sha256.of(other))).exists();
  }

  @Test
  void whoWasRemovedSignsNoPolicy() {
    RosterChange removal = new RosterChange.Removal(new MemberId("zurich"), "left");
    for (String agent : List.of("lyon", "berlin", "boston")) {
      Roster current = directory.roster();
      directory.change(removal, removal.next(current).approve(current, alliance.keys.get(agent)));
    }
    byte[] next = version(4, "second");
    Roster current = directory.roster();
    Roster named = change(4, next).next(current);
    assertThatThrownBy(() -> named.approve(current, alliance.keys.get("zurich")))
        .isInstanceOf(RosterChangeException.class);
    assertThatThrownBy(
            () ->
                directory.change(
                    change(4, next),
                    new org.concordat.certs.MemberSignature(
                        new MemberId("zurich"),
                        named.approve(current, alliance.keys.get("lyon")).base64())))
        .isInstanceOf(InvalidSignatureException.class)
        .hasMessageContaining("not a member of roster version 2");
  }

  @Test
  void aLostStoreGetsThePolicyBackWithTheRostersAndADocumentThatIsGoneIsNamed() throws Exception {
    byte[] next = version(4, "second");
    putInForce(4, next);
    byte[] kept = directory.chain().toBytes();
    database.close();
    openStore("state-new");
    assertThat(directory.documents().policy().version()).as("it has forgotten").isEqualTo(3);
    assertThat(directory.recover(kept)).isPositive();
    assertThat(directory.documents().policy().version()).isEqualTo(4);
    Files.delete(root.resolve("documents/" + Sha256.of(next)));
    restart();
    directory.recover(kept);
    assertThat(directory.documents().missing())
        .singleElement()
        .asString()
        .contains("policy version 4 (" + Sha256.of(next) + ")")
        .contains("copy documents/" + Sha256.of(next) + " from a member's home");
    assertThatThrownBy(() -> directory.documents().policy()).isInstanceOf(RefusedException.class);
  }
}
