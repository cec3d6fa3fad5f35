package org.concordat.iam.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.concordat.iam.token.Verifying.access;
import static org.concordat.iam.token.Verifying.bearer;
import static org.concordat.iam.token.Verifying.refused;
import static org.concordat.iam.token.Verifying.take;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.concordat.certs.MemberId;
import org.concordat.iam.token.TokenRefusedException.Reason;
import org.concordat.testkit.Await;
import org.concordat.testkit.Cable;
import org.concordat.testkit.Keycloak;
import org.concordat.testkit.SettableClock;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** People's tokens of the real Keycloak: which are taken, and how long. */
@Tag("slow")
class KeycloakTokensTest {
  private static Keycloak keycloak;
  @TempDir Path temp;
  private Verifying verifying;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    keycloak = Keycloak.shared();
  }

  @BeforeEach
  void open() {
    verifying = new Verifying(keycloak, Clock.systemUTC());
  }

  private static Map<String, Object> carla() throws IOException, InterruptedException {
    return keycloak.signIn(Keycloak.PLAIN, "carla", null);
  }

  @Test
  void aTokenOfTheRealmIsTaken() throws Exception {
    VerifiedToken said = take(verifying.tokens(), bearer(access(carla())));
    assertThat(said.member()).isEqualTo(new MemberId("operator"));
    assertThat(said.jurisdiction()).contains("eu");
    assertThat(said.roles()).contains("operator");
    assertThat(said.id()).isPresent();
    assertThat(said.session()).isPresent();
    assertThat(said.client()).contains(Keycloak.PLAIN);
    assertThat(said.subject()).doesNotContain("carla");
  }

  @Test
  void anotherAudienceAndOtherTokensOfTheSameSignInAreRefused() throws Exception {
    Map<String, Object> reply = carla();
    Tokens tokens = verifying.tokens();
    assertThat(refused(tokens, bearer((String) reply.get("id_token")))).isEqualTo(Reason.CLAIMS);
    assertThat(refused(tokens, bearer((String) reply.get("refresh_token"))))
        .isEqualTo(Reason.ALGORITHM);
    verifying.audience = "another";
    assertThat(refused(verifying.tokens(), bearer(access(reply)))).isEqualTo(Reason.CLAIMS);
  }

  @Test
  void anotherRealmOfTheSameServerIsAnotherIssuer() throws Exception {
    assertThat(refused(verifying.tokens(), bearer(keycloak.adminToken())))
        .isEqualTo(Reason.UNKNOWN_ISSUER);
  }

  /** With the realm's own claims and the realm's own public key. */
  @Test
  void noAlgorithmAndConfusedOnesAreRefused() throws Exception {
    String token = access(carla());
    SignedJWT real = SignedJWT.parse(token);
    JWTClaimsSet claims = real.getJWTClaimsSet();
    JWK key = JWKSet.load(keycloak.keys().toURL()).getKeyByKeyId(real.getHeader().getKeyID());
    Tokens tokens = verifying.tokens();
    for (byte[] shared :
        List.of(
            key.toRSAKey().toRSAPublicKey().getEncoded(),
            pem(key).getBytes(StandardCharsets.US_ASCII),
            key.toJSONString().getBytes(StandardCharsets.UTF_8))) {
      SignedJWT confused =
          new SignedJWT(
              new JWSHeader.Builder(JWSAlgorithm.HS256).keyID(key.getKeyID()).build(), claims);
      confused.sign(new MACSigner(shared));
      assertThat(refused(tokens, bearer(confused.serialize()))).isEqualTo(Reason.ALGORITHM);
    }
    String payload = token.split("\\.")[1];
    String none = base64("{\"alg\":\"none\"}") + "." + payload + ".";
    assertThat(refused(tokens, bearer(none))).isEqualTo(Reason.MALFORMED);
    assertThat(refused(tokens, bearer(none + token.split("\\.")[2]))).isEqualTo(Reason.MALFORMED);
    take(tokens, bearer(token));
  }

  private static String pem(JWK key) throws Exception {
    return "-----BEGIN PUBLIC KEY-----\n"
        + Base64.getMimeEncoder().encodeToString(key.toRSAKey().toRSAPublicKey().getEncoded())
        + "\n-----END PUBLIC KEY-----\n";
  }

  private static String base64(String json) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aClockThatIsOffIsAllowedForAndNoMore() throws Exception {
    String token = access(carla());
    JWTClaimsSet claims = SignedJWT.parse(token).getJWTClaimsSet();
    SettableClock clock = new SettableClock(claims.getIssueTime().toInstant().minusSeconds(4));
    Verifying ours = new Verifying(keycloak, clock);
    take(ours.tokens(), bearer(token));
    clock.set(claims.getIssueTime().toInstant().minusSeconds(6));
    assertThat(refused(ours.tokens(), bearer(token))).isEqualTo(Reason.CLAIMS);
    clock.set(claims.getExpirationTime().toInstant().plusSeconds(4));
    Tokens late = ours.tokens();
    take(late, bearer(token));
    clock.advance(Duration.ofSeconds(2));
    assertThat(refused(late, bearer(token))).as("remembered").isEqualTo(Reason.CLAIMS);
    assertThat(refused(ours.tokens(), bearer(token))).as("anew").isEqualTo(Reason.CLAIMS);
  }

  @Test
  void keysThatAreRotatedInAreTaken() throws Exception {
    Tokens tokens = verifying.tokens();
    String before = access(carla());
    take(tokens, bearer(before));
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
    String after = access(carla());
    assertThat(after.substring(0, after.indexOf('.')))
        .as("another key")
        .isNotEqualTo(before.substring(0, before.indexOf('.')));
    take(tokens, bearer(after));
    take(tokens, bearer(before));
  }

  /** Keycloak gives no new token at once; the one that is out ends by the deny list. */
  @Test
  void whoIsOnTheDenyListIsOut() throws Exception {
    Path denyFile = Files.createFile(temp.resolve("denied.txt"));
    verifying.denyFile = denyFile;
    Tokens tokens = verifying.tokens();
    String token = access(carla());
    VerifiedToken said = take(tokens, bearer(token));
    Files.writeString(denyFile, "sub=" + said.subject() + "\n");
    Await.until(() -> isRefused(tokens, token, Reason.DENIED));
    Files.writeString(denyFile, "sid=another\n");
    Await.until(() -> !isRefused(tokens, token, Reason.DENIED));
  }

  private static boolean isRefused(Tokens tokens, String token, Reason reason) {
    try {
      take(tokens, bearer(token));
      return false;
    } catch (TokenRefusedException refused) {
      return refused.reason() == reason;
    }
  }

  /** The line to it is cut: known keys hold for a time, then nothing new is taken. */
  @Test
  void aKeycloakThatCannotBeReachedIsDoneWithoutForATime() throws Exception {
    try (Cable cable = keycloak.cable()) {
      verifying.keys =
          URI.create(keycloak.keys().toString().replace(":" + keycloak.port(), ":" + cable.port()));
      Tokens tokens = verifying.tokens();
      String known = access(carla());
      take(tokens, bearer(known));
      cable.setCut(true);
      take(tokens, bearer(access(carla())));
      Await.until(() -> isRefused(tokens, access(carla()), Reason.KEYS_UNAVAILABLE));
      take(tokens, bearer(known));
      String third = access(carla());
      assertThat(refused(tokens, bearer(third))).isEqualTo(Reason.KEYS_UNAVAILABLE);
      cable.setCut(false);
      Await.until(() -> !isRefused(tokens, third, Reason.KEYS_UNAVAILABLE));
    }
  }
}
