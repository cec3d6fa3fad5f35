package org.concordat.certs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.concordat.certs.TestAlliance.BERLIN;
import static org.concordat.certs.TestAlliance.LYON;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.stream.Stream;
import org.concordat.testkit.SettableClock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

class InvitationTest {
  private static final MemberId BASEL = new MemberId("basel");
  private static final Jurisdiction CH = new Jurisdiction("ch");

  @TempDir Path directory;
  private final SettableClock clock = new SettableClock(Instant.parse("2026-11-21T10:00:00Z"));
  private TestAlliance alliance;
  private Invitation invitation;

  @BeforeEach
  void invite() {
    alliance = new TestAlliance(directory, clock);
    invitation = by(LYON, Duration.ofDays(7));
  }

  private Invitation by(MemberId issuer, Duration validity) {
    return Invitation.make(
        alliance.genesis.digest(), issuer, alliance.keys.get(issuer), BASEL, CH, validity, clock);
  }

  private MemberRequest request(MemberId id, Jurisdiction jurisdiction, String nonce) {
    return MemberRequest.make(
        new MemberProfile(
            id,
            jurisdiction,
            new Country("CH"),
            new Country("CH"),
            Set.of(Role.AGENT),
            null,
            null,
            nonce),
        alliance.newKeys(new MemberId(id + "-k")),
        clock);
  }

  private void requireAdmits(Invitation any, MemberRequest request) {
    any.requireAdmits(
        request, alliance.genesis.digest(), alliance.genesis.roster(), clock.instant());
  }

  @Test
  void answeredInvitationAdmits() {
    Invitation read = Invitation.parse(invitation.toBytes());
    assertThat(read).isEqualTo(invitation);
    MemberRequest answer = request(BASEL, CH, read.nonce());
    assertThatCode(() -> requireAdmits(read, answer)).doesNotThrowAnyException();
  }

  @Test
  void otherRequestsAreRefused() {
    MemberRequest otherName = request(new MemberId("bern"), CH, invitation.nonce());
    assertThatThrownBy(() -> requireAdmits(invitation, otherName))
        .isInstanceOf(InvalidRequestException.class);
    MemberRequest otherPlace = request(BASEL, new Jurisdiction("eu"), invitation.nonce());
    assertThatThrownBy(() -> requireAdmits(invitation, otherPlace))
        .isInstanceOf(InvalidRequestException.class);
  }

  @Test
  void otherNonceIsRefused() {
    MemberRequest uninvited = request(BASEL, CH, "00112233445566778899aabbccddeeff");
    assertThatThrownBy(() -> requireAdmits(invitation, uninvited))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("nonce");
  }

  @Test
  void expiredInvitationIsRefused() {
    clock.advance(Duration.ofDays(7));
    assertThatThrownBy(this::requireValid)
        .isInstanceOf(InvalidInvitationException.class)
        .hasMessageContaining("expired");
    clock.advance(Duration.ofSeconds(-1));
    assertThatCode(this::requireValid).doesNotThrowAnyException();
  }

  private void requireValid() {
    invitation.requireValid(alliance.genesis.digest(), alliance.genesis.roster(), clock.instant());
  }

  @Test
  void onlyMemberAdminsOfThisAllianceInvite() {
    Invitation berlin = by(BERLIN, Duration.ofDays(1));
    assertThatThrownBy(
            () ->
                berlin.requireValid(
                    alliance.genesis.digest(), alliance.genesis.roster(), clock.instant()))
        .isInstanceOf(InvalidInvitationException.class)
        .hasMessageContaining("member-admin");
    assertThatThrownBy(
            () ->
                invitation.requireValid(
                    Sha256.of(new byte[0]), alliance.genesis.roster(), clock.instant()))
        .isInstanceOf(InvalidInvitationException.class)
        .hasMessageContaining("another alliance");
    assertThatThrownBy(() -> by(LYON, Duration.ofDays(91)))
        .isInstanceOf(InvalidInvitationException.class);
  }

  @TestFactory
  Stream<DynamicTest> everyChangedFieldIsRefused() throws Exception {
    byte[] bytes = invitation.toBytes();
    return Mutations.leaves(Mutations.tree(bytes)).stream()
        .map(
            pointer ->
                DynamicTest.dynamicTest(
                    pointer,
                    () ->
                        assertThatThrownBy(
                                () ->
                                    Invitation.parse(Mutations.flip(bytes, pointer))
                                        .requireValid(
                                            alliance.genesis.digest(),
                                            alliance.genesis.roster(),
                                            clock.instant()))
                            .isInstanceOf(CertsException.class)));
  }
}
