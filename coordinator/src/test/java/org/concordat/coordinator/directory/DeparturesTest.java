package org.concordat.coordinator.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import org.concordat.certs.InvalidSignatureException;
import org.concordat.certs.Invitation;
import org.concordat.certs.MemberExit;
import org.concordat.certs.MemberId;
import org.concordat.certs.MemberRequest;
import org.concordat.certs.MemberSignature;
import org.concordat.certs.Roster;
import org.concordat.certs.RosterChain;
import org.concordat.certs.RosterChangeException;
import org.concordat.coordinator.directory.Directory.RemovalOutcome;
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

  @BeforeEach
  void makeAlliance() {
    alliance = new FourAgents(root, clock);
    openStore();
  }

  private void openStore() {
    database = Database.open(StoreLocation.sqlite(root.resolve("state")));
    directory = new Directory(alliance.genesis, new SqlEntries(database), clock);
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

  private RemovalOutcome remove(String agent, String reason) {
    return directory.remove(ZURICH, reason, signed(agent, reason));
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
    RemovalOutcome other = remove("berlin", "another reason");
    assertThat(other.approval().approvals()).isEqualTo(1);
    assertThat(other.otherReasons()).containsExactly(REASON);
    RemovalOutcome changed = remove("berlin", REASON);
    assertThat(changed.approval().approvals()).isEqualTo(2);
    assertThat(changed.otherReasons()).as("nobody approves it any more").isEmpty();
    assertThat(remove("boston", "another reason").approval().approvals()).isEqualTo(1);
    assertThat(remove("boston", REASON).approval().inForce()).isTrue();
  }

  @Test
  void whatCannotBeIsRefusedByName() {
    Roster current = directory.roster();
    MemberSignature good = signed("lyon", REASON);
    assertThatThrownBy(() -> directory.remove(new MemberId("oslo"), REASON, good))
        .isInstanceOf(Directory.RefusedException.class)
        .hasMessageContaining("'oslo' is not in roster version 1");
    assertThatThrownBy(() -> directory.remove(new MemberId("hub"), REASON, good))
        .hasMessageContaining("'hub' is the coordinator");
    assertThatThrownBy(() -> remove("zurich", REASON))
        .isInstanceOf(Directory.RefusedException.class)
        .hasMessageContaining("member exit");
    assertThatThrownBy(() -> directory.remove(ZURICH, "another reason", good))
        .isInstanceOf(InvalidSignatureException.class)
        .hasMessageContaining("does not verify");
    assertThatThrownBy(() -> directory.remove(ZURICH, "two\nlines", good))
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
    assertThatThrownBy(() -> directory.remove(ZURICH, REASON, old))
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
      directory.remove(boston, REASON, signed);
    }
    assertThat(directory.roster().agents()).hasSize(2);
    Roster two = directory.roster();
    MemberId berlin = new MemberId("berlin");
    MemberSignature alone = two.removed(berlin, REASON).approve(two, alliance.keys.get("lyon"));
    assertThatThrownBy(() -> directory.remove(berlin, REASON, alone))
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
}
