package org.concordat.certs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.concordat.certs.TestAlliance.BERLIN;
import static org.concordat.certs.TestAlliance.BOSTON;
import static org.concordat.certs.TestAlliance.HUB;
import static org.concordat.certs.TestAlliance.LYON;
import static org.concordat.certs.TestAlliance.ZURICH;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

class RosterChainTest {
  @TempDir Path directory;
  private TestAlliance alliance;
  private RosterChain chain;
  private Roster first;
  private MemberRequest basel;
  private Roster second;

  @BeforeEach
  void makeAlliance() {
    alliance = new TestAlliance(directory, Clock.systemUTC());
    chain = RosterChain.of(alliance.genesis);
    first = chain.latest();
    basel = alliance.joiner("basel", "ch", "CH");
    second = first.joined(basel);
  }

  @Test
  void quorumPutsARosterInForceAndOneLessDoesNot() {
    assertThatThrownBy(() -> chain.append(alliance.signed(second, first, LYON, BERLIN)))
        .isInstanceOfSatisfying(
            QuorumNotReachedException.class,
            e -> {
              assertThat(e.have()).isEqualTo(2);
              assertThat(e.need()).isEqualTo(3);
            });
    RosterChain longer = chain.append(alliance.signed(second, first, LYON, BERLIN, ZURICH));
    assertThat(longer.latest()).isEqualTo(second);
    assertThat(longer.find(first.digest())).contains(first);
    assertThat(longer.find(second.digest())).contains(second);
    assertThat(chain.latest()).as("immutable").isEqualTo(first);
  }

  @Test
  void onlyALongerChainThatContainsAnotherTakesItsPlace() {
    RosterChain longer = chain.append(alliance.signed(second, first, LYON, BERLIN, ZURICH));
    RosterChain other =
        chain.append(
            alliance.signed(
                first.joined(alliance.joiner("geneva", "ch", "CH")), first, LYON, BERLIN, ZURICH));
    RosterChain longest = other.append(suspendedOrBack(other.latest()));
    assertThat(longer.continues(chain)).isTrue();
    assertThat(longest.continues(chain)).isTrue();
    assertThat(chain.continues(longer)).as("older").isFalse();
    assertThat(longer.continues(longer)).as("the same").isFalse();
    assertThat(longest.continues(longer)).as("another branch").isFalse();
  }

  @Test
  void rostersAreDigestedOnceNotAtEachSearch() {
    RosterChain longer = chain;
    for (int i = 0; i < 10; i++) {
      longer = longer.append(suspendedOrBack(longer.latest()));
    }
    RosterChain whole = RosterChain.parse(alliance.genesis, longer.toBytes());
    Roster last = whole.latest();
    Sha256 wanted = last.digest();
    Sha256 unknown = second.digest();
    assertTimeoutPreemptively(
        Duration.ofSeconds(10), // of digests it would be millions, which takes minutes
        () -> {
          for (int i = 0; i < 300_000; i++) {
            if (whole.find(wanted).isEmpty() || whole.find(unknown).isPresent()) {
              throw new AssertionError("not by its digest");
            }
          }
        });
    assertThat(whole.find(wanted)).contains(last);
    assertThat(whole.find(first.digest())).contains(first);
  }

  private SignedRoster suspendedOrBack(Roster current) {
    Roster next =
        current.findSuspended(ZURICH).isPresent()
            ? current.resumed(ZURICH)
            : current.suspended(ZURICH, "audit");
    return alliance.signed(next, current, LYON, BERLIN, BOSTON);
  }

  @Test
  void joinerFlowEndsWithACertificateThatEveryoneAccepts() throws Exception {
    assertThatThrownBy(() -> alliance.ca.issue(basel, chain, alliance.clock))
        .isInstanceOf(IssuanceRefusedException.class)
        .hasMessageContaining("collect the approvals");
    RosterChain longer = chain.append(alliance.signed(second, first, LYON, BERLIN, BOSTON));
    OfflineCa reloaded = OfflineCa.load(directory.resolve("ca"));
    MemberChain issued =
        MemberChain.parsePem(reloaded.issue(basel, longer, alliance.clock).toPem());
    issued.requireValid(
        alliance.roots(),
        TestAlliance.DOMAIN,
        second.find(basel.id()).orElseThrow(),
        alliance.clock.instant());
    TlsIdentity tls =
        new TlsIdentity(
            new LeafIssuer(
                alliance.keys.get(basel.id()),
                issued,
                Role.AGENT,
                Duration.ofHours(1),
                alliance.clock));
    var presented = tls.currentChain().toArray(java.security.cert.X509Certificate[]::new);
    new AllianceTrustManager(alliance.roots(), longer::latest, alliance.clock)
        .checkClientTrusted(presented, "UNKNOWN");
    AllianceTrustManager behind =
        new AllianceTrustManager(alliance.roots(), chain::latest, alliance.clock);
    assertThatThrownBy(() -> behind.checkClientTrusted(presented, "UNKNOWN"))
        .isInstanceOf(PeerRefusedException.class);
  }

  @Test
  void certificateIsRefusedForAnotherRequestOfTheSameName() {
    RosterChain longer = chain.append(alliance.signed(second, first, LYON, BERLIN, BOSTON));
    MemberRequest impostor =
        MemberRequest.make(
            basel.profile(), ParticipantKeys.create(directory.resolve("impostor")), alliance.clock);
    assertThatThrownBy(() -> alliance.ca.issue(impostor, longer, alliance.clock))
        .isInstanceOf(IssuanceRefusedException.class);
    TestAlliance other = new TestAlliance(directory.resolve("other"), alliance.clock);
    assertThatThrownBy(() -> other.ca.issue(basel, longer, alliance.clock))
        .isInstanceOf(IssuanceRefusedException.class)
        .hasMessageContaining("another alliance");
  }

  @Test
  void onlyAgentsOfTheRosterBeforeMaySign() {
    assertThatThrownBy(() -> second.approve(first, alliance.keys.get(HUB)))
        .isInstanceOf(RosterChangeException.class);
    assertThatThrownBy(() -> second.approve(first, alliance.keys.get(basel.id())))
        .isInstanceOf(RosterChangeException.class);
    MemberSignature hub =
        MemberSignature.make(HUB, alliance.keys.get(HUB), SignatureContext.ROSTER, second.digest());
    requireBadSignature(hub, "role agent");
    MemberSignature joiner =
        MemberSignature.make(
            basel.id(), alliance.keys.get(basel.id()), SignatureContext.ROSTER, second.digest());
    requireBadSignature(joiner, "not a member");
  }

  @Test
  void forgedBorrowedAndRepeatedSignaturesAreRefused() {
    MemberSignature lyon = second.approve(first, alliance.keys.get(LYON));
    requireBadSignature(new MemberSignature(ZURICH, lyon.base64()), "does not verify");
    requireBadSignature(
        MemberSignature.make(
            ZURICH, alliance.keys.get(ZURICH), SignatureContext.GENESIS, second.digest()),
        "does not verify");
    requireBadSignature(
        MemberSignature.make(
            ZURICH, alliance.keys.get(ZURICH), SignatureContext.ROSTER, first.digest()),
        "does not verify");
    assertThatThrownBy(() -> new SignedRoster(second, List.of(lyon, lyon)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("twice");
  }

  private void requireBadSignature(MemberSignature bad, String problem) {
    assertThatThrownBy(() -> second.requireApproval(first, bad))
        .isInstanceOf(InvalidSignatureException.class)
        .hasMessageContaining(problem);
    List<MemberSignature> signatures = new ArrayList<>(List.of(bad));
    for (MemberId good : List.of(LYON, BERLIN, BOSTON)) {
      signatures.add(second.approve(first, alliance.keys.get(good)));
    }
    SignedRoster signed = new SignedRoster(second, signatures);
    assertThatThrownBy(() -> chain.append(signed)).isInstanceOf(InvalidSignatureException.class);
  }

  @Test
  void forksSkipsAndStepsBackAreRefused() {
    Roster third = second.removed(BERLIN, "left");
    requireRefused(alliance.signed(third, second, LYON, BOSTON, ZURICH), "cannot follow");
    SignedRoster signedSecond = alliance.signed(second, first, LYON, BOSTON, ZURICH);
    RosterChain longer = chain.append(signedSecond);
    assertThatThrownBy(() -> longer.append(signedSecond)).isInstanceOf(RosterChangeException.class);
    Roster fork = first.removed(BOSTON, "fork").removed(ZURICH, "fork");
    assertThatThrownBy(() -> fork.approve(second, alliance.keys.get(LYON)))
        .isInstanceOf(RosterChangeException.class)
        .hasMessageContaining("fork");
  }

  @Test
  void revocationsAndTheQuorumRuleCannotBeTakenBack() {
    Roster removed = first.removed(BERLIN, "left");
    Roster forgetful =
        new Roster(
            3, first.alliance(), first.domain(), removed.digest(), 0, removed.entries(), List.of());
    assertThatThrownBy(() -> forgetful.requireFollows(removed))
        .isInstanceOf(RosterChangeException.class)
        .hasMessageContaining("taken back");
    Roster stricter =
        new Roster(
            2, first.alliance(), first.domain(), first.digest(), 4, first.entries(), List.of());
    requireRefused(new SignedRoster(stricter, List.of()), "stay as the genesis says");
  }

  private void requireRefused(SignedRoster next, String problem) {
    assertThatThrownBy(() -> chain.append(next))
        .isInstanceOf(RosterChangeException.class)
        .hasMessageContaining(problem);
  }

  @Test
  void removalNeedsTheQuorumOfTheRosterThatStillHasTheMember() {
    Roster without = first.removed(ZURICH, "expelled");
    RosterChain shorter = chain.append(alliance.signed(without, first, LYON, BERLIN, BOSTON));
    assertThat(shorter.latest().quorum()).isEqualTo(2);
    Roster next = shorter.latest().removed(BOSTON, "left");
    assertThatThrownBy(() -> next.approve(without, alliance.keys.get(ZURICH)))
        .isInstanceOf(RosterChangeException.class);
    assertThat(shorter.append(alliance.signed(next, without, LYON, BERLIN)).latest())
        .isEqualTo(next);
  }

  @Test
  void fileIsVerifiedFromTheGenesisOn() {
    Roster third = second.removed(BERLIN, "left");
    RosterChain longer =
        chain
            .append(alliance.signed(second, first, LYON, BERLIN, ZURICH))
            .append(alliance.signed(third, second, LYON, BOSTON, basel.id()));
    RosterChain read = RosterChain.parse(alliance.genesis, longer.toBytes());
    assertThat(read.latest()).isEqualTo(third);
    assertThat(read.later()).hasSize(2);
    SignedRoster signed = read.later().get(0);
    assertThat(SignedRoster.parse(signed.toBytes())).isEqualTo(signed);
    TestAlliance other = new TestAlliance(directory.resolve("other"), alliance.clock);
    assertThatThrownBy(() -> RosterChain.parse(other.genesis, longer.toBytes()))
        .isInstanceOf(RosterChangeException.class);
  }

  @TestFactory
  Stream<DynamicTest> everyChangedFieldOfTheFileIsRefused() throws Exception {
    byte[] bytes = chain.append(alliance.signed(second, first, LYON, BERLIN, ZURICH)).toBytes();
    return Mutations.leaves(Mutations.tree(bytes)).stream()
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
}
