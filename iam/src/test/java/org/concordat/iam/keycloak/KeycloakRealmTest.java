package org.concordat.iam.keycloak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.concordat.iam.token.Verifying.access;
import static org.concordat.iam.token.Verifying.bearer;
import static org.concordat.iam.token.Verifying.proved;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.concordat.certs.Roster;
import org.concordat.certs.Sha256;
import org.concordat.iam.signin.ProofKey;
import org.concordat.iam.signin.ServiceKey;
import org.concordat.iam.token.Held;
import org.concordat.iam.token.Presented;
import org.concordat.iam.token.TokenRefusedException;
import org.concordat.iam.token.Tokens;
import org.concordat.iam.token.VerifiedToken;
import org.concordat.iam.token.Verifying;
import org.concordat.testkit.Await;
import org.concordat.testkit.Cable;
import org.concordat.testkit.Keycloak;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real Keycloak in step with the roster, and we with it. */
@Tag("slow")
class KeycloakRealmTest {
  private static final Clock CLOCK = Clock.systemUTC();
  private static final Sha256 CERTIFICATE = Sha256.of(new byte[] {1});
  private static final String DIRECTORY = "concordat-directory";

  @TempDir static Path temp;
  private static Keycloak keycloak;
  private static Rosters rosters;
  private static int nobody;

  private Verifying verifying;
  private Tokens tokens;
  private Cable cable;
  private Realms realms;
  private volatile Roster roster;

  @BeforeAll
  static void start() throws Exception {
    keycloak = Keycloak.shared();
    rosters = new Rosters(temp);
    keycloak.register(DIRECTORY, ServiceKey.make(temp.resolve("key.json")).publicKeys());
  }

  @BeforeEach
  void watch() {
    verifying = new Verifying(keycloak, CLOCK);
    tokens = verifying.tokens();
    cable = keycloak.cable();
    roster = rosters.first;
    String issuer = keycloak.issuer();
    URI admin =
        URI.create(
            Realm.usualAdmin(issuer)
                .orElseThrow()
                .toString()
                .replace(":" + keycloak.port(), ":" + cable.port()));
    realms =
        Realms.start(
            List.of(
                new Realm(
                    URI.create(issuer),
                    admin,
                    DIRECTORY,
                    temp.resolve("key.json"),
                    Duration.ofSeconds(1),
                    true,
                    Set.of())),
            verifying.standing,
            () -> roster,
            CLOCK);
  }

  @AfterEach
  void stop() {
    realms.close();
    cable.close();
  }

  private boolean isIn(Presented presented) {
    try {
      tokens.take(presented, CERTIFICATE);
      return true;
    } catch (TokenRefusedException refused) {
      return false;
    }
  }

  /** Somebody new in the realm. */
  private static String join(String member) throws Exception {
    String name = "nobody" + nobody++;
    keycloak.admin("POST", "/users", Keycloak.person(name, member, "operator"));
    return name;
  }

  private static boolean groupSays(String member, String status) throws Exception {
    Map<String, Object> group;
    try {
      group = Keycloak.json(keycloak.admin("GET", "/group-by-path/" + member, Map.of()));
    } catch (IOException none) {
      return false;
    }
    return String.valueOf(group.get("attributes")).contains("[" + status + "]");
  }

  @Test
  void aMemberThatJoinsGetsItsGroupAndItsPeopleTheirClaims() throws Exception {
    Await.until(() -> groupSays("lyon", "active"));
    assertThat(groupSays("rome", "active")).isFalse();
    roster = rosters.joined;
    Await.until(() -> groupSays("rome", "active"));
    String name = join("rome");
    VerifiedToken said =
        tokens.take(bearer(access(keycloak.signIn(Keycloak.PLAIN, name, null))), CERTIFICATE);
    assertThat(said.member()).isEqualTo(Rosters.ROME);
    assertThat(said.jurisdiction()).contains("eu");
    roster = rosters.joined.suspended(Rosters.ROME, "why");
    Await.until(() -> groupSays("rome", "suspended"));
    roster = roster.removed(Rosters.ROME, "why");
    Await.until(() -> groupSays("rome", "removed"));
    assertThat(keycloak.admin("GET", "/users/" + said.subject() + "/groups", Map.of()))
        .as("who is in it stays")
        .contains("rome");
  }

  @Test
  void whoIsDisabledOrDeletedThereIsOutWithinSeconds() throws Exception {
    Presented token = bearer(access(keycloak.signIn(Keycloak.PLAIN, join("operator"), null)));
    String subject = tokens.take(token, CERTIFICATE).subject();
    keycloak.enablePerson(subject, false);
    long disabled = Await.until(() -> !isIn(token));
    System.out.println("disabled at Keycloak, refused here after " + disabled + " ms");
    keycloak.enablePerson(subject, true);
    Await.until(() -> isIn(token));
    keycloak.admin("DELETE", "/users/" + subject, Map.of());
    Await.until(() -> !isIn(token));
  }

  @Test
  void aServicesClientThatIsDisabledIsOutWithinSeconds() throws Exception {
    ServiceKey key = ServiceKey.make(temp.resolve("service.json"));
    keycloak.register("concordat-service", key.publicKeys());
    ProofKey proofKey = ProofKey.fresh();
    String token =
        access(
            keycloak.token(
                Map.of(
                    "grant_type",
                    "client_credentials",
                    "client_id",
                    "concordat-service",
                    "client_assertion_type",
                    ServiceKey.ASSERTION_TYPE,
                    "client_assertion",
                    key.assertion("concordat-service", keycloak.issuer(), CLOCK)),
                proofKey.proof(
                    "POST",
                    keycloak.tokenEndpoint().toString(),
                    Optional.empty(),
                    Optional.empty(),
                    CLOCK)));
    assertThat(isIn(proved(token, proofKey))).isTrue();
    keycloak.enableClient("concordat-service", false);
    try {
      Await.until(() -> !isIn(proved(token, proofKey)));
    } finally {
      keycloak.enableClient("concordat-service", true);
    }
    Await.until(() -> isIn(proved(token, proofKey)));
  }

  @Test
  void aRealmThatCannotBeReachedOpensNothingAndEndsNothing() throws Exception {
    Presented out = bearer(access(keycloak.signIn(Keycloak.PLAIN, join("operator"), null)));
    Presented in = bearer(access(keycloak.signIn(Keycloak.PLAIN, join("operator"), null)));
    String subject = tokens.take(out, CERTIFICATE).subject();
    tokens.take(in, CERTIFICATE);
    keycloak.enablePerson(subject, false);
    Await.until(() -> !isIn(out));
    cable.setCut(true);
    keycloak.enablePerson(subject, true);
    Thread.sleep(2500); // more than two looks, which fail
    assertThat(isIn(out)).isFalse();
    assertThat(isIn(in)).isTrue();
    cable.setCut(false);
    Await.until(() -> isIn(out));
  }

  @Test
  void aThousandWhoAreSignedInAreLookedAtInSeconds() throws Exception {
    List<Map<String, Object>> thousand = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      thousand.add(Map.of("username", "one-of-many-" + i, "enabled", i != 500));
    }
    keycloak.admin("POST", "/partialImport", Map.of("ifResourceExists", "FAIL", "users", thousand));
    String all = keycloak.admin("GET", "/users?search=one-of-many-&max=1000", Map.of());
    Held held = new Held(verifying.standing, keycloak.issuer(), CLOCK);
    String disabled = "";
    int count = 0;
    for (Object each : (List<?>) Keycloak.json("{\"all\":" + all + "}").get("all")) {
      Map<?, ?> person = (Map<?, ?>) each;
      String subject = String.valueOf(person.get("id"));
      held.add(subject, Keycloak.PLAIN);
      count++;
      if (Boolean.FALSE.equals(person.get("enabled"))) {
        disabled = subject;
      }
    }
    assertThat(count).isEqualTo(1000);
    String one = disabled;
    long millis = Await.until(() -> !held.isIn(one, Keycloak.PLAIN));
    System.out.println("one of 1,000 signed in was disabled, refused after " + millis + " ms");
  }
}
