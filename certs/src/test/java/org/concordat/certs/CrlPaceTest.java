package org.concordat.certs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.file.Path;
import java.security.cert.CRLReason;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.concordat.certs.CrlRefusedException.Reason;
import org.concordat.testkit.SettableClock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A member signs lists as fast as it can. */
class CrlPaceTest {
  private static final Duration YEAR = Duration.ofDays(365);

  @TempDir Path directory;
  private final SettableClock clock = new SettableClock(Instant.parse("2026-12-01T09:00:00Z"));
  private final CrlPace pace = new CrlPace();
  private TestAlliance alliance;
  private Roster roster;
  private Optional<Crl> known = Optional.empty();

  @BeforeEach
  void makeAlliance() {
    alliance = new TestAlliance(directory, clock);
    roster = alliance.genesis.roster();
  }

  private OwnCrl own() {
    return new OwnCrl(
        directory.resolve("lyon"),
        alliance.keys.get(TestAlliance.LYON),
        alliance.chain(TestAlliance.LYON),
        clock);
  }

  private void admit(Crl next) {
    pace.admit(known, next, roster, clock.instant());
    known = Optional.of(next);
  }

  private void renew(Duration life) {
    admit(own().renew(known, life));
  }

  private void revoke(long serial) {
    admit(own().revoke(known, BigInteger.valueOf(serial), CRLReason.SUPERSEDED, YEAR));
  }

  private void assertTooSoon(Duration life, String again) {
    assertThatThrownBy(() -> renew(life))
        .isInstanceOfSatisfying(
            CrlRefusedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOTHING_NEW))
        .hasMessageContaining("it may come again at " + again);
  }

  @Test
  void whatRevokesNothingMoreIsTakenOnceAnHourAndARevocationAtOnce() {
    revoke(11);
    renew(YEAR);
    for (int i = 0; i < 3; i++) {
      assertTooSoon(YEAR, "2026-12-01T10:00:00Z");
      revoke(20 + i);
    }
    clock.advance(CrlPace.BETWEEN);
    renew(YEAR);
    assertTooSoon(YEAR, "2026-12-01T11:00:00Z");
  }

  @Test
  void aListNearItsEndOrPastItIsAlwaysReplaced() {
    renew(Duration.ofHours(1));
    assertTooSoon(YEAR, "2026-12-01T09:40:00Z");
    clock.advance(Duration.ofMinutes(40));
    renew(Duration.ofHours(1));
    clock.advance(Duration.ofMinutes(20));
    assertTooSoon(YEAR, "2026-12-01T10:20:00Z");
    clock.advance(Duration.ofDays(2));
    renew(YEAR);
  }

  @Test
  void listsThatEndAtOnceMakeNoRoomForMore() throws Exception {
    var issuer =
        new CaCertificates.Issuer(
            alliance.chain(TestAlliance.LYON).memberCa(),
            alliance.keys.get(TestAlliance.LYON).memberCaPrivateKey());
    int taken = 0;
    for (int i = 1; i <= 600; i++) {
      Instant now = clock.instant();
      Crl next =
          Crl.of(
              new TestCrl(issuer, now)
                  .number(i)
                  .from(now.minus(YEAR))
                  .until(now.plusSeconds(i % 2 == 0 ? 2 : 3600))
                  .sign(),
              issuer.certificate());
      try {
        admit(next);
        taken++;
      } catch (CrlRefusedException tooSoon) {
        assertThat(tooSoon.reason()).isEqualTo(Reason.NOTHING_NEW);
      }
      clock.advance(Duration.ofSeconds(6));
    }
    assertThat(taken).as("in an hour").isLessThanOrEqualTo(3);
  }

  @Test
  void aSuspendedMembersListMustRevokeSomething() {
    roster = roster.suspended(TestAlliance.LYON, "under inquiry");
    assertThatThrownBy(() -> renew(YEAR))
        .hasMessageContaining("NOTHING_NEW")
        .hasMessageContaining("'lyon' is suspended");
    revoke(11);
    clock.advance(Duration.ofDays(300));
    assertThatThrownBy(() -> renew(YEAR)).hasMessageContaining("'lyon' is suspended");
    roster = roster.resumed(TestAlliance.LYON);
    renew(YEAR);
  }
}
