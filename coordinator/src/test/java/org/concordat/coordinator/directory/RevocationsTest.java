package org.concordat.coordinator.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.file.Path;
import java.security.cert.CRLReason;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.concordat.certs.Crl;
import org.concordat.certs.CrlPace;
import org.concordat.certs.DocumentFiles;
import org.concordat.certs.MemberId;
import org.concordat.certs.OwnCrl;
import org.concordat.certs.RosterChange;
import org.concordat.store.Database;
import org.concordat.store.SqlEntries;
import org.concordat.store.StoreLocation;
import org.concordat.testkit.SettableClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lists that a member signs to be sent to everybody. */
class RevocationsTest {
  private static final Duration YEAR = Duration.ofDays(365);
  private static final MemberId ZURICH = new MemberId("zurich");

  @TempDir Path root;
  private final SettableClock clock = new SettableClock(Instant.parse("2026-12-01T09:00:00Z"));
  private FourAgents alliance;
  private Database database;
  private Directory directory;

  @BeforeEach
  void makeAlliance() {
    alliance = new FourAgents(root, clock);
    database = Database.open(StoreLocation.sqlite(root.resolve("state")));
    directory =
        new Directory(alliance.genesis, new SqlEntries(database), new DocumentFiles(root), clock);
  }

  @AfterEach
  void closeStore() {
    database.close();
  }

  private OwnCrl own() {
    return new OwnCrl(
        root,
        alliance.keys.get("zurich"),
        alliance.genesis.memberChain(ZURICH).orElseThrow(),
        clock);
  }

  private boolean renew() {
    return directory.revocations().publish(own().renew(Optional.empty(), YEAR));
  }

  private boolean revoke(long serial) {
    return directory
        .revocations()
        .publish(
            own()
                .revoke(
                    Optional.empty(), BigInteger.valueOf(serial), CRLReason.KEY_COMPROMISE, YEAR));
  }

  private void suspend() {
    for (String agent : new String[] {"lyon", "berlin", "boston"}) {
      var next = directory.roster().suspended(ZURICH, "floods");
      directory.change(
          new RosterChange.Suspension(ZURICH, "floods"),
          next.approve(directory.roster(), alliance.keys.get(agent)));
    }
    assertThat(directory.roster().findSuspended(ZURICH)).isPresent();
  }

  @Test
  void aMemberIsHeardOnceAnHourOrWhenItRevokesAndARefusedListChangesNothing() {
    assertThat(revoke(1)).isTrue();
    assertThat(renew()).isTrue();
    Crl inForce = directory.revocations().all().get(0);
    for (int i = 0; i < 20; i++) {
      assertThatThrownBy(this::renew)
          .hasMessageContaining("NOTHING_NEW")
          .hasMessageContaining("it may come again at 2026-12-01T10:00:00Z");
    }
    assertThat(directory.revocations().all()).containsExactly(inForce);
    assertThat(revoke(2)).as("at once").isTrue();
    clock.advance(CrlPace.BETWEEN);
    assertThat(renew()).isTrue();
  }

  @Test
  void aSuspendedMemberIsHeardOnlyWhenItRevokes() {
    assertThat(revoke(1)).isTrue();
    suspend();
    assertThatThrownBy(this::renew).hasMessageContaining("'zurich' is suspended");
    assertThat(revoke(2)).isTrue();
    clock.advance(Duration.ofDays(1));
    assertThatThrownBy(this::renew).hasMessageContaining("'zurich' is suspended");
  }
}
