package org.concordat.certs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ValuesTest {
  @ParameterizedTest
  @ValueSource(strings = {"", "a", "Lyon", "1lyon", "ly on", "lyon-", "lyön", "ly.on", "lyon\n"})
  void memberIdsAreDnsLabels(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> new MemberId(text));
  }

  @Test
  void memberIdsHaveTwoToFortyOneCharacters() {
    assertThat(new MemberId("a".repeat(41)).value()).hasSize(41);
    assertThatIllegalArgumentException().isThrownBy(() -> new MemberId("a".repeat(42)));
    assertThat(new MemberId("a1").toString()).isEqualTo("a1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "e", "EU", "eur", "eu-", "eu.x", "e1"})
  void jurisdictionsAreLowerCaseCodes(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> new Jurisdiction(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "de", "DEU", "XX", "QQ"})
  void countriesAreAssignedCodes(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> new Country(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "example", "Hearts.example", ".example", "a..b", "-a.example", "a.1"})
  void domainsAreLowerCaseDnsNames(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> new AllianceDomain(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "log", "log+1234+AAAA", "lo g+12345678+AAAA", "a+12345678+A\n"})
  void logKeysHaveTheShapeOfVerifierKeys(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> new LogVkey(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " Hearts", "Hearts,OU=x", "Hé", "a\nb"})
  void allianceNamesAreSafeInCertificates(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> new AllianceName(text));
  }

  @Test
  void refusalsShowUntrustedTextHarmlessly() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new MemberId("x\u001b[31m" + "y".repeat(500)))
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\u001b").hasSizeLessThan(220));
  }

  @Test
  void rolesHaveTheirWireNames() {
    assertThat(Role.of("member-admin")).isEqualTo(Role.MEMBER_ADMIN);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Role.of("root"))
        .withMessageContaining("member-admin");
  }

  @Test
  void profilesNeedRolesAndTheLogKeyOfACoordinator() {
    MemberId id = new MemberId("hub");
    Jurisdiction eu = new Jurisdiction("eu");
    Country de = new Country("DE");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MemberProfile.founder(id, eu, de, Set.of()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MemberProfile.founder(id, eu, de, Set.of(Role.COORDINATOR)))
        .withMessageContaining("logVkey");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new MemberProfile(id, eu, de, de, Set.of(Role.AGENT), "no port", null, null))
        .withMessageContaining("host:port");
  }

  @Test
  void lifetimesNest() {
    assertThatIllegalArgumentException().isThrownBy(() -> new CaLifetimes(5, 10, 5));
    assertThatIllegalArgumentException().isThrownBy(() -> new CaLifetimes(20, 10, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> new CaLifetimes(60, 10, 5));
    assertThat(CaLifetimes.DEFAULT).isEqualTo(new CaLifetimes(20, 10, 5));
  }
}
