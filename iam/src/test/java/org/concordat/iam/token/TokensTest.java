package org.concordat.iam.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.concordat.certs.MemberId;
import org.concordat.certs.Sha256;
import org.concordat.iam.token.TokenRefusedException.Reason;
import org.concordat.testkit.FakeProvider;
import org.concordat.testkit.SettableClock;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every refusal, against real keys that a server on this machine publishes. */
class TokensTest {
  private static final Instant NOW = Instant.parse("2026-11-30T10:00:00Z");
  private static final Sha256 CERTIFICATE = Sha256.of(new byte[] {1});
  private static final TokenLimits LIMITS =
      new TokenLimits(
          Duration.ofSeconds(30),
          Duration.ofHours(1),
          Duration.ofMillis(300),
          Duration.ofMillis(700),
          Duration.ofMillis(1));

  private static final ClaimNames CLAIMS =
      new ClaimNames("member", "realm_access.roles", "jurisdiction", "purposes", "jobs");

  private static RSAKey rsa;
  private static RSAKey second;
  private static JWK ec;

  @TempDir Path directory;
  private final SettableClock clock = new SettableClock(NOW);
  private FakeProvider fake;
  private Path denyFile;
  private Tokens tokens;

  @BeforeAll
  static void makeKeys() throws Exception {
    rsa = FakeProvider.rsa("one");
    second = FakeProvider.rsa("two");
    ec = FakeProvider.ec("curve");
  }

  @BeforeEach
  void open() throws IOException {
    fake = new FakeProvider();
    fake.publish(rsa, ec);
    denyFile = Files.createFile(directory.resolve("denied.txt"));
    tokens = tokens(LIMITS, provider(Set.of()));
  }

  @AfterEach
  void close() {
    fake.close();
  }

  @AfterAll
  static void forget() {
    rsa = null;
    second = null;
    ec = null;
  }

  private Provider provider(Set<MemberId> members) {
    return new Provider(
        FakeProvider.ISSUER,
        FakeProvider.AUDIENCE,
        fake.keys(),
        Set.of("RS256", "ES256"),
        members,
        CLAIMS,
        false);
  }

  private Tokens tokens(TokenLimits limits, Provider provider) {
    return new Tokens(
        List.of(provider),
        limits,
        new DenyList(denyFile),
        new Standing(Set.of(), clock),
        new Proofs("coordinator.example", ProofLimits.DEFAULT, clock),
        clock);
  }

  private static JWTClaimsSet.Builder claims() {
    return FakeProvider.claims(NOW, "operator");
  }

  private static String signed(JWTClaimsSet.Builder claims) throws Exception {
    return FakeProvider.signed(rsa, claims.build());
  }

  private static Presented bearer(String token) {
    return new Presented(Optional.of("Bearer " + token), List.of(), "Operations/Status");
  }

  private VerifiedToken take(String token) throws TokenRefusedException {
    return tokens.take(bearer(token), CERTIFICATE);
  }

  private void assertRefused(String token, Reason reason, String... words) {
    TokenRefusedException refused =
        catchThrowableOfType(TokenRefusedException.class, () -> take(token));
    assertThat(refused).as("refused").isNotNull();
    assertThat(refused.reason()).as("%s", refused.getMessage()).isEqualTo(reason);
    assertThat(refused.getMessage()).doesNotContain("5f0c2f4e-anna");
    for (String word : words) {
      assertThat(refused.getMessage()).contains(word);
    }
    if (token.length() > 20) {
      assertThat(refused.getMessage()).doesNotContain(token.substring(0, 20));
    }
  }

  @Test
  void aTokenOfEachKindOfKeyIsTaken() throws Exception {
    for (JWK key : List.of(rsa, ec)) {
      VerifiedToken said = take(FakeProvider.signed(key, claims().build()));
      assertThat(said.member()).isEqualTo(new MemberId("lyon"));
      assertThat(said.roles()).containsExactly("operator");
      assertThat(said.jobs()).isEmpty();
      assertThat(said.expires()).isEqualTo(NOW.plusSeconds(330));
      assertThat(said.toString()).doesNotContain("anna").doesNotContain("token-1");
    }
    take(FakeProvider.signed(rsa, claims().build(), h -> h.type(new JOSEObjectType("at+jwt"))));
  }

  @Test
  void whatWasVerifiedIsNotAskedAgain() throws Exception {
    String token = signed(claims());
    take(token);
    int asked = fake.asked.get();
    fake.setDown(true);
    Thread.sleep(1200);
    assertThat(take(token)).isSameAs(take(token));
    assertThat(fake.asked).hasValue(asked);
  }

  @Test
  void scopesLimitAndEmptyScopesAllowNothing() throws Exception {
    VerifiedToken said =
        take(signed(claims().claim("jobs", List.of("a", "b")).claim("purposes", "research care")));
    assertThat(said.jobs()).containsExactlyInAnyOrder("a", "b");
    assertThat(said.purposes()).containsExactlyInAnyOrder("research", "care");
    assertRefused(
        signed(claims().claim("jobs", List.of())), Reason.CLAIMS, "'jobs' allows nothing");
    assertRefused(signed(claims().claim("jobs", 7)), Reason.CLAIMS, "'jobs' allows nothing");
  }

  @Test
  void wrongAudienceIssuerAndMembersAreRefused() throws Exception {
    assertRefused(signed(claims().audience("account")), Reason.CLAIMS);
    assertRefused(signed(claims().audience((String) null)), Reason.CLAIMS);
    assertRefused(
        signed(claims().issuer("https://evil.example")),
        Reason.UNKNOWN_ISSUER,
        "Next: sign in with one of " + FakeProvider.ISSUER);
    assertRefused(signed(claims().issuer(null)), Reason.UNKNOWN_ISSUER);
    assertRefused(signed(claims().claim("member", null)), Reason.CLAIMS, "names no member");
    assertRefused(signed(claims().claim("member", "No!")), Reason.CLAIMS, "no member's id");
    tokens = tokens(LIMITS, provider(Set.of(new MemberId("rome"))));
    assertRefused(signed(claims()), Reason.CLAIMS, "does not speak for lyon");
  }

  @Test
  void timesAreHeldWithTheSkewThatIsConfigured() throws Exception {
    String token = signed(claims());
    clock.set(NOW.plusSeconds(329));
    take(token);
    clock.set(NOW.plusSeconds(331));
    assertRefused(token, Reason.CLAIMS, "ended at", "concordat login");
    tokens = tokens(LIMITS, provider(Set.of()));
    assertRefused(token, Reason.CLAIMS, "xpired");
    clock.set(NOW);
    take(signed(claims().notBeforeTime(Date.from(NOW.plusSeconds(29)))));
    assertRefused(signed(claims().notBeforeTime(Date.from(NOW.plusSeconds(60)))), Reason.CLAIMS);
    take(signed(claims().issueTime(Date.from(NOW.plusSeconds(29)))));
    assertRefused(
        signed(claims().issueTime(Date.from(NOW.plusSeconds(31)))), Reason.CLAIMS, "the future");
    for (String claim : List.of("exp", "iat", "sub")) {
      assertRefused(signed(claims().claim(claim, null)), Reason.CLAIMS, claim);
    }
    assertRefused(
        signed(claims().expirationTime(Date.from(NOW.plusSeconds(3601)))),
        Reason.CLAIMS,
        "longer than 3600 s");
  }

  @Test
  void noAlgorithmAndConfusedOnesAreRefused() throws Exception {
    assertRefused(new PlainJWT(claims().build()).serialize(), Reason.MALFORMED, "no signed one");
    byte[] shared = rsa.toRSAPublicKey().getEncoded();
    SignedJWT confused =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("one").build(), claims().build());
    confused.sign(new MACSigner(shared));
    assertRefused(confused.serialize(), Reason.ALGORITHM);
    String none = base64("{\"alg\":\"none\"}") + "." + base64(claims().build().toString()) + ".x";
    assertRefused(none, Reason.MALFORMED);
    String rs384 =
        FakeProvider.signed(rsa, claims().build())
            .replaceFirst("[^.]+", base64("{\"alg\":\"RS384\",\"kid\":\"one\",\"typ\":\"JWT\"}"));
    assertRefused(rs384, Reason.ALGORITHM);
    String curve =
        FakeProvider.signed(rsa, claims().build())
            .replaceFirst("[^.]+", base64("{\"alg\":\"ES256\",\"kid\":\"one\",\"typ\":\"JWT\"}"));
    assertRefused(curve, Reason.SIGNATURE);
    assertThatIllegalArgumentException().isThrownBy(() -> provider(Set.of("HS256"), "https://a/b"));
    assertThatIllegalArgumentException().isThrownBy(() -> provider(Set.of("none"), "https://a/b"));
    assertThatIllegalArgumentException().isThrownBy(() -> provider(Set.of("RS256"), "http://a/b"));
  }

  private static Provider provider(Set<String> algorithms, String keys) {
    return new Provider(
        "issuer", "audience", URI.create(keys), algorithms, Set.of(), CLAIMS, false);
  }

  @Test
  void aKeyThatTheTokenBringsIsNotUsed() throws Exception {
    assertRefused(
        FakeProvider.signed(second, claims().build(), h -> h.jwk(second.toPublicJWK())),
        Reason.SIGNATURE);
    assertRefused(
        FakeProvider.signed(
            second, claims().build(), h -> h.jwkURL(URI.create("https://evil.example/keys"))),
        Reason.SIGNATURE);
    assertRefused(
        FakeProvider.signed(second, claims().build(), h -> h.keyID("one")), Reason.SIGNATURE);
  }

  @Test
  void changedTruncatedHugeAndNestedTokensAreRefused() throws Exception {
    String token = signed(claims());
    String[] parts = token.split("\\.");
    assertRefused(
        parts[0]
            + "."
            + base64(claims().claim("member", "rome").build().toString())
            + "."
            + parts[2],
        Reason.SIGNATURE);
    for (int cut : new int[] {0, 1, 10, token.length() / 2, token.length() - 1}) {
      TokenRefusedException refused =
          catchThrowableOfType(TokenRefusedException.class, () -> take(token.substring(0, cut)));
      assertThat(refused).as("cut at %d", cut).isNotNull();
    }
    assertRefused(token + "x".repeat(8192), Reason.TOO_LARGE, "at most 8192");
    String deep = "{\"iss\":" + "[".repeat(2000) + "]".repeat(2000) + "}";
    assertRefused(
        parts[0] + "." + base64(deep) + "." + parts[2], Reason.MALFORMED, "16 levels deep");
    String hidden = "{\"a\":\"\\\"" + "]".repeat(2000) + "\",\"iss\":" + "[".repeat(2000) + "}";
    assertRefused(
        parts[0] + "." + base64(hidden) + "." + parts[2], Reason.MALFORMED, "16 levels deep");
    assertRefused(
        FakeProvider.signed(rsa, claims().build(), h -> h.contentType("JWT")),
        Reason.MALFORMED,
        "holds another token");
    assertRefused(
        FakeProvider.signed(rsa, claims().build(), h -> h.criticalParams(Set.of("b64"))),
        Reason.MALFORMED,
        "an extension");
    assertRefused("a.b.c.d.e", Reason.MALFORMED);
    assertRefused("%%.%%.%%", Reason.MALFORMED);
    assertRefused(
        FakeProvider.signed(rsa, claims().build(), h -> h.type(new JOSEObjectType("dpop+jwt"))),
        Reason.SIGNATURE);
    assertRefused(signed(claims().claim("typ", "ID")), Reason.CLAIMS, "no access token");
  }

  @Test
  void aKeyThatWasRotatedInIsTakenAndOneThatWasTakenOutIsNot() throws Exception {
    take(signed(claims()));
    fake.publish(second);
    take(FakeProvider.signed(second, claims().jwtID("token-2").build()));
    Thread.sleep(350);
    assertRefused(signed(claims().jwtID("token-3")), Reason.SIGNATURE);
  }

  @Test
  void unknownKeysDoNotMakeUsAskTheProviderForEach() throws Exception {
    TokenLimits slow =
        new TokenLimits(
            LIMITS.clockSkew(),
            LIMITS.life(),
            Duration.ofMinutes(5),
            Duration.ofMinutes(5),
            Duration.ofMinutes(1));
    tokens = tokens(slow, provider(Set.of()));
    for (int i = 0; i < 50; i++) {
      String stranger = FakeProvider.signed(second, claims().jwtID("t" + i).build());
      assertThat(catchThrowableOfType(TokenRefusedException.class, () -> take(stranger)))
          .isNotNull();
    }
    assertThat(fake.asked.get()).isLessThanOrEqualTo(3);
    take(signed(claims()));
  }

  @Test
  void aProviderThatIsDownIsDoneWithoutForATimeAndThenNothingIsTaken() throws Exception {
    take(signed(claims()));
    fake.setDown(true);
    Thread.sleep(400);
    take(signed(claims().jwtID("token-2")));
    Thread.sleep(1000);
    assertRefused(signed(claims().jwtID("token-3")), Reason.KEYS_UNAVAILABLE, "too old", "Next: ");
    fake.setDown(false);
    take(signed(claims().jwtID("token-4")));
  }

  @Test
  void aProviderThatNeverWasThereLetsNobodyIn() throws Exception {
    fake.setDown(true);
    assertRefused(signed(claims()), Reason.KEYS_UNAVAILABLE);
  }

  @Test
  void aTokenBoundToAClientCertificateIsForThatOneOnly() throws Exception {
    String thumbprint = Base64.getUrlEncoder().withoutPadding().encodeToString(CERTIFICATE.bytes());
    String token = signed(claims().claim("cnf", Map.of("x5t#S256", thumbprint)));
    assertThat(take(token).binding().certificate()).contains(CERTIFICATE);
    TokenRefusedException stolen =
        catchThrowableOfType(
            TokenRefusedException.class,
            () -> tokens.take(bearer(token), Sha256.of(new byte[] {2})));
    assertThat(stolen.reason()).isEqualTo(Reason.BOUND);
    assertRefused(signed(claims().claim("cnf", Map.of("jkt", thumbprint))), Reason.BOUND);
    assertRefused(
        signed(claims().claim("cnf", Map.of("x5t#S256", thumbprint, "jkt", thumbprint))),
        Reason.BOUND);
    assertRefused(
        signed(claims().claim("cnf", Map.of("jkt", thumbprint, "kc-jkt-type", "DPoP"))),
        Reason.BOUND,
        "present it as 'DPoP TOKEN'");
    assertRefused(signed(claims().claim("cnf", Map.of("kid", "one"))), Reason.BOUND);
    assertRefused(signed(claims().claim("cnf", Map.of("jkt", 7))), Reason.BOUND);
    assertRefused(signed(claims().claim("cnf", Map.of())), Reason.BOUND);
    assertRefused(signed(claims().claim("cnf", "?")), Reason.BOUND);
    assertRefused(signed(claims().claim("cnf", Map.of("x5t#S256", "AAAA"))), Reason.BOUND);
  }

  @Test
  void whoeverIsDeniedIsRefusedAtTheNextCall() throws Exception {
    String token = signed(claims());
    for (String line : List.of("jti=token-1", "sub=5f0c2f4e-anna", "sid=session-1")) {
      take(token);
      Files.writeString(denyFile, "# ended\n\n" + line + "\n");
      Thread.sleep(600);
      assertRefused(token, Reason.DENIED, "was ended");
      Files.writeString(denyFile, "jti=another\n");
      Thread.sleep(600);
    }
    take(token);
  }

  @Test
  void aDenyListThatCannotBeReadRefusesAll() throws Exception {
    String token = signed(claims());
    take(token);
    Files.writeString(denyFile, "anna\n");
    Thread.sleep(600);
    assertRefused(token, Reason.DENIED, "oidc.deny-file");
    Files.delete(denyFile);
    assertRefused(token, Reason.DENIED, "oidc.deny-file");
    Files.createFile(denyFile);
    take(token);
  }

  private static String base64(String json) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }
}
