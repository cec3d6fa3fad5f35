package org.concordat.coordinator.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.concordat.certs.Country;
import org.concordat.certs.DocumentFiles;
import org.concordat.certs.InvalidSignatureException;
import org.concordat.certs.Invitation;
import org.concordat.certs.Jurisdiction;
import org.concordat.certs.MemberExit;
import org.concordat.certs.MemberId;
import org.concordat.certs.MemberProfile;
import org.concordat.certs.MemberRequest;
import org.concordat.certs.MemberSignature;
import org.concordat.certs.ParticipantKeys;
import org.concordat.certs.Role;
import org.concordat.certs.Roster;
import org.concordat.certs.RosterChain;
import org.concordat.certs.RosterChange;
import org.concordat.certs.RosterChange.NewKeys;
import org.concordat.certs.RosterChange.Removal;
import org.concordat.certs.RosterChange.Resumption;
import org.concordat.certs.RosterChange.Suspension;
import org.concordat.certs.RosterChangeException;
import org.concordat.certs.RosterEntry;
import org.concordat.certs.Sha256;
import org.concordat.certs.SignedRoster;
import org.concordat.coordinator.directory.Directory.ChangeOutcome;
import org.concordat.coordinator.stored.Kinds;
import org.concordat.store.Database;
import org.concordat.store.SqlEntries;
import org.concordat.store.StoreLocation;
import org.concordat.testkit.SettableClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Members that are removed, or leave: what the directory takes, refuses and keeps. */
class DeparturesTest {
  private static final MemberId ZURICH = new MemberId("zurich");
  private static final String REASON = "contract ended";
  private static final byte[] MESSAGE = "hello".getBytes(StandardCharsets.UTF_8);

  @TempDir Path root;
  private final SettableClock clock = new SettableClock(Instant.parse("2026-11-21T09:00:00Z"));
  private FourAgents alliance;
  private Database database;
  private Directory directory;
  private ParticipantKeys zurichBefore;

  @BeforeEach
  void makeAlliance() {
    alliance = new FourAgents(root, clock);
    openStore();
  }

  private void openStore() {
    database = Database.open(StoreLocation.sqlite(root.resolve("state")));
    directory =
        new Directory(alliance.genesis, new SqlEntries(database), new DocumentFiles(root), clock);
  }

  @AfterEach
  void closeStore() {
    database.close();
  }

  private void restart() {
    database.close();
    openStore();
  }

  private MemberSignature signed(String agent, String reason) {
    Roster current = directory.roster();
    return current.removed(ZURICH, reason).approve(current, alliance.keys.get(agent));
  }

  private ChangeOutcome remove(String agent, String reason) {
    return directory.change(new Removal(ZURICH, reason), signed(agent, reason));
  }

  private void removeZurich() {
    remove("lyon", REASON);
    remove("berlin", REASON);
    assertThat(remove("boston", REASON).approval().inForce()).isTrue();
  }

  private MemberExit exit(String member, String reason) {
    return MemberExit.make(
        alliance.genesis.digest(), new MemberId(member), alliance.keys.get(member), reason);
  }

  private boolean follow(MemberExit exit, String agent) {
    Roster current = directory.roster();
    return directory
        .follow(exit, exit.next(current).approve(current, alliance.keys.get(agent)))
        .inForce();
  }

  @Test
  void theQuorumAndNotOneLessRemovesAndARestartBetweenChangesNothing() {
    assertThat(remove("lyon", REASON).approval().approvals()).isEqualTo(1);
    restart();
    assertThat(remove("lyon", REASON).approval().approvals()).as("counts once").isEqualTo(1);
    assertThat(remove("berlin", REASON).approval().inForce()).isFalse();
    assertThat(directory.isMember("zurich")).isTrue();
    restart();
    assertThat(remove("boston", REASON).approval().inForce()).isTrue();
    for (int i = 0; i < 2; i++) {
      assertThat(directory.isMember("zurich")).isFalse();
      assertThat(directory.gone("zurich"))
          .contains("'zurich' was removed from the alliance: contract ended");
      assertThat(directory.gone("stranger")).isEmpty();
      assertThat(directory.roster().agents()).hasSize(3);
      restart();
    }
    byte[] chain = directory.chain().toBytes();
    assertThat(RosterChain.parse(alliance.genesis, chain).latest()).isEqualTo(directory.roster());
  }

  @Test
  void approvalsForDifferentReasonsDoNotAddUpAndNobodyApprovesTwoOfThem() {
    remove("lyon", REASON);
    ChangeOutcome other = remove("berlin", "another reason");
    assertThat(other.approval().approvals()).isEqualTo(1);
    assertThat(other.otherReasons()).containsExactly(REASON);
    ChangeOutcome changed = remove("berlin", REASON);
    assertThat(changed.approval().approvals()).isEqualTo(2);
    assertThat(changed.otherReasons()).as("nobody approves it any more").isEmpty();
    assertThat(remove("boston", "another reason").approval().approvals()).isEqualTo(1);
    assertThat(remove("boston", REASON).approval().inForce()).isTrue();
  }

  @Test
  void whatCannotBeIsRefusedByName() {
    Roster current = directory.roster();
    MemberSignature good = signed("lyon", REASON);
    assertThatThrownBy(() -> directory.change(new Removal(new MemberId("oslo"), REASON), good))
        .isInstanceOf(Directory.RefusedException.class)
        .hasMessageContaining("'oslo' is not in roster version 1");
    assertThatThrownBy(() -> directory.change(new Removal(new MemberId("hub"), REASON), good))
        .hasMessageContaining("'hub' is the coordinator");
    assertThatThrownBy(() -> remove("zurich", REASON))
        .isInstanceOf(Directory.RefusedException.class)
        .hasMessageContaining("member exit");
    assertThatThrownBy(() -> directory.change(new Removal(ZURICH, "another reason"), good))
        .isInstanceOf(InvalidSignatureException.class)
        .hasMessageContaining("does not verify");
    assertThatThrownBy(() -> directory.change(new Removal(ZURICH, "two\nlines"), good))
        .isInstanceOf(RosterChangeException.class)
        .hasMessageContaining("one line");
    assertThat(directory.roster()).isEqualTo(current);
    assertThat(remove("lyon", REASON).approval().approvals()).as("nothing was kept").isEqualTo(1);
  }

  @Test
  void anApprovalOfAnEarlierRosterIsRefused() {
    MemberSignature old = signed("boston", REASON);
    Invitation invitation = alliance.invite("lyon", "basel");
    directory.register(invitation);
    MemberRequest basel = alliance.joiner("basel", invitation.nonce());
    remove("lyon", REASON);
    for (String agent : new String[] {"lyon", "berlin", "boston"}) {
      Roster current = directory.roster();
      directory.approve(basel, current.joined(basel).approve(current, alliance.keys.get(agent)));
    }
    assertThat(directory.roster().version()).isEqualTo(2);
    assertThatThrownBy(() -> directory.change(new Removal(ZURICH, REASON), old))
        .isInstanceOf(InvalidSignatureException.class);
    assertThat(remove("berlin", REASON).approval().approvals())
        .as("a proposal under the roster before is none")
        .isEqualTo(1);
  }

  @Test
  void nobodyIsRemovedWhereTheOthersAreFewerThanTheQuorum() {
    removeZurich();
    MemberId boston = new MemberId("boston");
    for (String agent : new String[] {"lyon", "berlin"}) {
      Roster current = directory.roster();
      MemberSignature signed =
          current.removed(boston, REASON).approve(current, alliance.keys.get(agent));
      directory.change(new Removal(boston, REASON), signed);
    }
    assertThat(directory.roster().agents()).hasSize(2);
    Roster two = directory.roster();
    MemberId berlin = new MemberId("berlin");
    MemberSignature alone = two.removed(berlin, REASON).approve(two, alliance.keys.get("lyon"));
    assertThatThrownBy(() -> directory.change(new Removal(berlin, REASON), alone))
        .isInstanceOf(Directory.RefusedException.class)
        .hasMessageContaining("without 'berlin' there are 1 agents, and it takes 2 signatures");
  }

  @Test
  void whatAFormerMemberSignedIsOfRecordAndNoMore() {
    byte[] signature = alliance.keys.get("zurich").sign(MESSAGE);
    removeZurich();
    assertThat(directory.verify("zurich", MESSAGE, signature)).isFalse();
    assertThat(directory.ofRecord().verify("zurich", MESSAGE, signature)).isTrue();
    assertThat(directory.ofRecord().verify("berlin", MESSAGE, signature)).isFalse();
    assertThat(directory.ofRecord().verify("NO NAME", MESSAGE, signature)).isFalse();
  }

  @Test
  void oldKeysDoNotJoinAgainAndNewOnesDo() {
    removeZurich();
    Invitation invitation = alliance.invite("lyon", "zurich");
    directory.register(invitation);
    byte[] before = alliance.keys.get("zurich").sign(MESSAGE);
    MemberRequest again = alliance.joiner("zurich", invitation.nonce());
    for (String agent : new String[] {"lyon", "berlin"}) {
      Roster current = directory.roster();
      directory.approve(again, current.joined(again).approve(current, alliance.keys.get(agent)));
    }
    assertThat(directory.isMember("zurich")).isTrue();
    assertThat(directory.gone("zurich")).isEmpty();
    assertThat(directory.verify("zurich", MESSAGE, before)).as("the old key").isFalse();
    assertThat(directory.verify("zurich", MESSAGE, alliance.keys.get("zurich").sign(MESSAGE)))
        .isTrue();
  }

  @Test
  void aLeavingHoldsAtOnceAndTheRosterFollowsWithTheQuorum() {
    MemberExit exit = exit("zurich", "study ended");
    directory.leave(exit);
    directory.leave(exit);
    restart();
    assertThat(directory.isMember("zurich")).isFalse();
    assertThat(directory.gone("zurich")).contains("'zurich' has left the alliance: study ended");
    assertThat(directory.exits()).containsExactly(exit);
    assertThat(directory.roster().version()).as("needs no roster").isEqualTo(1);
    assertThat(follow(exit, "lyon")).isFalse();
    assertThat(follow(exit, "berlin")).isFalse();
    restart();
    assertThat(follow(exit, "boston")).isTrue();
    assertThat(directory.exits()).isEmpty();
    assertThat(directory.gone("zurich"))
        .contains("'zurich' was removed from the alliance: left: study ended");
    assertThatThrownBy(() -> directory.leave(exit)).isInstanceOf(RosterChangeException.class);
    assertThatThrownBy(() -> directory.follow(exit, exit.signature()))
        .isInstanceOf(Directory.RefusedException.class);
  }

  @Test
  void twoLeaveAndEachGetsItsRoster() {
    MemberExit zurich = exit("zurich", "study ended");
    MemberExit boston = exit("boston", "study ended too");
    directory.leave(zurich);
    directory.leave(boston);
    assertThat(directory.exits()).containsExactly(boston, zurich);
    for (String agent : new String[] {"lyon", "berlin", "boston"}) {
      follow(zurich, agent);
    }
    assertThat(directory.exits()).as("signed under the next roster").containsExactly(boston);
    assertThat(follow(boston, "lyon")).isFalse();
    assertThat(follow(boston, "berlin")).isTrue();
    assertThat(directory.roster().agents()).hasSize(2);
  }

  @Test
  void aLeavingThatIsNotTheMembersOwnIsRefused() {
    MemberExit other =
        MemberExit.make(alliance.genesis.digest(), ZURICH, alliance.keys.get("lyon"), "no");
    assertThatThrownBy(() -> directory.leave(other)).isInstanceOf(RosterChangeException.class);
    MemberExit own = exit("zurich", "yes");
    MemberExit changed =
        new MemberExit(own.genesis(), own.identityKey(), "something else", own.signature());
    assertThatThrownBy(() -> directory.leave(changed))
        .isInstanceOf(InvalidSignatureException.class);
    assertThatThrownBy(() -> directory.leave(exit("hub", "tired")))
        .hasMessageContaining("'hub' is the coordinator");
    assertThat(directory.exits()).isEmpty();
    assertThat(MemberExit.parse(own.toBytes())).isEqualTo(own);
  }

  private ChangeOutcome rekey(String agent, MemberRequest request) {
    RosterChange change = new NewKeys(request, "laptop stolen");
    Roster current = directory.roster();
    ParticipantKeys signer = agent.equals("zurich") ? zurichBefore : alliance.keys.get(agent);
    return directory.change(change, change.next(current).approve(current, signer));
  }

  @Test
  void theQuorumReplacesKeysAndThoseBeforeAreNobodys() {
    zurichBefore = alliance.keys.get("zurich");
    Sha256 genesisRoster = directory.roster().digest();
    byte[] before = zurichBefore.sign(MESSAGE);
    MemberRequest fresh = alliance.joiner("zurich", null);
    MemberRequest another = alliance.joiner("zurich", null);
    assertThatThrownBy(() -> rekey("zurich", fresh))
        .as("a thief has these keys, too")
        .isInstanceOf(Directory.RefusedException.class)
        .hasMessageContaining("'zurich' does not approve its own new keys")
        .hasMessageContaining("3 of them do");
    assertThat(rekey("boston", fresh).approval().approvals()).isEqualTo(1);
    assertThat(rekey("lyon", another).approval().approvals()).as("other keys").isEqualTo(1);
    assertThat(rekey("lyon", fresh).approval().approvals()).isEqualTo(2);
    restart();
    assertThat(directory.gone("zurich", Optional.of(zurichBefore.memberCaDigest()))).isEmpty();
    assertThat(rekey("berlin", fresh).approval().inForce()).isTrue();
    restart();
    assertThat(directory.isMember("zurich")).isTrue();
    assertThat(directory.gone("zurich")).isEmpty();
    assertThat(directory.roster().find(ZURICH).orElseThrow().identityKey())
        .isEqualTo(fresh.identityKey());
    assertThat(directory.gone("zurich", Optional.of(zurichBefore.memberCaDigest())))
        .contains("the keys of 'zurich' were replaced: laptop stolen");
    assertThat(directory.gone("zurich", Optional.of(Sha256.ofKey(fresh.memberCaKey())))).isEmpty();
    assertThat(directory.goneSince("zurich", genesisRoster)).isPresent();
    assertThat(directory.goneSince("zurich", directory.roster().digest())).isEmpty();
    assertThat(directory.goneSince("berlin", genesisRoster)).isEmpty();
    assertThat(directory.verify("zurich", MESSAGE, before)).isFalse();
    assertThat(directory.ofRecord().verify("zurich", MESSAGE, before)).isTrue();
    assertThatThrownBy(() -> rekey("berlin", fresh)).isInstanceOf(RosterChangeException.class);
  }

  @Test
  void aLeavingByTheKeysThatAreReplacedBarsNothingAndIsOverWithThem() {
    MemberExit thiefs = exit("zurich", "goodbye");
    directory.leave(thiefs);
    MemberRequest fresh = alliance.joiner("zurich", null);
    rekey("lyon", fresh);
    restart();
    rekey("berlin", fresh);
    assertThat(rekey("boston", fresh).approval().inForce()).isTrue();
    for (int i = 0; i < 2; i++) {
      assertThat(directory.exits()).isEmpty();
      assertThat(directory.isMember("zurich")).isTrue();
      assertThat(directory.gone("zurich")).isEmpty();
      restart();
    }
    assertThatThrownBy(() -> directory.leave(thiefs)).isInstanceOf(RosterChangeException.class);
  }

  @Test
  void whereTheOthersAreTooFewAMembersOwnSignatureCountsForItsNewKeys() {
    zurichBefore = alliance.keys.get("zurich");
    for (String gone : new String[] {"berlin", "boston"}) {
      MemberExit exit = exit(gone, "study ended");
      directory.leave(exit);
      for (String agent : new String[] {"lyon", "zurich", "boston"}) {
        if (directory.find(gone).isPresent()) {
          follow(exit, agent);
        }
      }
    }
    assertThat(directory.roster().agents()).hasSize(2);
    MemberRequest fresh = alliance.joiner("zurich", null);
    assertThat(rekey("lyon", fresh).approval().inForce()).isFalse();
    assertThat(rekey("zurich", fresh).approval().inForce()).isTrue();
  }

  @Test
  void aProposalIsParsedAndItsRequestVerifiedOnceNotAtEachCall() {
    rekey("lyon", alliance.joiner("zurich", null));
    SqlEntries stored = new SqlEntries(database);
    for (String digest : stored.ids(Kinds.CHANGES)) {
      stored.put(Kinds.CHANGES, digest, "nobody reads this again".getBytes(StandardCharsets.UTF_8));
    }
    MemberRequest other = alliance.joiner("zurich", null);
    assertThat(rekey("berlin", other).otherReasons()).hasSize(1);
    Suspension audit = new Suspension(new MemberId("boston"), "audit");
    assertThat(change("berlin", audit).approval().approvals()).isEqualTo(1);
  }

  @Test
  void nothingOfAProposalIsKeptOnceOneIsInForce() {
    remove("berlin", "another reason");
    removeZurich();
    SqlEntries stored = new SqlEntries(database);
    assertThat(stored.ids(Kinds.CHANGES)).isEmpty();
    assertThat(stored.ids(Kinds.APPROVALS)).isEmpty();
  }

  @Test
  void eachApprovalOfAMemberHasANumberAndNamesTheOneThatItWithdraws() {
    String first = signedRoster(REASON);
    String second = signedRoster("another reason");
    assertThat(remove("lyon", REASON).given()).isEqualTo(new Given(1, Optional.empty()));
    assertThat(remove("lyon", "another reason").given())
        .isEqualTo(new Given(2, Optional.of(first)));
    restart();
    for (int i = 0; i < 2; i++) {
      assertThat(remove("lyon", REASON).given())
          .as("again it is the same one")
          .isEqualTo(new Given(3, Optional.of(second)));
      restart();
    }
    assertThat(remove("berlin", REASON).given().number()).as("each has its own").isEqualTo(1);
    assertThat(change("lyon", new Suspension(ZURICH, REASON)).given().number())
        .as("of each kind")
        .isEqualTo(1);
  }

  private String signedRoster(String reason) {
    return directory.roster().removed(ZURICH, reason).digest().hex();
  }

  @Test
  void whoIsSuspendedMayLeave() {
    Suspension audit = new Suspension(ZURICH, "audit");
    change("lyon", audit);
    change("berlin", audit);
    change("boston", audit);
    MemberExit exit = exit("zurich", "study ended");
    directory.leave(exit);
    restart();
    assertThat(directory.gone("zurich")).contains("'zurich' has left the alliance: study ended");
    assertThatThrownBy(() -> change("lyon", new Resumption(ZURICH, "passed")))
        .hasMessageContaining("nothing else is to change");
    assertThat(follow(exit, "lyon")).isFalse();
    assertThat(follow(exit, "berlin")).isTrue();
    assertThat(directory.find("zurich")).isEmpty();
  }

  @Test
  void aRequestThatChangesAnythingElseThanKeysIsRefused() {
    RosterEntry zurich = directory.roster().find(ZURICH).orElseThrow();
    ParticipantKeys keys = alliance.keys.get("lyon");
    MemberSignature any = signed("lyon", REASON);
    for (MemberProfile other :
        new MemberProfile[] {
          profile("zurich", "eu", "DE", Set.of(Role.AGENT, Role.MEMBER_ADMIN)),
          profile("zurich", "eu", "CH", Set.of(Role.AGENT)),
          profile("zurich", "us", "DE", Set.of(Role.AGENT)),
        }) {
      MemberRequest request = MemberRequest.make(other, keys, clock);
      assertThatThrownBy(() -> directory.change(new NewKeys(request, REASON), any))
          .isInstanceOf(RosterChangeException.class)
          .hasMessageContaining("something else of zurich than roster version 1")
          .hasMessageContaining("roles agent");
    }
    MemberRequest stolen =
        MemberRequest.make(profile("zurich", "eu", "DE", Set.of(Role.AGENT)), keys, clock);
    assertThatThrownBy(() -> directory.change(new NewKeys(stolen, REASON), any))
        .as("keys of another member")
        .isInstanceOf(RosterChangeException.class)
        .hasMessageContaining("identity key");
    MemberRequest nobody = alliance.joiner("oslo", null);
    assertThatThrownBy(() -> directory.change(new NewKeys(nobody, REASON), any))
        .isInstanceOf(Directory.RefusedException.class)
        .hasMessageContaining("'oslo' is not in roster version 1");
    assertThat(directory.roster().find(ZURICH)).contains(zurich);
  }

  private static MemberProfile profile(
      String name, String jurisdiction, String country, Set<Role> roles) {
    return new MemberProfile(
        new MemberId(name),
        new Jurisdiction(jurisdiction),
        new Country(country),
        new Country("DE"),
        roles,
        null,
        null,
        null);
  }

  private ChangeOutcome change(String agent, RosterChange change) {
    Roster current = directory.roster();
    return directory.change(
        change, change.next(current).approve(current, alliance.keys.get(agent)));
  }

  @Test
  void theQuorumSuspendsAndResumesAndNobodyDoesSoForItself() {
    Suspension audit = new Suspension(ZURICH, "audit");
    assertThatThrownBy(() -> change("zurich", audit))
        .isInstanceOf(Directory.RefusedException.class)
        .hasMessageContaining("its own suspension");
    change("lyon", audit);
    change("berlin", audit);
    assertThat(directory.isMember("zurich")).isTrue();
    assertThat(change("boston", audit).approval().inForce()).isTrue();
    restart();
    assertThat(directory.isMember("zurich")).isFalse();
    assertThat(directory.find("zurich")).isPresent();
    assertThat(directory.gone("zurich")).contains("'zurich' is suspended: audit");
    assertThat(directory.verify("zurich", MESSAGE, alliance.keys.get("zurich").sign(MESSAGE)))
        .as("its signatures stay readable")
        .isTrue();
    Resumption passed = new Resumption(ZURICH, "passed");
    assertThatThrownBy(() -> change("zurich", passed)).isInstanceOf(RosterChangeException.class);
    assertThat(change("lyon", passed).approval().needed()).as("of three").isEqualTo(2);
    restart();
    assertThat(change("berlin", passed).approval().inForce()).isTrue();
    assertThat(directory.isMember("zurich")).isTrue();
    assertThat(directory.gone("zurich")).isEmpty();
    assertThatThrownBy(() -> change("lyon", passed)).hasMessageContaining("not suspended");
  }

  @Test
  void nobodyIsSuspendedWhereTheOthersAreFewerThanTheQuorum() {
    for (String member : new String[] {"zurich", "boston"}) {
      Suspension audit = new Suspension(new MemberId(member), "audit");
      for (String agent : new String[] {"lyon", "berlin", "boston"}) {
        if (directory.isMember(member)) {
          change(agent.equals(member) ? "lyon" : agent, audit);
        }
      }
    }
    assertThat(directory.roster().agents()).hasSize(2);
    assertThatThrownBy(() -> change("lyon", new Suspension(new MemberId("berlin"), "audit")))
        .isInstanceOf(Directory.RefusedException.class)
        .hasMessageContaining("nobody can be suspended");
  }

  @Test
  void aStoreThatWasLostGetsItsRostersBackFromAnyMember() {
    removeZurich();
    byte[] kept = directory.chain().toBytes();
    Roster inForce = directory.roster();
    assertThat(directory.recover(kept)).as("all of them are known").isZero();
    database.close();
    database = Database.open(StoreLocation.sqlite(root.resolve("state-new")));
    directory =
        new Directory(alliance.genesis, new SqlEntries(database), new DocumentFiles(root), clock);
    assertThat(directory.isMember("zurich")).as("it has forgotten").isTrue();
    remove("lyon", "half proposed");
    assertThat(directory.recover(kept)).isPositive();
    assertThat(directory.roster()).isEqualTo(inForce);
    assertThat(directory.isMember("zurich")).isFalse();
    Directory again =
        new Directory(alliance.genesis, new SqlEntries(database), new DocumentFiles(root), clock);
    assertThat(again.roster()).isEqualTo(inForce);
    assertThat(again.recover(RosterChain.of(alliance.genesis).toBytes())).as("older").isZero();
  }

  @Test
  void rostersThatExcludeTheKnownOnesAreRefused() {
    removeZurich();
    Roster genesis = alliance.genesis.roster();
    Roster other = genesis.suspended(new MemberId("berlin"), "another history");
    SignedRoster signed =
        new SignedRoster(
            other,
            java.util.stream.Stream.of("lyon", "berlin", "boston")
                .map(agent -> other.approve(genesis, alliance.keys.get(agent)))
                .toList());
    byte[] fork = RosterChain.of(alliance.genesis).append(signed).toBytes();
    assertThatThrownBy(() -> directory.recover(fork))
        .isInstanceOf(Directory.RefusedException.class)
        .hasMessageContaining("exclude each other");
    assertThat(directory.isMember("zurich")).isFalse();
  }
}
