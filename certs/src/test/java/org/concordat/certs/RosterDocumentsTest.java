package org.concordat.certs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.concordat.certs.DocumentKind.AGREEMENT;
import static org.concordat.certs.DocumentKind.POLICY;
import static org.concordat.certs.TestAlliance.BERLIN;
import static org.concordat.certs.TestAlliance.BOSTON;
import static org.concordat.certs.TestAlliance.LYON;
import static org.concordat.certs.TestAlliance.ZURICH;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.concordat.testkit.Seeded;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Documents that the members put in force, version after version. */
class RosterDocumentsTest {
  private static final String WHY = "no transfers to third countries";

  @TempDir static Path directory;
  private static TestAlliance alliance;
  private static RosterChain founded;

  @BeforeAll
  static void makeAlliance() {
    alliance = new TestAlliance(directory, Clock.systemUTC());
    founded = RosterChain.of(alliance.genesis);
  }

  private static Sha256 digest(int of) {
    return Sha256.of(new byte[] {(byte) of});
  }

  private static Roster next(Roster current, DocumentKind kind, int version) {
    RosterChange change = new RosterChange.Document(kind, version, digest(version), WHY);
    return RosterChange.parse(change.toBytes()).next(current);
  }

  private static RosterChain agreed(RosterChain chain, DocumentKind kind, int version) {
    Roster next = next(chain.latest(), kind, version);
    RosterChain longer = chain.append(alliance.signed(next, chain.latest(), LYON, BERLIN, BOSTON));
    return RosterChain.parse(alliance.genesis, longer.toBytes());
  }

  private static Roster with(Roster roster, int version, Sha256 previous, DocumentEntry... named) {
    return new Roster(
        version,
        roster.alliance(),
        roster.domain(),
        previous,
        roster.minimumQuorum(),
        roster.entries(),
        roster.revoked(),
        roster.suspensions(),
        roster.authorities(),
        List.of(named));
  }

  @Test
  void theGenesisPolicyHoldsUntilTheMembersNameAnother() {
    assertThat(founded.policyDigest()).isEqualTo(alliance.genesis.policyDigest());
    RosterChain second = agreed(founded, POLICY, 2);
    assertThat(second.policyDigest()).isEqualTo(digest(2));
    assertThat(second.policyDigest(founded.latest())).isEqualTo(alliance.genesis.policyDigest());
    assertThat(second.latest().document(AGREEMENT)).isEmpty();
    RosterChain third = agreed(second, AGREEMENT, 1);
    assertThat(third.policyDigest()).isEqualTo(digest(2));
    RosterChain fourth = agreed(third, POLICY, 9);
    assertThat(fourth.latest().documents())
        .containsExactly(
            new DocumentEntry(POLICY, 9, digest(9)), new DocumentEntry(AGREEMENT, 1, digest(1)));
    // it stays when other things change
    assertThat(fourth.latest().removed(ZURICH, "left").documents())
        .isEqualTo(fourth.latest().documents());
  }

  private static byte[] emptied(Roster roster) {
    String text = new String(roster.toBytes(), StandardCharsets.UTF_8);
    String without = text.replaceAll("\"documents\":\\[[^]]*]", "\"documents\":[]");
    assertThat(without).isNotEqualTo(text);
    return without.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void aRosterWithoutDocumentsHasTheBytesItAlwaysHad() {
    assertThat(new String(founded.latest().toBytes(), StandardCharsets.UTF_8))
        .doesNotContain("documents");
    Roster named = next(founded.latest(), POLICY, 2);
    assertThat(Roster.parse(named.toBytes())).isEqualTo(named);
    assertThatThrownBy(() -> Roster.parse(emptied(named)))
        .isInstanceOf(MalformedDocumentException.class)
        .hasMessageContaining("must be left out");
  }

  @Test
  void noVersionIsTakenTwiceOrBack() {
    Roster third = agreed(agreed(founded, POLICY, 2), POLICY, 5).latest();
    for (int version : List.of(1, 2, 4, 5)) {
      assertThatThrownBy(() -> next(third, POLICY, version))
          .isInstanceOf(RosterChangeException.class)
          .hasMessageContaining("policy version 5 (" + digest(5) + ") is in force");
    }
    Sha256 previous = third.digest();
    List<Roster> forged =
        List.of(
            with(third, 4, previous), // forgotten
            with(third, 4, previous, new DocumentEntry(POLICY, 5, digest(7))), // swapped
            with(third, 4, previous, new DocumentEntry(POLICY, 4, digest(4))), // older
            with(third, 4, previous, new DocumentEntry(AGREEMENT, 6, digest(6)))); // another kind
    for (Roster one : forged) {
      assertThatThrownBy(() -> one.approve(third, alliance.keys.get(LYON)))
          .isInstanceOf(RosterChangeException.class)
          .hasMessageContaining("it stays, or a greater version follows");
    }
  }

  @Test
  void aMinorityPutsNoneInForceNorDoesAMemberThatIsOut() {
    Roster named = next(founded.latest(), POLICY, 2);
    assertThatThrownBy(() -> founded.append(alliance.signed(named, founded.latest(), LYON, BERLIN)))
        .isInstanceOf(QuorumNotReachedException.class);
    Roster without = founded.latest().removed(ZURICH, "left");
    RosterChain shorter =
        founded.append(alliance.signed(without, founded.latest(), LYON, BERLIN, BOSTON));
    Roster after = next(without, POLICY, 2);
    assertThatThrownBy(() -> after.approve(without, alliance.keys.get(ZURICH)))
        .isInstanceOf(RosterChangeException.class);
    MemberSignature late =
        MemberSignature.make(
            ZURICH, alliance.keys.get(ZURICH), SignatureContext.ROSTER, after.digest());
    List<MemberSignature> signed = List.of(after.approve(without, alliance.keys.get(LYON)), late);
    assertThatThrownBy(() -> shorter.append(new SignedRoster(after, signed)))
        .isInstanceOf(InvalidSignatureException.class);
  }

  @Test
  void whatIsNoDocumentIsRefusedByName() {
    assertThatThrownBy(() -> new RosterChange.Document(POLICY, 2, digest(2), ""))
        .isInstanceOf(RosterChangeException.class)
        .hasMessageContaining("a change about policy needs a reason");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RosterChange.Document(POLICY, 0, digest(2), WHY))
        .withMessageContaining("1 or more, not 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> with(founded.latest(), 1, null, new DocumentEntry(POLICY, 1, digest(1))))
        .withMessageContaining("the genesis has it");
    DocumentEntry policy = new DocumentEntry(POLICY, 2, digest(2));
    DocumentEntry agreement = new DocumentEntry(AGREEMENT, 2, digest(2));
    for (DocumentEntry[] bad :
        List.of(new DocumentEntry[] {agreement, policy}, new DocumentEntry[] {policy, policy})) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> with(founded.latest(), 2, founded.latest().digest(), bad))
          .withMessageContaining("sorted by kind");
    }
    String change =
        new String(
            new RosterChange.Document(POLICY, 2, digest(2), WHY).toBytes(), StandardCharsets.UTF_8);
    for (String bad :
        List.of(
            change.replace("\"policy\"", "\"treaty\""),
            change.replace("\"version\":2", "\"version\":2147483648"),
            change.replace("\"version\":2", "\"version\":-2"),
            change.replace(digest(2).hex(), "abc"))) {
      assertThat(bad).isNotEqualTo(change);
      assertThatThrownBy(() -> RosterChange.parse(bad.getBytes(StandardCharsets.UTF_8)))
          .isInstanceOf(MalformedDocumentException.class);
    }
  }

  /** Whatever is changed in a chain with documents, it does not verify. */
  @TestFactory
  Stream<DynamicTest> everyChangeOfAByteIsRefused() throws Exception {
    byte[] bytes = agreed(agreed(founded, POLICY, 2), AGREEMENT, 1).toBytes();
    return Mutations.leaves(Mutations.tree(bytes)).stream()
        .filter(pointer -> pointer.contains("documents"))
        .map(
            pointer ->
                DynamicTest.dynamicTest(
                    pointer,
                    () ->
                        assertThatThrownBy(
                                () ->
                                    RosterChain.parse(
                                        alliance.genesis, Mutations.flip(bytes, pointer)))
                            .isInstanceOf(CertsException.class)));
  }

  /** Of any run of changes, each document's version grows, and nothing else of the roster moves. */
  @TestFactory
  Stream<DynamicTest> versionsOnlyGrow() {
    return Seeded.property(
        "versions only grow",
        10,
        random -> {
          RosterChain chain = founded;
          List<Roster> all = new ArrayList<>(List.of(chain.latest()));
          int policy = 0;
          int agreement = 0;
          for (int i = 0; i < 4; i++) {
            if (random.nextBoolean()) {
              policy += 1 + random.nextInt(3);
              chain = agreed(chain, POLICY, policy);
            } else {
              agreement += 1 + random.nextInt(3);
              chain = agreed(chain, AGREEMENT, agreement);
            }
            all.add(chain.latest());
          }
          for (int i = 1; i < all.size(); i++) {
            all.get(i).requireFollows(all.get(i - 1));
            assertThat(all.get(i).entries()).isEqualTo(all.get(0).entries());
          }
          assertThat(chain.latest().document(POLICY).map(DocumentEntry::version).orElse(0))
              .isEqualTo(policy);
          assertThat(chain.latest().document(AGREEMENT).map(DocumentEntry::version).orElse(0))
              .isEqualTo(agreement);
        });
  }
}
