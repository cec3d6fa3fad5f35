package org.concordat.iam.keycloak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.concordat.certs.MemberId;
import org.concordat.certs.Roster;
import org.concordat.iam.Hearts;
import org.concordat.iam.signin.ServiceKey;
import org.concordat.iam.token.Held;
import org.concordat.iam.token.Standing;
import org.concordat.testkit.Await;
import org.concordat.testkit.SettableClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Looks at a realm, one by one. */
class RealmWatchTest {
  @TempDir Path directory;
  private final SettableClock clock = new SettableClock(Instant.parse("2026-12-01T10:00:00Z"));
  private FakeRealm fake;
  private Rosters rosters;
  private Standing standing;
  private Held held;
  private volatile Roster roster;

  @BeforeEach
  void open() throws IOException {
    fake = new FakeRealm();
    rosters = new Rosters(directory);
    roster = rosters.first;
    standing = new Standing(Set.of(fake.issuer().toString()), clock);
    held = new Held(standing, fake.issuer().toString(), clock);
    ServiceKey.make(directory.resolve("key.json"));
  }

  @AfterEach
  void close() {
    fake.close();
  }

  private RealmWatch watch(URI admin, boolean groups, MemberId... members) {
    return new RealmWatch(
        new Realm(
            fake.issuer(),
            admin,
            "directory",
            directory.resolve("key.json"),
            Duration.ofSeconds(1),
            groups,
            Set.of(members)),
        standing,
        () -> roster,
        clock);
  }

  private RealmWatch watch() {
    return watch(fake.admin(), true);
  }

  private static String attribute(ObjectNode group, String name) {
    return group.path("attributes").path(name).path(0).asText();
  }

  @Test
  void whoIsDisabledOrDeletedThereIsRefusedHere() {
    RealmWatch watch = watch();
    fake.users.put("anna", true);
    fake.users.put("bert", true);
    fake.clients.put("cli", true);
    held.add("anna", "cli");
    held.add("bert", "cli");
    watch.run();
    assertThat(held.isIn("anna", "cli")).isTrue();
    fake.users.put("anna", false);
    fake.users.remove("bert");
    watch.run();
    assertThat(held.isIn("anna", "cli")).isFalse();
    assertThat(held.isIn("bert", "cli")).as("deleted").isFalse();
    fake.users.put("anna", true);
    watch.run();
    assertThat(held.isIn("anna", "cli")).isTrue();
  }

  @Test
  void aClientThatIsDisabledOrDeletedTakesItsTokensWithIt() {
    RealmWatch watch = watch();
    fake.users.put("robot", true);
    fake.clients.put("nightly", true);
    held.add("robot", "nightly");
    watch.run();
    assertThat(held.isIn("robot", "nightly")).isTrue();
    fake.clients.put("nightly", false);
    watch.run();
    assertThat(held.isIn("robot", "nightly")).isFalse();
    fake.clients.put("nightly", true);
    watch.run();
    fake.clients.remove("nightly");
    watch.run();
    assertThat(held.isIn("robot", "nightly")).isFalse();
  }

  @Test
  void aLookThatFailsOpensNothingAndEndsNothing() {
    RealmWatch watch = watch();
    fake.clients.put("cli", true);
    fake.users.put("anna", false);
    fake.users.put("bert", true);
    held.add("anna", "cli");
    held.add("bert", "cli");
    watch.run();
    for (int status : new int[] {500, 401, 403, 404, 302, 200}) {
      fake.status = status;
      watch.run();
      assertThat(held.isIn("anna", "cli")).as("status %d", status).isFalse();
      assertThat(held.isIn("bert", "cli")).as("status %d", status).isTrue();
    }
    fake.status = 0;
    fake.users.put("anna", true);
    clock.advance(Duration.ofSeconds(1));
    watch.run();
    assertThat(held.isIn("anna", "cli")).isTrue();
    fake.close();
    watch.run();
    assertThat(held.isIn("bert", "cli")).isTrue();
  }

  @Test
  void afterARestartNobodyDisabledIsLetInWhileTheRealmIsAway() {
    Instant before = clock.instant();
    clock.advance(Duration.ofSeconds(2));
    standing = new Standing(Set.of(fake.issuer().toString()), clock);
    held = new Held(standing, fake.issuer().toString(), clock);
    RealmWatch watch = watch();
    fake.clients.put("cli", true);
    fake.users.put("anna", false);
    fake.users.put("bert", true);
    fake.status = 503;
    for (int look = 0; look < 3; look++) {
      assertThat(held.isIn("anna", "cli", before)).isFalse();
      assertThat(held.isIn("bert", "cli", before)).isFalse();
      watch.run();
    }
    fake.status = 0;
    watch.run();
    assertThat(held.isIn("anna", "cli", before)).isFalse();
    assertThat(held.isIn("bert", "cli", before)).isTrue();
  }

  /** Whichever comes first in a set: with one that always fails, each of the others is reached. */
  @Test
  void aQuestionThatAlwaysFailsShieldsNobodyAfterIt() {
    RealmWatch watch = watch();
    fake.clients.put("cli", true);
    for (String name : List.of("anna", "bert", "carl", "dora")) {
      fake.users.put(name, true);
      held.add(name, "cli");
    }
    watch.run();
    for (String name : List.of("anna", "bert", "carl", "dora")) {
      fake.forbidden = "/users/" + name;
      fake.users.replaceAll((other, enabled) -> other.equals(name));
      watch.run();
      assertThat(held.isIn(name, "cli")).as("nothing is known of %s", name).isTrue();
      assertThat(List.of("anna", "bert", "carl", "dora"))
          .filteredOn(other -> !other.equals(name))
          .noneMatch(other -> held.isIn(other, "cli"));
      fake.forbidden = "nothing";
      fake.users.replaceAll((other, enabled) -> true);
      watch.run();
    }
  }

  /** Everybody is gone at a wrong address, which says nothing of anybody. */
  @Test
  void anotherRealmsAdministrationEndsNobody() {
    fake.users.put("anna", true);
    fake.clients.put("cli", true);
    held.add("anna", "cli");
    watch(URI.create(fake.admin() + "x"), false).run();
    assertThat(held.isIn("anna", "cli")).isTrue();
    fake.clients.remove("directory");
    fake.users.remove("anna");
    watch().run();
    assertThat(held.isIn("anna", "cli")).isTrue();
  }

  @Test
  void withNobodyThereNothingIsAsked() {
    watch(fake.admin(), false).run();
    assertThat(fake.asked).isEmpty();
  }

  @Test
  void groupsFollowTheRoster() {
    RealmWatch watch = watch();
    watch.run();
    assertThat(fake.groups.keySet()).as("not the coordinator").containsExactly("lyon");
    assertThat(attribute(fake.groups.get("lyon"), "member")).isEqualTo("lyon");
    assertThat(attribute(fake.groups.get("lyon"), "jurisdiction")).isEqualTo("eu");
    assertThat(attribute(fake.groups.get("lyon"), "alliance-status")).isEqualTo("active");
    fake.groups.get("lyon").withObjectProperty("attributes").putArray("floor").add("3");
    roster = rosters.joined;
    watch.run();
    assertThat(fake.groups).containsKey("rome");
    roster = roster.suspended(Rosters.ROME, "why");
    watch.run();
    assertThat(attribute(fake.groups.get("rome"), "alliance-status")).isEqualTo("suspended");
    roster = roster.resumed(Rosters.ROME);
    watch.run();
    assertThat(attribute(fake.groups.get("rome"), "alliance-status")).isEqualTo("active");
    roster = roster.removed(Rosters.ROME, "why");
    watch.run();
    assertThat(attribute(fake.groups.get("rome"), "alliance-status")).isEqualTo("removed");
    assertThat(attribute(fake.groups.get("rome"), "member")).isEqualTo("rome");
    assertThat(attribute(fake.groups.get("lyon"), "floor")).as("somebody else's").isEqualTo("3");
  }

  @Test
  void aMemberThatNeverHadAGroupGetsNoneWhenItGoes() {
    roster = rosters.joined.removed(Rosters.ROME, "why");
    watch().run();
    assertThat(fake.groups).doesNotContainKey("rome");
  }

  @Test
  void aProviderOfSomeMembersHasGroupsOfThose() {
    roster = rosters.joined;
    watch(fake.admin(), true, Rosters.ROME).run();
    assertThat(fake.groups.keySet()).containsExactly("rome");
    fake.groups.clear();
    watch(fake.admin(), false, Hearts.LYON).run();
    assertThat(fake.groups).isEmpty();
  }

  /** What failed is done at the next look; people are watched meanwhile. */
  @Test
  void groupsThatCannotBeMadeHoldUpNobody() {
    fake.users.put("anna", false);
    fake.clients.put("cli", true);
    held.add("anna", "cli");
    fake.forbidden = "/group";
    RealmWatch watch = watch();
    watch.run();
    assertThat(fake.groups).isEmpty();
    assertThat(held.isIn("anna", "cli")).isFalse();
    fake.forbidden = "nothing";
    watch.run();
    assertThat(fake.groups).containsKey("lyon");
    fake.groups.clear();
    watch.run();
    assertThat(fake.groups).as("not at every look").isEmpty();
    clock.advance(Duration.ofMinutes(6));
    watch.run();
    assertThat(fake.groups).as("somebody deleted it").containsKey("lyon");
  }

  @Test
  void aRealmThatNeverAnswersIsGivenUp() {
    fake.users.put("anna", true);
    held.add("anna", "cli");
    fake.silent = true;
    long began = System.nanoTime();
    watch(fake.admin(), false).run();
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(30));
    assertThat(held.isIn("anna", "cli")).isTrue();
  }

  @Test
  void addressesAreThoseOfKeycloakAndSafe() {
    assertThat(Realm.usualAdmin("https://h/auth/realms/r"))
        .contains(URI.create("https://h/auth/admin/realms/r"));
    assertThat(Realm.usualAdmin("https://accounts.example")).isEmpty();
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new Realm(
                    URI.create("https://h/realms/r"),
                    URI.create("http://h/admin"),
                    "c",
                    directory,
                    Duration.ofSeconds(1),
                    true,
                    Set.of()))
        .withMessageContaining("https");
  }

  @Test
  void aRealmIsLookedAtInTheBackground() throws Exception {
    try (Realms realms =
        Realms.start(
            List.of(
                new Realm(
                    fake.issuer(),
                    fake.admin(),
                    "directory",
                    directory.resolve("key.json"),
                    Duration.ofSeconds(1),
                    true,
                    Set.of())),
            standing,
            () -> roster,
            Clock.systemUTC())) {
      Await.until(() -> fake.groups.containsKey("lyon"));
      assertThat(realms).isNotNull();
    }
  }
}
