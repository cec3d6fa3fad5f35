package org.concordat.iam.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.util.JSONObjectUtils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.concordat.certs.MemberId;
import org.concordat.certs.Sha256;
import org.concordat.iam.token.TokenRefusedException.Reason;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * The real Keycloak with the realm of the examples. One process for all; the order is that of its
 * life, whose end is the last test.
 */
@Tag("slow")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class KeycloakTest {
  private static final String CLIENT = "concordat-cli";
  private static final String PASSWORD = "a-password-of-the-test";
  private static final Sha256 CERTIFICATE = Sha256.of(new byte[] {1});
  private static final TokenLimits LIMITS =
      new TokenLimits(
          Duration.ofSeconds(5),
          Duration.ofHours(1),
          Duration.ofSeconds(1),
          Duration.ofSeconds(2),
          Duration.ofMillis(1));

  @TempDir static Path temp;
  private static Keycloak keycloak;
  private static Path denyFile;
  private static Tokens tokens;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    keycloak = new Keycloak(home(), realm(), temp.resolve("keycloak.log"));
    denyFile = Files.createFile(temp.resolve("denied.txt"));
    tokens = tokens("concordat");
  }

  @AfterAll
  static void stop() {
    if (keycloak != null) {
      keycloak.close();
    }
  }

  /** Unpacked by Maven in the slow tier, or named. */
  private static Path home() throws IOException {
    String named = System.getProperty("keycloak.home");
    if (named != null) {
      return Path.of(named);
    }
    try (Stream<Path> unpacked = Files.list(Path.of("target", "keycloak"))) {
      return unpacked
          .filter(folder -> folder.getFileName().toString().startsWith("keycloak-"))
          .findFirst()
          .orElseThrow()
          .toAbsolutePath();
    }
  }

  /** That of the examples, with a person, who may come without a browser. */
  private static String realm() throws IOException {
    Map<String, Object> realm =
        Keycloak.json(Files.readString(Path.of("../examples/keycloak/realm.json")));
    for (Object client : (List<?>) realm.get("clients")) {
      @SuppressWarnings("unchecked")
      Map<String, Object> fields = (Map<String, Object>) client;
      fields.put("directAccessGrantsEnabled", true);
    }
    realm.put(
        "users",
        List.of(
            Map.of(
                "username",
                "anna",
                "enabled",
                true,
                "email",
                "anna@hospital.example",
                "emailVerified",
                true,
                "firstName",
                "Anna",
                "lastName",
                "Example",
                "credentials",
                List.of(Map.of("type", "password", "value", PASSWORD)),
                "realmRoles",
                List.of("operator"),
                "groups",
                List.of("/operator"))));
    return JSONObjectUtils.toJSONString(realm);
  }

  private static Tokens tokens(String audience) {
    Provider provider =
        new Provider(
            keycloak.issuer(),
            audience,
            keycloak.keys(),
            Set.of("RS256"),
            Set.of(),
            new ClaimNames("member", "realm_access.roles", "jurisdiction", null, null));
    return new Tokens(List.of(provider), LIMITS, new DenyList(denyFile), Clock.systemUTC());
  }

  private static String access(Map<String, Object> reply) {
    assertThat(reply).containsKey("access_token");
    return (String) reply.get("access_token");
  }

  private static Map<String, Object> anna() throws IOException, InterruptedException {
    return keycloak.signIn(CLIENT, "anna", PASSWORD);
  }

  private static Reason refused(Tokens by, String token) {
    TokenRefusedException refused =
        catchThrowableOfType(TokenRefusedException.class, () -> by.take(token, CERTIFICATE));
    assertThat(refused).as("refused").isNotNull();
    return refused.reason();
  }

  @Test
  @Order(1)
  void aTokenOfTheRealmIsTaken() throws Exception {
    VerifiedToken said = tokens.take(access(anna()), CERTIFICATE);
    assertThat(said.member()).isEqualTo(new MemberId("operator"));
    assertThat(said.jurisdiction()).contains("eu");
    assertThat(said.roles()).contains("operator");
    assertThat(said.id()).isPresent();
    assertThat(said.session()).isPresent();
    assertThat(said.subject()).doesNotContain("anna");
  }

  @Test
  @Order(2)
  void anotherAudienceAndOtherTokensOfTheSameSignInAreRefused() throws Exception {
    Map<String, Object> reply = anna();
    assertThat(refused(tokens("another"), access(reply))).isEqualTo(Reason.CLAIMS);
    assertThat(refused(tokens, (String) reply.get("id_token"))).isEqualTo(Reason.CLAIMS);
    assertThat(refused(tokens, (String) reply.get("refresh_token"))).isEqualTo(Reason.ALGORITHM);
  }

  @Test
  @Order(3)
  void keysThatAreRotatedInAreTaken() throws Exception {
    String before = access(anna());
    tokens.take(before, CERTIFICATE);
    keycloak.admin(
        "POST",
        "/components",
        Map.of(
            "name", "rotated",
            "providerId", "rsa-generated",
            "providerType", "org.keycloak.keys.KeyProvider",
            "config",
                Map.of(
                    "priority", List.of("1000"),
                    "algorithm", List.of("RS256"),
                    "keySize", List.of("2048"),
                    "enabled", List.of("true"),
                    "active", List.of("true"))));
    String after = access(anna());
    assertThat(after.substring(0, after.indexOf('.')))
        .as("another key")
        .isNotEqualTo(before.substring(0, before.indexOf('.')));
    tokens.take(after, CERTIFICATE);
    tokens.take(before, CERTIFICATE);
  }

  /** Keycloak gives no new token at once; the one that is out ends by the deny list. */
  @Test
  @Order(4)
  void whoIsDisabledIsOutWithinSeconds() throws Exception {
    Map<String, Object> reply = anna();
    VerifiedToken said = tokens.take(access(reply), CERTIFICATE);
    keycloak.admin("PUT", "/users/" + said.subject(), Map.of("enabled", false));
    assertThat(keycloak.refresh(CLIENT, (String) reply.get("refresh_token")))
        .containsEntry("error", "invalid_grant");
    assertThat(anna()).doesNotContainKey("access_token");
    tokens.take(access(reply), CERTIFICATE);
    Files.writeString(denyFile, "sub=" + said.subject() + "\n");
    Thread.sleep(1000);
    assertThat(refused(tokens, access(reply))).isEqualTo(Reason.DENIED);
    keycloak.admin("PUT", "/users/" + said.subject(), Map.of("enabled", true));
    Files.writeString(denyFile, "");
    Thread.sleep(1000);
  }

  @Test
  @Order(5)
  void aKeycloakThatIsGoneIsDoneWithoutForATime() throws Exception {
    String known = access(anna());
    String second = access(anna());
    String third = access(anna());
    tokens.take(known, CERTIFICATE);
    keycloak.close();
    tokens.take(second, CERTIFICATE);
    Thread.sleep(LIMITS.keysLife().plus(LIMITS.keysOutage()).plusSeconds(1).toMillis());
    assertThat(refused(tokens, third)).isEqualTo(Reason.KEYS_UNAVAILABLE);
    tokens.take(known, CERTIFICATE);
  }
}
