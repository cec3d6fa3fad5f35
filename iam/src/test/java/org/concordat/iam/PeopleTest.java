package org.concordat.iam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jwt.JWTClaimsSet;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.concordat.certs.Jurisdiction;
import org.concordat.certs.MemberId;
import org.concordat.certs.Role;
import org.concordat.certs.Roster;
import org.concordat.certs.Sha256;
import org.concordat.iam.token.ClaimNames;
import org.concordat.iam.token.DenyList;
import org.concordat.iam.token.Presented;
import org.concordat.iam.token.ProofLimits;
import org.concordat.iam.token.Proofs;
import org.concordat.iam.token.Provider;
import org.concordat.iam.token.Standing;
import org.concordat.iam.token.TokenLimits;
import org.concordat.iam.token.TokenRefusedException;
import org.concordat.iam.token.TokenRefusedException.Reason;
import org.concordat.iam.token.Tokens;
import org.concordat.testkit.FakeProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A token adds the person to a member's connection; it never adds more than the table allows. */
class PeopleTest {
  private static final Clock CLOCK = Clock.systemUTC();
  private static final MemberId LYON = Hearts.LYON;
  private static final Jurisdiction EU = Hearts.EU;
  private static final Sha256 LEAF = Sha256.of(new byte[] {1});

  @TempDir Path directory;
  private final Map<String, byte[]> personKeys = new HashMap<>();
  private FakeProvider fake;
  private JWK key;
  private Roster roster;
  private People people;

  @BeforeEach
  void open() throws Exception {
    fake = new FakeProvider();
    key = FakeProvider.ec("one");
    fake.publish(key);
    roster =
        new Hearts(directory, CLOCK, Set.of(Role.AGENT, Role.OPERATOR, Role.AUDITOR))
            .genesis.roster();
    people = people(false);
  }

  @AfterEach
  void close() {
    fake.close();
  }

  private People people(boolean required) throws IOException {
    Provider provider =
        new Provider(
            FakeProvider.ISSUER,
            FakeProvider.AUDIENCE,
            fake.keys(),
            Set.of("ES256"),
            Set.of(),
            new ClaimNames("member", "realm_access.roles", "jurisdiction", null, null),
            false);
    return new People(
        new Tokens(
            List.of(provider),
            TokenLimits.DEFAULT,
            new DenyList(null),
            new Standing(Set.of(), CLOCK),
            new Proofs("coordinator.example", ProofLimits.DEFAULT, CLOCK),
            CLOCK),
        names(directory.resolve("names.key")),
        required);
  }

  private static Caller certified(Role role) {
    return Caller.certified(LYON, role, EU, LEAF, CLOCK.instant().plusSeconds(3600));
  }

  private Optional<String> token(JWTClaimsSet.Builder claims) throws Exception {
    return Optional.of("Bearer " + FakeProvider.signed(key, claims.build()));
  }

  private static Presented presented(Optional<String> authorization) {
    return new Presented(authorization, List.of(), "Operations/Status");
  }

  private static JWTClaimsSet.Builder claims(String... roles) {
    return FakeProvider.claims(Instant.now(), roles);
  }

  private Reason refused(Caller caller, Optional<String> authorization) {
    TokenRefusedException refused =
        catchThrowableOfType(
            TokenRefusedException.class,
            () -> people.signedIn(caller, presented(authorization), roster));
    assertThat(refused).isNotNull();
    return refused.reason();
  }

  @Test
  void aPersonHasTheRolesOfTheTokenThatTheMemberHasAndPeopleMayHave() throws Exception {
    Caller caller =
        people
            .signedIn(
                certified(Role.OPERATOR),
                presented(
                    token(
                        claims("auditor", "operator", "agent", "coordinator", "approver", "king"))),
                roster)
            .orElseThrow()
            .caller();
    assertThat(caller.roles())
        .as("no agent, whatever the token says; no approver, which lyon is not")
        .isEqualTo("auditor+operator");
    assertThat(caller.member()).isEqualTo(LYON);
    assertThat(caller.person().orElseThrow()).matches("[0-9a-f]{20}");
    assertThat(caller.inWords()).doesNotContain("anna");
    Caller auditor =
        people
            .signedIn(certified(Role.OPERATOR), presented(token(claims("auditor"))), roster)
            .orElseThrow()
            .caller();
    assertThat(auditor.roles()).as("not the certificate's").isEqualTo("auditor");
    assertThat(auditor.person()).as("the same person").isEqualTo(caller.person());
  }

  @Test
  void aTokenNeverMakesAnAgentNorComesOverAnAgentsConnection() throws Exception {
    assertThat(refused(certified(Role.OPERATOR), token(claims("agent", "coordinator"))))
        .isEqualTo(Reason.PERSON);
    assertThat(refused(certified(Role.AGENT), token(claims("operator")))).isEqualTo(Reason.PERSON);
  }

  @Test
  void aTokenOfOneMemberIsNothingOnTheConnectionOfAnother() throws Exception {
    assertThat(refused(certified(Role.OPERATOR), token(claims("operator").claim("member", "rome"))))
        .isEqualTo(Reason.PERSON);
    assertThat(
            refused(
                certified(Role.OPERATOR), token(claims("operator").claim("jurisdiction", "us"))))
        .isEqualTo(Reason.PERSON);
    assertThat(
            people.signedIn(
                certified(Role.OPERATOR),
                presented(token(claims("operator").claim("jurisdiction", "eu"))),
                roster))
        .isPresent();
  }

  @Test
  void withoutATokenTheCertificateSpeaksUnlessOneIsRequired() throws Exception {
    assertThat(people.signedIn(certified(Role.OPERATOR), presented(Optional.empty()), roster))
        .isEmpty();
    people = people(true);
    assertThat(refused(certified(Role.OPERATOR), Optional.empty())).isEqualTo(Reason.MISSING);
    assertThat(people.signedIn(certified(Role.AGENT), presented(Optional.empty()), roster))
        .as("agents use certificates only")
        .isEmpty();
  }

  @Test
  void anotherSchemeIsRefused() throws Exception {
    String token = token(claims("operator")).orElseThrow().substring("Bearer ".length());
    for (String wrong : new String[] {"", token, "Basic " + token, "Bearer "}) {
      assertThat(refused(certified(Role.OPERATOR), Optional.of(wrong))).isEqualTo(Reason.MALFORMED);
    }
    assertThat(refused(certified(Role.OPERATOR), Optional.of("DPoP " + token)))
        .as("it is bound to no key")
        .isEqualTo(Reason.BOUND);
  }

  private PersonNames names(Path file) throws IOException {
    return PersonNames.open(file, (person, member) -> personKeys.computeIfAbsent(person, made()));
  }

  private static Function<String, byte[]> made() {
    return person -> Sha256.of(person.getBytes(StandardCharsets.UTF_8)).bytes();
  }

  @Test
  void theKeyOfNamesIsKeptPrivateAndNamesStay() throws Exception {
    Path file = directory.resolve("other.key");
    String name = names(file).of("issuer", "anna", LYON);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(name).matches("[0-9a-f]{20}");
    assertThat(names(file).of("issuer", "anna", LYON)).isEqualTo(name);
    assertThat(names(file).of("issue", "ranna", LYON)).isNotEqualTo(name);
    assertThat(names(file).of("issuer", "anna", new MemberId("hub")))
        .as("she is another member's person, too")
        .isNotEqualTo(name);
    assertThat(names(directory.resolve("third.key")).of("issuer", "anna", LYON)).isNotEqualTo(name);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    assertThatThrownBy(() -> names(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("chmod 0600");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    Files.write(file, new byte[3]);
    assertThatThrownBy(() -> names(file)).hasMessageContaining("no key of 32 bytes");
  }

  @Test
  void aNameIsNobodysOnceItsKeyIsDestroyed() throws Exception {
    PersonNames names = names(directory.resolve("other.key"));
    String before = names.of("issuer", "anna", LYON);
    String person = personKeys.keySet().iterator().next();
    assertThat(PersonNames.name(person, personKeys.get(person))).isEqualTo(before);
    personKeys.put(person, new byte[PersonNames.KEY_BYTES]);
    assertThat(names.of("issuer", "anna", LYON)).isNotEqualTo(before);
  }
}
