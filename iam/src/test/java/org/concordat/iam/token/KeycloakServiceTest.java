package org.concordat.iam.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.concordat.iam.token.Verifying.access;
import static org.concordat.iam.token.Verifying.bearer;
import static org.concordat.iam.token.Verifying.proved;
import static org.concordat.iam.token.Verifying.refused;
import static org.concordat.iam.token.Verifying.take;

import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import org.concordat.certs.MemberId;
import org.concordat.certs.Sha256;
import org.concordat.iam.signin.ProofKey;
import org.concordat.iam.signin.ServiceKey;
import org.concordat.iam.token.TokenRefusedException.Reason;
import org.concordat.testkit.Keycloak;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A service of the real Keycloak: it signs in with its key, and its tokens are bound. */
@Tag("slow")
class KeycloakServiceTest {
  private static final String CLIENT = "concordat-service";
  private static final Clock CLOCK = Clock.systemUTC();

  @TempDir static Path temp;
  private static Keycloak keycloak;
  private static ServiceKey serviceKey;
  private ProofKey proofKey;
  private Tokens tokens;

  @BeforeAll
  static void start() throws Exception {
    keycloak = Keycloak.shared();
    serviceKey = ServiceKey.make(temp.resolve("service.json"));
    keycloak.register(CLIENT, serviceKey.publicKeys());
  }

  @BeforeEach
  void open() {
    proofKey = ProofKey.fresh();
    Verifying verifying = new Verifying(keycloak, CLOCK);
    verifying.bound = true;
    tokens = verifying.tokens();
  }

  private static Map<String, Object> signIn(String assertion, String proof) throws Exception {
    return keycloak.token(
        Map.of(
            "grant_type",
            "client_credentials",
            "client_id",
            CLIENT,
            "client_assertion_type",
            ServiceKey.ASSERTION_TYPE,
            "client_assertion",
            assertion),
        proof);
  }

  private static String assertion(ServiceKey key) {
    return key.assertion(CLIENT, keycloak.issuer(), CLOCK);
  }

  private String forToken() {
    return proofKey.proof(
        "POST", keycloak.tokenEndpoint().toString(), Optional.empty(), Optional.empty(), CLOCK);
  }

  private String token() throws Exception {
    Map<String, Object> reply = signIn(assertion(serviceKey), forToken());
    assertThat(reply).containsEntry("token_type", "DPoP");
    return access(reply);
  }

  @Test
  void aServicesTokenIsTakenWithAProofForEachCall() throws Exception {
    String token = token();
    VerifiedToken said = take(tokens, proved(token, proofKey));
    assertThat(said.member()).isEqualTo(new MemberId("operator"));
    assertThat(said.jurisdiction()).contains("eu");
    assertThat(said.roles()).contains("operator", "auditor");
    assertThat(said.client()).contains(CLIENT);
    assertThat(said.binding().key()).isPresent();
    take(tokens, proved(token, proofKey));
  }

  @Test
  void aStolenTokenIsWorthNothingWithoutTheKey() throws Exception {
    String token = token();
    assertThat(refused(tokens, bearer(token))).isEqualTo(Reason.BOUND);
    assertThat(refused(tokens, proved(token, ProofKey.fresh()))).isEqualTo(Reason.PROOF);
    Sha256 another = Sha256.of(new byte[] {2});
    TokenRefusedException stolen =
        catchThrowableOfType(
            TokenRefusedException.class, () -> tokens.take(bearer(token), another));
    assertThat(stolen.reason()).isEqualTo(Reason.BOUND);
    take(tokens, proved(token, proofKey));
  }

  @Test
  void aReplayedProofIsRefused() throws Exception {
    Presented once = proved(token(), proofKey);
    take(tokens, once);
    assertThat(refused(tokens, once)).isEqualTo(Reason.PROOF);
    assertThat(refused(tokens, proved(token(), once.proofs().get(0))))
        .as("with another token of the same key")
        .isEqualTo(Reason.PROOF);
  }

  @Test
  void aReplayedAssertionIsKeycloaksToRefuse() throws Exception {
    String once = assertion(serviceKey);
    access(signIn(once, forToken()));
    assertThat(signIn(once, forToken())).containsEntry("error", "invalid_client");
  }

  @Test
  void anotherKeyAnotherAudienceAndNoProofAreKeycloaksToRefuse() throws Exception {
    ServiceKey stranger = ServiceKey.make(temp.resolve("stranger-" + System.nanoTime()));
    assertThat(signIn(assertion(stranger), forToken())).containsEntry("error", "invalid_client");
    String elsewhere = serviceKey.assertion(CLIENT, "https://other.example", CLOCK);
    assertThat(signIn(elsewhere, forToken())).containsEntry("error", "invalid_client");
    assertThat(signIn(assertion(serviceKey), null))
        .as("the realm gives this client bound tokens only")
        .doesNotContainKey("access_token");
  }

  @Test
  void aPersonsTokensAreBoundToo() throws Exception {
    String token = access(keycloak.signIn(Keycloak.CLI, "carla", forToken()));
    take(tokens, proved(token, proofKey));
    assertThat(refused(tokens, bearer(token))).isEqualTo(Reason.BOUND);
    assertThat(refused(tokens, bearer(access(keycloak.signIn(Keycloak.PLAIN, "carla", null)))))
        .as("where all must be bound")
        .isEqualTo(Reason.BOUND);
  }

  @Test
  void aRefreshTokenIsBoundToTheSameKey() throws Exception {
    Map<String, Object> reply = keycloak.signIn(Keycloak.CLI, "carla", forToken());
    Map<String, String> form =
        Map.of(
            "grant_type",
            "refresh_token",
            "client_id",
            Keycloak.CLI,
            "refresh_token",
            (String) reply.get("refresh_token"));
    ProofKey thief = ProofKey.fresh();
    assertThat(keycloak.token(form, null)).doesNotContainKey("access_token");
    assertThat(
            keycloak.token(
                form,
                thief.proof(
                    "POST",
                    keycloak.tokenEndpoint().toString(),
                    Optional.empty(),
                    Optional.empty(),
                    CLOCK)))
        .doesNotContainKey("access_token");
    take(tokens, proved(access(keycloak.token(form, forToken())), proofKey));
  }
}
