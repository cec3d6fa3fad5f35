package org.concordat.agent.site;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Set;
import org.concordat.agent.Founded;
import org.concordat.certs.Country;
import org.concordat.certs.Jurisdiction;
import org.concordat.certs.MemberId;
import org.concordat.certs.MemberProfile;
import org.concordat.certs.MemberRequest;
import org.concordat.certs.ParticipantKeys;
import org.concordat.certs.Role;
import org.concordat.certs.Roster;
import org.concordat.certs.RosterChain;
import org.concordat.certs.SignedRoster;
import org.concordat.secureagg.Digest;
import org.concordat.store.Database;
import org.concordat.store.SqlEntries;
import org.concordat.store.StoreLocation;
import org.concordat.testkit.SettableClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With which keys a site checks what a member whose keys were replaced has signed. */
class RostersTest {
  private static final byte[] MESSAGE = "hello".getBytes(StandardCharsets.UTF_8);

  @TempDir Path root;
  private final SettableClock clock = new SettableClock(Instant.parse("2026-11-21T09:00:00Z"));

  @Test
  void eachEpochHasTheKeysOfItsRosterAndEverythingElseThePresentOnes() {
    Founded alliance = new Founded(root, Founded.OPEN, clock);
    ParticipantKeys before = alliance.keys.get("zurich");
    ParticipantKeys now = ParticipantKeys.create(root.resolve("zurich-new"));
    Roster first = alliance.genesis.roster();
    Roster next =
        first.rekeyed(
            MemberRequest.make(
                MemberProfile.founder(
                    new MemberId("zurich"),
                    new Jurisdiction("eu"),
                    new Country("DE"),
                    Set.of(Role.AGENT, Role.MEMBER_ADMIN)),
                now,
                clock),
            "laptop stolen");
    SignedRoster signed =
        new SignedRoster(
            next,
            Founded.MEMBERS.stream()
                .map(one -> next.approve(first, alliance.keys.get(one)))
                .toList());
    byte[] chain = RosterChain.of(alliance.genesis).append(signed).toBytes();
    try (Database database = Database.open(StoreLocation.sqlite(root.resolve("state")))) {
      Rosters rosters = new Rosters(alliance.genesis, new SqlEntries(database));
      assertThat(rosters.offer(chain)).isTrue();
      for (int start = 0; start < 2; start++) {
        assertThat(rosters.verify("zurich", MESSAGE, now.sign(MESSAGE))).isTrue();
        assertThat(rosters.verify("zurich", MESSAGE, before.sign(MESSAGE))).isFalse();
        assertThat(verifies(rosters, first, before)).isTrue();
        assertThat(verifies(rosters, first, now)).as("it was not there yet").isFalse();
        assertThat(verifies(rosters, next, now)).isTrue();
        assertThat(verifies(rosters, next, before)).as("worth nothing any more").isFalse();
        assertThat(rosters.keysOf(Digest.sha256(MESSAGE))).isEmpty();
        assertThat(rosters.revoked(before.identity())).contains("laptop stolen");
        rosters = new Rosters(alliance.genesis, new SqlEntries(database));
      }
    }
  }

  private static boolean verifies(Rosters rosters, Roster epochs, ParticipantKeys keys) {
    return rosters
        .keysOf(new Digest(epochs.digest().bytes()))
        .orElseThrow()
        .verify("zurich", MESSAGE, keys.sign(MESSAGE));
  }
}
