package org.concordat.coordinator.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import org.concordat.certs.DocumentFiles;
import org.concordat.certs.InvalidInvitationException;
import org.concordat.certs.InvalidRequestException;
import org.concordat.certs.InvalidSignatureException;
import org.concordat.certs.Invitation;
import org.concordat.certs.MemberId;
import org.concordat.certs.MemberRequest;
import org.concordat.certs.MemberSignature;
import org.concordat.certs.Roster;
import org.concordat.certs.RosterChangeException;
import org.concordat.coordinator.directory.Directory.ApprovalOutcome;
import org.concordat.store.Database;
import org.concordat.store.SqlEntries;
import org.concordat.store.StoreLocation;
import org.concordat.testkit.SettableClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryTest {
  @TempDir Path root;
  private final SettableClock clock = new SettableClock(Instant.parse("2026-11-21T09:00:00Z"));
  private FourAgents alliance;
  private Database database;
  private Directory directory;
  private Invitation invitation;
  private MemberRequest basel;

  @BeforeEach
  void makeAlliance() {
    alliance = new FourAgents(root, clock);
    openStore();
    invitation = alliance.invite("lyon", "basel");
    basel = alliance.joiner("basel", invitation.nonce());
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

  private MemberSignature signed(String agent) {
    Roster current = directory.roster();
    return current.joined(basel).approve(current, alliance.keys.get(agent));
  }

  private ApprovalOutcome approve(String agent) {
    return directory.approve(basel, signed(agent));
  }

  @Test
  void theQuorumAndNotOneLessPutsTheRosterInForce() {
    directory.register(invitation);
    assertThat(approve("lyon"))
        .satisfies(
            outcome -> {
              assertThat(outcome.approvals()).isEqualTo(1);
              assertThat(outcome.needed()).isEqualTo(3);
              assertThat(outcome.inForce()).isFalse();
            });
    assertThat(approve("berlin").inForce()).isFalse();
    assertThat(directory.find("basel")).isEmpty();
    ApprovalOutcome last = approve("zurich");
    assertThat(last.inForce()).isTrue();
    assertThat(last.approvals()).isEqualTo(3);
    assertThat(directory.roster()).isEqualTo(last.next());
    assertThat(directory.find("basel")).isPresent();
    assertThat(directory.roster().version()).isEqualTo(alliance.genesis.roster().version() + 1);
  }

  @Test
  void theSameApprovalAgainCountsOnce() {
    directory.register(invitation);
    approve("lyon");
    approve("lyon");
    assertThat(approve("lyon").approvals()).isEqualTo(1);
    assertThat(directory.find("basel")).isEmpty();
  }

  @Test
  void aRestartRestoresApprovalsAndTheChain() {
    directory.register(invitation);
    approve("lyon");
    approve("berlin");
    restart();
    assertThat(directory.find("basel")).isEmpty();
    assertThat(approve("boston").inForce()).isTrue();
    Roster inForce = directory.roster();
    restart();
    assertThat(directory.roster()).isEqualTo(inForce);
    assertThat(directory.find("basel")).isPresent();
    assertThat(directory.chain().find(alliance.genesis.roster().digest())).isPresent();
  }

  @Test
  void aStoredRosterWithoutItsQuorumIsNotLoaded() {
    Roster current = directory.roster();
    Roster next = current.joined(basel);
    var alone =
        new org.concordat.certs.SignedRoster(
            next, java.util.List.of(next.approve(current, alliance.keys.get("lyon"))));
    new SqlEntries(database).put("roster", "000000002", alone.toBytes());
    assertThatThrownBy(
            () ->
                new Directory(
                    alliance.genesis, new SqlEntries(database), new DocumentFiles(root), clock))
        .isInstanceOf(org.concordat.certs.QuorumNotReachedException.class);
  }

  @Test
  void aReplayedRequestIsRefused() {
    directory.register(invitation);
    MemberSignature late = signed("boston");
    approve("lyon");
    approve("berlin");
    approve("zurich");
    Roster inForce = directory.roster();
    assertThatThrownBy(() -> directory.approve(basel, late))
        .isInstanceOf(RosterChangeException.class);
    assertThatThrownBy(() -> directory.register(invitation))
        .isInstanceOf(Directory.RefusedException.class)
        .hasMessageContaining("'basel' is a member already");
    assertThat(directory.roster()).isEqualTo(inForce);
  }

  @Test
  void anInvitationAdmitsNobodyElse() {
    directory.register(invitation);
    MemberRequest other = alliance.joiner("vienna", invitation.nonce());
    MemberSignature approval =
        directory.roster().joined(other).approve(directory.roster(), alliance.keys.get("lyon"));
    assertThatThrownBy(() -> directory.approve(other, approval))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("basel");
  }

  @Test
  void twoRequestsForOneInvitationDoNotShareApprovals() {
    directory.register(invitation);
    approve("lyon");
    approve("berlin");
    MemberRequest second = alliance.joiner("basel", invitation.nonce());
    Roster current = directory.roster();
    ApprovalOutcome outcome =
        directory.approve(
            second, current.joined(second).approve(current, alliance.keys.get("zurich")));
    assertThat(outcome.approvals()).isEqualTo(1);
    assertThat(outcome.inForce()).isFalse();
  }

  @Test
  void anApprovalWithoutAnInvitationIsRefused() {
    assertThatThrownBy(() -> approve("lyon"))
        .isInstanceOf(Directory.RefusedException.class)
        .hasMessageContaining("no invitation")
        .hasMessageContaining("'basel'");
    MemberRequest uninvited = alliance.joiner("vienna", null);
    MemberSignature approval =
        directory.roster().joined(uninvited).approve(directory.roster(), alliance.keys.get("lyon"));
    assertThatThrownBy(() -> directory.approve(uninvited, approval))
        .isInstanceOf(Directory.RefusedException.class);
  }

  @Test
  void anInvitationOfANonAdministratorOrThatExpiredAdmitsNobody() {
    Invitation byBerlin = alliance.invite("berlin", "vienna");
    assertThatThrownBy(() -> directory.register(byBerlin))
        .isInstanceOf(InvalidInvitationException.class)
        .hasMessageContaining("member-admin");
    directory.register(invitation);
    clock.advance(Duration.ofDays(7));
    assertThatThrownBy(() -> approve("lyon"))
        .isInstanceOf(InvalidInvitationException.class)
        .hasMessageContaining("expired");
  }

  @Test
  void anApprovalByANonMemberOrByTheCoordinatorIsRefused() {
    directory.register(invitation);
    String good = signed("lyon").base64();
    for (String who : new String[] {"basel", "stranger", "hub", "berlin"}) {
      MemberSignature approval = new MemberSignature(new MemberId(who), good);
      assertThatThrownBy(() -> directory.approve(basel, approval))
          .as(who)
          .isInstanceOf(InvalidSignatureException.class);
    }
    MemberSignature zeros =
        new MemberSignature(new MemberId("lyon"), Base64.getEncoder().encodeToString(new byte[64]));
    assertThatThrownBy(() -> directory.approve(basel, zeros))
        .isInstanceOf(InvalidSignatureException.class);
    assertThat(approve("lyon").approvals()).as("nothing of it was kept").isEqualTo(1);
  }

  @Test
  void signaturesAreCheckedAgainstTheRosterInForce() {
    byte[] message = "hello".getBytes(StandardCharsets.UTF_8);
    byte[] signature = alliance.keys.get("lyon").sign(message);
    assertThat(directory.verify("lyon", message, signature)).isTrue();
    assertThat(directory.verify("berlin", message, signature)).isFalse();
    assertThat(directory.verify("stranger", message, signature)).isFalse();
    assertThat(directory.verify("NO NAME", message, signature)).isFalse();
    assertThat(directory.verify("lyon", new byte[1], signature)).isFalse();
  }
}
