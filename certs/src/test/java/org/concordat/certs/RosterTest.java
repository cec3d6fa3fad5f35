package org.concordat.certs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.concordat.testkit.SettableClock;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RosterTest {
  @TempDir static Path directory;
  private static TestAlliance alliance;
  private static Roster roster;
  private static final List<RosterEntry> POOL = new ArrayList<>();

  @BeforeAll
  static void makeAlliance() {
    alliance =
        new TestAlliance(directory, new SettableClock(Instant.parse("2026-11-21T10:00:00Z")));
    roster = alliance.genesis.roster();
    for (int i = 0; i < 7; i++) {
      POOL.add(alliance.joiner("m" + i, "eu", "DE").entry(TestAlliance.DOMAIN));
    }
  }

  private static Roster of(List<RosterEntry> entries, int minimumQuorum) {
    return new Roster(
        1, roster.alliance(), roster.domain(), null, minimumQuorum, entries, List.of());
  }

  @ParameterizedTest
  @CsvSource({
    "1,0,1",
    "2,0,2",
    "3,0,2",
    "4,0,3",
    "5,0,3",
    "6,0,4",
    "7,0,4", // ⌊n/2⌋ + 1
    "4,1,3",
    "4,2,3",
    "4,3,3",
    "4,4,4",
    "4,9,4",
    "7,5,5" // never below the majority, never above n
  })
  void quorumIsTheMajorityOrMore(int agents, int minimumQuorum, int quorum) {
    assertThat(of(POOL.subList(0, agents), minimumQuorum).quorum()).isEqualTo(quorum);
  }

  @Test
  void onlyAgentsCount() {
    assertThat(roster.entries()).hasSize(5);
    assertThat(roster.agents()).hasSize(4);
    assertThat(roster.quorum()).isEqualTo(3);
    assertThat(roster.withRole(Role.COORDINATOR))
        .extracting(RosterEntry::id)
        .containsExactly(TestAlliance.HUB);
  }

  @Test
  void fileHoldsEverything() {
    Roster later = roster.removed(TestAlliance.BERLIN, "merged into Lyon – §4");
    assertThat(Roster.parse(later.toBytes())).isEqualTo(later);
    assertThat(Roster.parse(roster.toBytes()).digest()).isEqualTo(roster.digest());
  }

  @Test
  void nextRosterIsDeterministic() {
    MemberRequest basel = alliance.joiner("basel", "ch", "CH");
    Roster here = roster.joined(basel);
    Roster there = Roster.parse(roster.toBytes()).joined(MemberRequest.parse(basel.toBytes()));
    assertThat(here.toBytes()).isEqualTo(there.toBytes());
    assertThat(here.version()).isEqualTo(2);
    assertThat(here.previous()).isEqualTo(roster.digest());
    assertThat(here.entries()).extracting(e -> e.id().value()).isSorted().contains("basel");
  }

  @Test
  void sameRequestTwiceIsRefused() {
    MemberRequest bern = alliance.joiner("bern", "ch", "CH");
    Roster joined = roster.joined(bern);
    assertThatThrownBy(() -> joined.joined(bern))
        .isInstanceOf(RosterChangeException.class)
        .hasMessageContaining("bern is listed twice");
  }

  @Test
  void keysOfAnotherMemberUnderANewNameAreRefused() {
    MemberRequest copy =
        MemberRequest.make(
            MemberProfile.founder(
                new MemberId("copy"),
                new Jurisdiction("eu"),
                new Country("FR"),
                Set.of(Role.AGENT)),
            alliance.keys.get(TestAlliance.LYON),
            alliance.clock);
    assertThatThrownBy(() -> roster.joined(copy))
        .isInstanceOf(RosterChangeException.class)
        .hasMessageContaining("identity key");
  }

  @Test
  void revokedKeysNeverComeBackButTheOrganisationMay() {
    MemberRequest oslo = alliance.joiner("oslo", "eu", "NO");
    Roster without = roster.joined(oslo).removed(oslo.id(), "key lost");
    assertThat(without.findRevoked(oslo.entry(TestAlliance.DOMAIN).memberCa())).isPresent();
    assertThatThrownBy(() -> without.joined(oslo)).isInstanceOf(RosterChangeException.class);
    MemberRequest again =
        MemberRequest.make(
            oslo.profile(), ParticipantKeys.create(directory.resolve("oslo2")), alliance.clock);
    assertThat(without.joined(again).find(oslo.id())).isPresent();
  }

  @Test
  void removalIsRefusedForStrangersAndBadReasons() {
    assertThatThrownBy(() -> roster.removed(new MemberId("nobody"), "x"))
        .isInstanceOf(RosterChangeException.class);
    assertThatThrownBy(() -> roster.removed(TestAlliance.LYON, "two\nlines"))
        .isInstanceOf(RosterChangeException.class)
        .hasMessageContaining("one line");
    assertThatThrownBy(() -> roster.removed(TestAlliance.LYON, ""))
        .isInstanceOf(RosterChangeException.class);
  }

  @Test
  void lastAgentStays() {
    Roster one = of(POOL.subList(0, 1), 0);
    assertThatThrownBy(() -> one.removed(POOL.get(0).id(), "left"))
        .isInstanceOf(RosterChangeException.class)
        .hasMessageContaining("at least one member");
  }

  @Test
  void inconsistentRostersAreRefused() {
    RosterEntry a = POOL.get(0);
    RosterEntry b = POOL.get(1);
    requireInconsistent(List.of(b, a), "sorted");
    requireInconsistent(List.of(a, a), "twice");
    requireInconsistent(List.of(), "agent");
    requireInconsistent(List.of(with(a, "evil.eu.hearts.example", a.memberCa())), "dnsName");
    requireInconsistent(List.of(a, with(b, b.dnsName(), a.memberCa())), "member CA");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new Roster(2, roster.alliance(), roster.domain(), null, 0, List.of(a), List.of()));
    assertThatIllegalArgumentException().isThrownBy(() -> of(List.of(a), -1));
  }

  @Test
  void whoIsSuspendedKeepsItsEntryAndNeitherCountsNorSigns() {
    Roster suspended = roster.suspended(TestAlliance.ZURICH, "its site is audited");
    assertThat(Roster.parse(suspended.toBytes())).isEqualTo(suspended);
    assertThat(suspended.find(TestAlliance.ZURICH)).isEqualTo(roster.find(TestAlliance.ZURICH));
    assertThat(suspended.agents()).hasSize(3);
    assertThat(suspended.quorum()).isEqualTo(2);
    Roster back = suspended.resumed(TestAlliance.ZURICH);
    assertThat(back.entries()).isEqualTo(roster.entries());
    assertThat(back.agents()).hasSize(4);
    assertThatThrownBy(() -> back.approve(suspended, alliance.keys.get(TestAlliance.ZURICH)))
        .isInstanceOf(RosterChangeException.class)
        .hasMessageContaining("no agent that may sign");
    MemberSignature own =
        MemberSignature.make(
            TestAlliance.ZURICH,
            alliance.keys.get(TestAlliance.ZURICH),
            SignatureContext.ROSTER,
            back.digest());
    assertThatThrownBy(() -> back.requireApproval(suspended, own))
        .isInstanceOf(InvalidSignatureException.class)
        .hasMessageContaining("suspended");
  }

  @Test
  void suspensionsThatContradictTheRosterAreRefused() {
    assertThatThrownBy(() -> roster.suspended(new MemberId("nobody"), "x"))
        .isInstanceOf(RosterChangeException.class);
    assertThatThrownBy(() -> roster.suspended(TestAlliance.HUB, "x"))
        .isInstanceOf(RosterChangeException.class)
        .hasMessageContaining("coordinator");
    assertThatThrownBy(() -> roster.suspended(TestAlliance.ZURICH, "two\nlines"))
        .isInstanceOf(RosterChangeException.class)
        .hasMessageContaining("one line");
    assertThatThrownBy(() -> roster.resumed(TestAlliance.ZURICH))
        .isInstanceOf(RosterChangeException.class)
        .hasMessageContaining("not suspended");
    Roster once = roster.suspended(TestAlliance.ZURICH, "x");
    assertThatThrownBy(() -> once.suspended(TestAlliance.ZURICH, "y"))
        .isInstanceOf(RosterChangeException.class)
        .hasMessageContaining("already");
    assertThat(once.removed(TestAlliance.ZURICH, "gone").suspensions()).isEmpty();
    Roster one = of(POOL.subList(0, 1), 0);
    assertThatThrownBy(() -> one.suspended(POOL.get(0).id(), "x"))
        .isInstanceOf(RosterChangeException.class)
        .hasMessageContaining("at least one member");
  }

  @Test
  void aRosterWithoutSuspensionsHasTheFormThatItAlwaysHad() {
    String text = new String(roster.toBytes(), StandardCharsets.UTF_8);
    assertThat(text).doesNotContain("suspended");
    byte[] withEmpty =
        text.replace("\"revoked\":[],", "\"revoked\":[],\"suspended\":[],")
            .getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> Roster.parse(withEmpty))
        .isInstanceOf(MalformedDocumentException.class)
        .hasMessageContaining("left out");
    String twice =
        new String(roster.suspended(TestAlliance.ZURICH, "x").toBytes(), StandardCharsets.UTF_8)
            .replace(
                "[{\"id\":\"zurich\",\"reason\":\"x\"}]",
                "[{\"id\":\"zurich\",\"reason\":\"x\"},{\"id\":\"zurich\",\"reason\":\"y\"}]");
    assertThatThrownBy(() -> Roster.parse(twice.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(MalformedDocumentException.class)
        .hasMessageContaining("each member once");
  }

  @Test
  void anAggregatorHasAnAddressAndItsJurisdictionToItself() {
    RosterEntry zurich = roster.find(TestAlliance.ZURICH).orElseThrow();
    RosterEntry sum = aggregator(zurich, Set.of(Role.AGGREGATOR), "sum.example:7400");
    assertThat(sum.host()).isEqualTo("sum.example");
    assertThat(sum.port()).isEqualTo(7400);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> aggregator(zurich, Set.of(Role.AGGREGATOR), null))
        .withMessageContaining("address");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> aggregator(zurich, Set.of(Role.AGENT), "sum.example:7400"))
        .withMessageContaining("address");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> aggregator(zurich, Set.of(Role.AGGREGATOR, Role.AGENT), "sum.example:7400"))
        .withMessageContaining("no agent");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> aggregator(zurich, Set.of(Role.AGGREGATOR), "sum.example:70000"))
        .withMessageContaining("host:port");
  }

  private static RosterEntry aggregator(RosterEntry like, Set<Role> roles, String address) {
    return new RosterEntry(
        like.id(),
        like.jurisdiction(),
        like.country(),
        like.controllingCountry(),
        roles,
        like.dnsName(),
        like.identityKey(),
        like.memberCa(),
        null,
        address);
  }

  private static RosterEntry with(RosterEntry entry, String dnsName, Sha256 memberCa) {
    return new RosterEntry(
        entry.id(),
        entry.jurisdiction(),
        entry.country(),
        entry.controllingCountry(),
        entry.roles(),
        dnsName,
        entry.identityKey(),
        memberCa,
        entry.logVkey());
  }

  private static void requireInconsistent(List<RosterEntry> entries, String problem) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> of(entries, 0))
        .withMessageContaining(problem);
  }
}
