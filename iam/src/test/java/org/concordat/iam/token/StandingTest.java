package org.concordat.iam.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.concordat.certs.MemberId;
import org.concordat.iam.token.TokenRefusedException.Reason;
import org.concordat.testkit.SettableClock;
import org.junit.jupiter.api.Test;

/** Who holds a token, and who of them was disabled since. */
class StandingTest {
  private static final Instant NOW = Instant.parse("2026-12-01T10:00:00Z");
  private static final String ISSUER = "https://login.example/realms/hearts";

  private final SettableClock clock = new SettableClock(NOW);
  private final Standing standing = new Standing(Set.of(ISSUER), clock);

  private VerifiedToken token(String issuer, String subject, String client, long seconds) {
    return new VerifiedToken(
        issuer,
        subject,
        Optional.empty(),
        Optional.empty(),
        new MemberId("lyon"),
        Optional.empty(),
        Set.of("operator"),
        Set.of(),
        Set.of(),
        Optional.of(client),
        Binding.NONE,
        clock.instant(),
        clock.instant().plusSeconds(seconds));
  }

  private boolean isIn(VerifiedToken token) {
    TokenRefusedException refused =
        catchThrowableOfType(TokenRefusedException.class, () -> standing.require(token));
    if (refused != null) {
      assertThat(refused.reason()).isEqualTo(Reason.DENIED);
      assertThat(refused.getMessage()).contains("has disabled").doesNotContain("anna");
    }
    return refused == null;
  }

  @Test
  void whoIsDisabledIsOutAndWhoIsEnabledAgainIsIn() {
    VerifiedToken anna = token(ISSUER, "anna", "cli", 300);
    VerifiedToken bert = token(ISSUER, "bert", "cli", 300);
    assertThat(isIn(anna)).isTrue();
    standing.person(ISSUER, "anna", false);
    assertThat(isIn(anna)).isFalse();
    assertThat(isIn(bert)).isTrue();
    standing.person(ISSUER, "anna", true);
    assertThat(isIn(anna)).isTrue();
  }

  @Test
  void aClientThatIsDisabledTakesAllWithIt() {
    VerifiedToken anna = token(ISSUER, "anna", "cli", 300);
    VerifiedToken nightly = token(ISSUER, "robot", "nightly", 300);
    standing.client(ISSUER, "nightly", false);
    assertThat(isIn(nightly)).isFalse();
    assertThat(isIn(anna)).isTrue();
    standing.person(ISSUER, "nightly", true);
    assertThat(isIn(nightly)).as("a person of that name is another").isFalse();
  }

  @Test
  void thoseAreWatchedWhoHoldATokenOfAProviderThatIs() {
    isIn(token(ISSUER, "anna", "cli", 60));
    isIn(token(ISSUER, "anna", "cli", 120));
    isIn(token(ISSUER, "bert", "cli", 60));
    isIn(token("https://other.example", "carl", "cli", 60));
    assertThat(standing.live(ISSUER)).hasSize(2);
    assertThat(standing.live("https://other.example")).isEmpty();
    assertThat(standing.live(ISSUER).toString()).doesNotContain("anna");
    clock.advance(Duration.ofSeconds(61));
    assertThat(standing.live(ISSUER))
        .extracting(Standing.Holder::subject)
        .as("by the token that ends last")
        .containsExactly("anna");
    clock.advance(Duration.ofSeconds(60));
    assertThat(standing.live(ISSUER)).isEmpty();
  }

  @Test
  void whatIsNotToldStaysAsItIs() {
    VerifiedToken anna = token(ISSUER, "anna", "cli", 300);
    isIn(anna);
    standing.person(ISSUER, "anna", false);
    clock.advance(Duration.ofSeconds(200));
    standing.live(ISSUER);
    assertThat(isIn(anna)).isFalse();
  }

  /** The set of the disabled was lost; the provider may be away for long. */
  @Test
  void aTokenFromBeforeTheStartIsTakenOnlyOnceTheProviderSpokeOfItsHolder() {
    VerifiedToken anna = token(ISSUER, "anna", "cli", 300);
    VerifiedToken bert = token(ISSUER, "bert", "cli", 300);
    isIn(anna);
    standing.person(ISSUER, "anna", false);
    assertThat(isIn(anna)).isFalse();
    clock.advance(Duration.ofSeconds(3));
    Standing restarted = new Standing(Set.of(ISSUER), clock);
    requireUnknown(restarted, anna);
    requireUnknown(restarted, bert);
    assertThat(restarted.live(ISSUER)).as("they are asked about").hasSize(2);
    restarted.person(ISSUER, "bert", true);
    requireUnknown(restarted, bert); // its client may be the one that was disabled
    restarted.client(ISSUER, "cli", true);
    assertThatCode(() -> restarted.require(bert)).doesNotThrowAnyException();
    requireUnknown(restarted, anna);
    restarted.person(ISSUER, "anna", false);
    assertThatThrownBy(() -> restarted.require(anna)).hasMessageContaining("has disabled");
  }

  /** It gives tokens to those only who are enabled: they need no look. */
  @Test
  void aTokenFromAfterTheStartIsTakenWithTheProvidersWordThatItIs() {
    clock.advance(Duration.ofMillis(700));
    Standing restarted = new Standing(Set.of(ISSUER), clock);
    clock.advance(Duration.ofMillis(700));
    assertThatCode(() -> restarted.require(token(ISSUER, "anna", "cli", 300)))
        .doesNotThrowAnyException();
    VerifiedToken elsewhere = token("https://other.example", "carl", "cli", 300);
    clock.advance(Duration.ofSeconds(5));
    assertThatCode(() -> new Standing(Set.of(ISSUER), clock).require(elsewhere))
        .as("nobody is asked about those")
        .doesNotThrowAnyException();
  }

  private static void requireUnknown(Standing standing, VerifiedToken token) {
    assertThatThrownBy(() -> standing.require(token))
        .hasMessageContaining("before the coordinator's start")
        .hasMessageContaining("sign in again");
  }

  @Test
  void moreThanCanBeWatchedAreRefusedUntilSomeHaveEnded() throws Exception {
    for (int i = 0; i < Standing.MOST; i++) {
      standing.require(token(ISSUER, "p" + i, "cli", 60));
    }
    VerifiedToken late = token(ISSUER, "late", "cli", 300);
    TokenRefusedException full =
        catchThrowableOfType(TokenRefusedException.class, () -> standing.require(late));
    assertThat(full.getMessage()).contains("not watched");
    standing.require(token(ISSUER, "p7", "cli", 60));
    clock.advance(Duration.ofSeconds(61));
    standing.require(late);
  }
}
