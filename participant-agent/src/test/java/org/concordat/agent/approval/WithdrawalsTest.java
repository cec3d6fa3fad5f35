package org.concordat.agent.approval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.concordat.agent.FakeCoordinator;
import org.concordat.agent.Founded;
import org.concordat.agent.TestSite;
import org.concordat.agent.job.SiteJobs;
import org.concordat.protocol.v1.Approval;
import org.concordat.protocol.v1.Consent;
import org.concordat.protocol.v1.Envelope;
import org.concordat.protocol.v1.SignedEnvelope;
import org.concordat.store.Database;
import org.concordat.store.SqlEntries;
import org.concordat.store.StoreLocation;
import org.concordat.testkit.Await;
import org.concordat.testkit.SettableClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A consent is taken back by a signed file: at once, for good, and only by who may. */
@Timeout(120)
class WithdrawalsTest {
  private static final String SITE = "zurich";
  private static final String RULE = "approval: {purposes: [medical-research], approvers: [ada]}\n";

  @TempDir Path root;
  private final SettableClock clock = new SettableClock(Instant.now());
  private Founded alliance;
  private FakeCoordinator coordinator;
  private TestSite site;
  private byte[] spec = new byte[0];

  @BeforeEach
  void start() throws Exception {
    coordinator = new FakeCoordinator();
    alliance = new Founded(root, Founded.OPEN, clock);
    open();
    spec = alliance.seal("operator", "job.spec", Founded.job("job").build().toByteArray());
    coordinator.propose(spec);
    assertThat(coordinator.awaitConsent("job").getGranted()).isTrue();
  }

  private void open() throws Exception {
    site =
        new TestSite(alliance, alliance.config(SITE, coordinator.port(), RULE), coordinator, clock);
    coordinator.awaitSession();
  }

  @AfterEach
  void close() throws Exception {
    site.close();
    coordinator.close();
  }

  private Inbox inbox() {
    return Inbox.open(alliance.home(SITE));
  }

  private Approval withdrawal() {
    return Inbox.withdrawal(SITE, "job", "a patient has objected", clock.instant());
  }

  private void withdraw(String signer, String type, Approval withdrawal) {
    inbox().withdraw("job", alliance.seal(signer, type, withdrawal.toByteArray()));
  }

  private Consent second() throws Exception {
    SignedEnvelope sealed = SignedEnvelope.parseFrom(coordinator.awaitAnswer("job", 2));
    return Consent.parseFrom(Envelope.parseFrom(sealed.getEnvelope()).getPayload());
  }

  private String withdrawn() {
    try (Database database =
        Database.open(StoreLocation.sqlite(alliance.home(SITE).resolve("state")))) {
      return new SiteJobs(new SqlEntries(database)).withdrawn("job").orElse("");
    }
  }

  @Test
  void theSitesOwnKeyIsEnoughAndTheCoordinatorIsTold() throws Exception {
    withdraw(SITE, Inbox.WITHDRAWAL_TYPE, withdrawal());
    Consent told = second();
    assertThat(told.getGranted()).isFalse();
    assertThat(told.getExplanation())
        .isEqualTo("zurich took this site's consent back: a patient has objected");
    assertThat(told.getDecidedBy()).isEqualTo("person:zurich");
    Await.until(() -> !inbox().waits("job"));
    assertThat(inbox().wasSetAside("job")).isFalse();
  }

  @Test
  void anApproverMayTooAndItStaysSoOverRestarts() throws Exception {
    withdraw("ada", Inbox.WITHDRAWAL_TYPE, withdrawal());
    byte[] told = coordinator.awaitAnswer("job", 2);
    site.close();
    assertThat(withdrawn()).startsWith("ada took this site's consent back");
    open();
    coordinator.propose(spec);
    assertThat(coordinator.awaitAnswer("job", 3)).as("the very same answer").isEqualTo(told);
  }

  /** Dropped while the agent is down: it counts before anything else is done. */
  @Test
  void aWithdrawalThatCameWhileTheAgentWasDownCounts() throws Exception {
    site.close();
    withdraw(SITE, Inbox.WITHDRAWAL_TYPE, withdrawal());
    open();
    coordinator.propose(spec);
    assertThat(second().getGranted()).isFalse();
    site.close();
    assertThat(withdrawn()).isNotEmpty();
    open();
  }

  private void isRefused(String signer, String type, Approval withdrawal, String why)
      throws Exception {
    withdraw(signer, type, withdrawal);
    site.awaitStatus(
        status ->
            status.path("lastAlarm").asText().startsWith("a withdrawal in the inbox did not count")
                && status.path("lastAlarm").asText().contains(why));
    Await.until(() -> !inbox().waits("job"));
    assertThat(inbox().wasSetAside("job")).isTrue();
  }

  @Test
  void whatIsNobodysToTakeBackIsSetAsideByName() throws Exception {
    String type = Inbox.WITHDRAWAL_TYPE;
    isRefused("boston", type, withdrawal(), "'boston' is neither this site nor an approver");
    isRefused("bela", type, withdrawal(), "'bela' is neither this site nor an approver");
    isRefused(SITE, Inbox.APPROVAL_TYPE, withdrawal(), "not as job.withdrawal");
    Approval elsewhere = withdrawal().toBuilder().setSite("boston").build();
    isRefused(SITE, type, elsewhere, "a consent of site 'boston'");
    Approval other = withdrawal().toBuilder().setJob("another").build();
    isRefused(SITE, type, other, "there is no consent to a running job 'another'");
    inbox().withdraw("job", new byte[] {1, 2, 3});
    Await.until(() -> !inbox().waits("job"));
    site.close();
    assertThat(withdrawn()).isEmpty();
    assertThat(coordinator.consents()).hasSize(1);
    open();
  }

  @Test
  void aCommentHasItsBounds() throws IOException {
    assertThatThrownBy(() -> Inbox.withdrawal(SITE, "job", "x".repeat(501), clock.instant()))
        .isInstanceOf(InboxException.class)
        .hasMessageContaining("at most 500");
    assertThat(Files.isDirectory(alliance.home(SITE).resolve("inbox"))).isTrue();
  }
}
