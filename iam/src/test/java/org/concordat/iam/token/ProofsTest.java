package org.concordat.iam.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Collections;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import org.concordat.certs.Sha256;
import org.concordat.iam.signin.ProofKey;
import org.concordat.iam.token.TokenRefusedException.Reason;
import org.concordat.testkit.FakeProvider;
import org.concordat.testkit.SettableClock;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every way in which a proof of possession is none. */
class ProofsTest {
  private static final Instant NOW = Instant.parse("2026-12-01T10:00:00Z");
  private static final String COORDINATOR = "coordinator.example";
  private static final String CALL = "concordat.v1.Operations/Status";
  private static final String TOKEN = "header.claims.signature";
  private static final ProofLimits LIMITS =
      new ProofLimits(Duration.ofSeconds(30), Duration.ofSeconds(60), 4);

  private static ECKey key;
  private final SettableClock clock = new SettableClock(NOW);
  private Proofs proofs;

  @BeforeAll
  static void makeKey() throws Exception {
    key = new ECKeyGenerator(Curve.P_256).generate();
  }

  @BeforeEach
  void open() {
    proofs = new Proofs(COORDINATOR, LIMITS, clock);
    clock.advance(Duration.ofMinutes(10));
  }

  private JWTClaimsSet.Builder claims() {
    return new JWTClaimsSet.Builder()
        .jwtID(UUID.randomUUID().toString())
        .claim("htm", "POST")
        .claim("htu", "https://coordinator.example/concordat.v1.Operations/Status")
        .claim("ath", Proofs.tokenHash(TOKEN))
        .issueTime(Date.from(clock.instant()));
  }

  private static JWSHeader.Builder header() {
    return new JWSHeader.Builder(JWSAlgorithm.ES256)
        .type(new JOSEObjectType("dpop+jwt"))
        .jwk(key.toPublicJWK());
  }

  private static String signed(JWSHeader header, JWTClaimsSet claims) throws Exception {
    SignedJWT proof = new SignedJWT(header, claims);
    proof.sign(new ECDSASigner(key));
    return proof.serialize();
  }

  private String with(UnaryOperator<JWTClaimsSet.Builder> change) throws Exception {
    return signed(header().build(), change.apply(claims()).build());
  }

  private static Sha256 thumbprint() throws Exception {
    return new Sha256(HexFormat.of().formatHex(key.computeThumbprint().decode()));
  }

  private void take(String... each) throws Exception {
    proofs.require(
        TOKEN, thumbprint(), new Presented(Optional.of("DPoP " + TOKEN), List.of(each), CALL));
  }

  private void assertRefused(String words, String... each) {
    TokenRefusedException refused =
        catchThrowableOfType(TokenRefusedException.class, () -> take(each));
    assertThat(refused).as(words).isNotNull();
    assertThat(refused.reason()).isEqualTo(Reason.PROOF);
    assertThat(refused.getMessage()).contains(words).doesNotContain(TOKEN);
  }

  @Test
  void aProofIsTakenOnce() throws Exception {
    String once = with(same -> same);
    take(once);
    assertRefused("was used before", once);
    take(with(same -> same));
  }

  @Test
  void whatOurOwnClientsMakeIsTaken() throws Exception {
    ProofKey made = ProofKey.parse(ProofKey.fresh().secretJson());
    String proof =
        made.proof(
            "POST", Proofs.address(COORDINATOR, CALL), Optional.of(TOKEN), Optional.empty(), clock);
    ECKey its = SignedJWT.parse(proof).getHeader().getJWK().toECKey();
    assertThat(its.isPrivate()).isFalse();
    proofs.require(
        TOKEN,
        new Sha256(HexFormat.of().formatHex(its.computeThumbprint().decode())),
        new Presented(Optional.of("DPoP " + TOKEN), List.of(proof), CALL));
    assertThat(made.toString()).doesNotContain(its.getX().toString());
  }

  @Test
  void exactlyOneHeaderIsLookedAt() throws Exception {
    assertRefused("there are 0");
    assertRefused("there are 2", with(same -> same), with(same -> same));
  }

  @Test
  void anotherCallTokenMethodOrCoordinatorIsRefused() throws Exception {
    assertRefused(
        "another call",
        with(claims -> claims.claim("htu", Proofs.address(COORDINATOR, "x/SubmitJob"))));
    assertRefused(
        "another call", with(claims -> claims.claim("htu", Proofs.address("other.example", CALL))));
    assertRefused("another call", with(claims -> claims.claim("htu", null)));
    assertRefused("another call", with(claims -> claims.claim("htm", "GET")));
    assertRefused("cannot be read", with(claims -> claims.claim("htm", 7)));
    assertRefused("another token", with(claims -> claims.claim("ath", Proofs.tokenHash("other"))));
    assertRefused("another token", with(claims -> claims.claim("ath", null)));
    assertRefused("no 'jti'", with(claims -> claims.jwtID(null)));
    assertRefused("no 'jti'", with(claims -> claims.jwtID(" ")));
    assertRefused("no 'iat'", with(claims -> claims.issueTime(null)));
  }

  @Test
  void oldAndFutureOnesAreRefused() throws Exception {
    Instant now = clock.instant();
    take(with(claims -> claims.issueTime(Date.from(now.minusSeconds(90)))));
    take(with(claims -> claims.issueTime(Date.from(now.plusSeconds(30)))));
    assertRefused(
        "the coordinator's clock", with(c -> c.issueTime(Date.from(now.minusSeconds(91)))));
    assertRefused(
        "the coordinator's clock", with(c -> c.issueTime(Date.from(now.plusSeconds(31)))));
  }

  /** What was taken before a restart is forgotten, so nothing of that time is taken. */
  @Test
  void aProofOfBeforeARestartIsRefused() throws Exception {
    String before = with(same -> same);
    take(before);
    clock.advance(Duration.ofSeconds(2));
    proofs = new Proofs(COORDINATOR, LIMITS, clock);
    assertRefused("before the coordinator started", before);
    take(with(same -> same));
  }

  /** However a proof is dated, it is remembered for as long as it could be taken again. */
  @Test
  void aProofCannotOutliveItsMemory() throws Exception {
    Instant ahead = clock.instant().plusSeconds(30);
    String latest = with(claims -> claims.issueTime(Date.from(ahead)));
    take(latest);
    for (int second = 0; second < 125; second++) {
      clock.advance(Duration.ofSeconds(1));
      TokenRefusedException again =
          catchThrowableOfType(TokenRefusedException.class, () -> take(latest));
      assertThat(again).as("after %d s", second + 1).isNotNull();
    }
  }

  @Test
  void moreThanAreRememberedAreRefusedUntilSomeAreOver() throws Exception {
    for (int i = 0; i < LIMITS.remembered(); i++) {
      take(with(same -> same));
    }
    assertRefused("oidc.proofs", with(same -> same));
    clock.advance(LIMITS.window().plusSeconds(1));
    take(with(same -> same));
  }

  @Test
  void otherKeysAlgorithmsAndFormsAreRefused() throws Exception {
    ECKey other = new ECKeyGenerator(Curve.P_256).generate();
    assertRefused(
        "another key", signed(header().jwk(other.toPublicJWK()).build(), claims().build()));
    SignedJWT forged = new SignedJWT(header().jwk(key.toPublicJWK()).build(), claims().build());
    forged.sign(new ECDSASigner(other));
    assertRefused("does not hold", forged.serialize());
    String leaked =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(
                ("{\"typ\":\"dpop+jwt\",\"alg\":\"ES256\",\"jwk\":" + key.toJSONString() + "}")
                    .getBytes(StandardCharsets.UTF_8));
    assertRefused("cannot be read", with(same -> same).replaceFirst("[^.]+", leaked));
    assertRefused("is no 'dpop+jwt'", signed(header().jwk(null).build(), claims().build()));
    assertRefused(
        "is no 'dpop+jwt'", signed(header().type(JOSEObjectType.JWT).build(), claims().build()));
    assertRefused(
        "is no 'dpop+jwt'", signed(header().criticalParams(Set.of("x")).build(), claims().build()));
    assertRefused("cannot be read", new PlainJWT(claims().build()).serialize());
    assertRefused("cannot be read", "");
    assertRefused("cannot be read", "a.b.c");
    assertRefused("2048", "x".repeat(2049));
    SignedJWT shared =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.HS256)
                .type(new JOSEObjectType("dpop+jwt"))
                .jwk(key.toPublicJWK())
                .build(),
            claims().build());
    shared.sign(new MACSigner(key.toECPublicKey().getEncoded()));
    assertRefused("is no 'dpop+jwt'", shared.serialize());
    var rsa = FakeProvider.rsa("rsa");
    SignedJWT another =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.RS256)
                .type(new JOSEObjectType("dpop+jwt"))
                .jwk(rsa.toPublicJWK())
                .build(),
            claims().build());
    another.sign(new RSASSASigner(rsa));
    assertRefused("is no 'dpop+jwt'", another.serialize());
    ECKey curve = new ECKeyGenerator(Curve.P_384).generate();
    SignedJWT long384 =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.ES384)
                .type(new JOSEObjectType("dpop+jwt"))
                .jwk(curve.toPublicJWK())
                .build(),
            claims().build());
    long384.sign(new ECDSASigner(curve));
    assertRefused("is no 'dpop+jwt'", long384.serialize());
  }

  @Test
  void ofManyThreadsWithOneProofOneWins() throws Exception {
    String once = with(same -> same);
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Future<Boolean>> taken =
          threads.invokeAll(
              Collections.nCopies(
                  8,
                  () -> {
                    try {
                      take(once);
                      return true;
                    } catch (TokenRefusedException refused) {
                      return false;
                    }
                  }));
      int wins = 0;
      for (Future<Boolean> each : taken) {
        wins += each.get() ? 1 : 0;
      }
      assertThat(wins).isEqualTo(1);
    } finally {
      threads.shutdownNow();
    }
  }
}
