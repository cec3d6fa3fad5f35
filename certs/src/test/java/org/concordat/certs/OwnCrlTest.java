package org.concordat.certs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.CRLReason;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.concordat.certs.CrlRefusedException.Reason;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How lists are signed one after the other, and read. */
class OwnCrlTest {
  private static final Duration YEAR = Duration.ofDays(365);

  @TempDir Path directory;
  private TestAlliance alliance;

  @BeforeEach
  void makeAlliance() {
    alliance = new TestAlliance(directory, Clock.systemUTC());
  }

  private OwnCrl own() {
    return new OwnCrl(
        directory.resolve("lyon"),
        alliance.keys.get(TestAlliance.LYON),
        alliance.chain(TestAlliance.LYON),
        alliance.clock);
  }

  private Crl revoke(long serial, Optional<Crl> known) {
    return own().revoke(known, BigInteger.valueOf(serial), CRLReason.SUPERSEDED, YEAR);
  }

  private Crls with(Crls before, Crl crl) {
    return before.with(crl, alliance.roots(), alliance.genesis.roster(), alliance.clock.instant());
  }

  @Test
  void eachListHasTheNextNumberAndEverythingThatWasRevokedBefore() {
    Crl first = revoke(11, Optional.empty());
    Crl second = revoke(12, Optional.empty());
    Crl third = own().renew(Optional.empty(), YEAR);
    assertThat(first.number()).isEqualTo(1);
    assertThat(second.number()).isEqualTo(2);
    assertThat(third.number()).isEqualTo(3);
    assertThat(third.revoked().keySet())
        .containsExactly(BigInteger.valueOf(11), BigInteger.valueOf(12));
    assertThat(third.revoked().get(BigInteger.valueOf(11)).reason())
        .isEqualTo(CRLReason.SUPERSEDED);
    Crls all = with(with(with(Crls.NONE, first), second), third);
    assertThat(all.all()).hasSize(1);
    assertThat(all.has(third)).isTrue();
    assertThatThrownBy(() -> with(all, second))
        .isInstanceOfSatisfying(
            CrlRefusedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.OLDER))
        .hasMessageContaining("number is 2, and number 3");
  }

  @Test
  void fileThatWasLostOrPutBackTakesWhatOthersKnow() throws Exception {
    Crl first = revoke(11, Optional.empty());
    byte[] old = Files.readAllBytes(directory.resolve("lyon/member-ca.crl"));
    Crl second = revoke(12, Optional.empty());
    Files.write(directory.resolve("lyon/member-ca.crl"), old);
    Crl third = revoke(13, Optional.of(second));
    assertThat(third.number()).isEqualTo(3);
    assertThat(third.revoked()).hasSize(3);
    Files.delete(directory.resolve("lyon/member-ca.crl"));
    assertThat(revoke(14, Optional.of(third)).revoked()).hasSize(4);
    assertThat(first.revoked()).hasSize(1);
  }

  @Test
  void twoCopiesOfAHomeSignAndNothingOfEitherIsLost() throws Exception {
    Path file = directory.resolve("lyon/member-ca.crl");
    Crl one = revoke(11, Optional.empty());
    Files.delete(file); // the other copy has none
    revoke(12, Optional.empty());
    Crl other = revoke(13, Optional.empty());
    Crl both = own().renew(Optional.of(one), YEAR);
    assertThat(both.number()).isEqualTo(3);
    assertThat(both.revoked()).hasSize(3);
    assertThat(both.revoked().get(BigInteger.valueOf(11)))
        .isEqualTo(one.revoked().get(BigInteger.valueOf(11)));
    assertThat(with(with(Crls.NONE, one), both).has(both)).as("nothing is taken back").isTrue();
    assertThat(with(with(Crls.NONE, other), both).has(both)).isTrue();
    Crl foreign =
        new OwnCrl(
                directory.resolve("berlin"),
                alliance.keys.get(TestAlliance.BERLIN),
                alliance.chain(TestAlliance.BERLIN),
                alliance.clock)
            .renew(Optional.empty(), YEAR);
    assertThatThrownBy(() -> own().renew(Optional.of(foreign), YEAR))
        .isInstanceOf(IssuanceRefusedException.class)
        .hasMessageContaining("is of the authority with key");
  }

  @Test
  void whatIsRevokedIsNotRevokedAgainAndAListHoldsAnHourAtLeast() {
    revoke(11, Optional.empty());
    assertThatThrownBy(() -> revoke(11, Optional.empty()))
        .isInstanceOf(IssuanceRefusedException.class)
        .hasMessageContaining("serial b is revoked already, since");
    assertThatThrownBy(() -> own().renew(Optional.empty(), Duration.ofMinutes(1)))
        .hasMessageContaining("an hour at least");
  }

  @Test
  void keeperRevokesWhatItIssuedAndNothingElse() throws Exception {
    X509Certificate lyon = alliance.chain(TestAlliance.LYON).memberCa();
    X509Certificate eu = alliance.chain(TestAlliance.LYON).jurisdictionCa();
    Crl members = alliance.ca.revoke(lyon, CRLReason.CA_COMPROMISE, YEAR, alliance.clock);
    Crl jurisdictions = alliance.ca.revoke(eu, CRLReason.CA_COMPROMISE, YEAR, alliance.clock);
    assertThat(members.issuer()).isEqualTo(eu);
    assertThat(jurisdictions.issuer()).isEqualTo(alliance.genesis.root());
    Crls all = with(with(Crls.NONE, members), jurisdictions);
    assertThat(all.all()).hasSize(2);
    List<X509Certificate> chain = alliance.tls(TestAlliance.BERLIN, Role.AGENT).currentChain();
    assertThatThrownBy(() -> all.requireGood(chain, alliance.roots(), Instant.now()))
        .hasMessageContaining("its jurisdiction CA certificate, serial")
        .hasMessageContaining("CA_COMPROMISE");
    TestAlliance other = new TestAlliance(directory.resolve("other"), alliance.clock);
    assertThatThrownBy(
            () ->
                alliance.ca.revoke(
                    other.chain(TestAlliance.LYON).memberCa(),
                    CRLReason.UNSPECIFIED,
                    YEAR,
                    alliance.clock))
        .hasMessageContaining("no authority in");
    assertThatThrownBy(() -> alliance.ca.renewCrl("fr", YEAR, alliance.clock))
        .hasMessageContaining("there are root and [ch, eu, us]");
    Crl renewed = alliance.ca.renewCrl("eu", YEAR, alliance.clock);
    assertThat(renewed.number()).isEqualTo(2);
    assertThat(renewed.revoked()).containsOnlyKeys(lyon.getSerialNumber());
  }

  @Test
  void whoKeepsNoListsTakesEndedOnesTooAndIsToldOfWhatItDoesNotTake() {
    Crl old = revoke(11, Optional.empty());
    Crl ended = revoke(12, Optional.empty());
    Instant later = ended.nextUpdate().plusSeconds(1);
    RosterChain rosters = RosterChain.of(alliance.genesis);
    List<Reason> refused = new ArrayList<>();
    Crls all =
        Crls.NONE.withAll(
            List.of(ended, old, ended), rosters, later, not -> refused.add(not.reason()));
    assertThat(all.all()).containsExactly(ended);
    assertThat(refused).containsExactly(Reason.OLDER);
    assertThat(all.current(later).all()).isEmpty();
    assertThat(all.current(alliance.clock.instant()).all()).containsExactly(ended);
    List<X509Certificate> chain = alliance.tls(TestAlliance.LYON, Role.AGENT).currentChain();
    assertThatThrownBy(() -> all.requireGood(chain, alliance.roots(), later))
        .hasMessageContaining("CRL_ENDED");
    Crl keepers =
        alliance.ca.revoke(
            alliance.chain(TestAlliance.LYON).memberCa(),
            CRLReason.CA_COMPROMISE,
            YEAR.multipliedBy(2),
            alliance.clock);
    Crls both = all.withAll(List.of(keepers), rosters, later, not -> refused.add(not.reason()));
    assertThatThrownBy(() -> both.requireGood(chain, alliance.roots(), later))
        .as("a list that has ended hides no revocation")
        .hasMessageContaining("CERTIFICATE_REVOKED");
  }

  @Test
  void listOfAFormerMembersKeyIsRefused() {
    Crl crl = revoke(11, Optional.empty());
    Roster without = alliance.genesis.roster().removed(TestAlliance.LYON, "left");
    assertThatThrownBy(
            () -> Crls.NONE.with(crl, alliance.roots(), without, alliance.clock.instant()))
        .isInstanceOfSatisfying(
            CrlRefusedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOT_AN_ISSUER));
  }

  @Test
  void aCertificateThatItsOwnerHasPaddedDoesNotComeAlong() throws Exception {
    byte[] der = revoke(11, Optional.empty()).der();
    Crl small = Crl.of(der, padded(100));
    assertThatThrownBy(() -> with(Crls.NONE, small))
        .isInstanceOfSatisfying(
            CrlRefusedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOT_AN_ISSUER))
        .hasMessageContaining("other extensions than its profile");
    Crl large = Crl.of(der, padded(100_000));
    assertThatThrownBy(() -> Crl.parseOne(large.toPem()))
        .isInstanceOfSatisfying(
            CrlRefusedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.MALFORMED))
        .hasMessageContaining("the certificate of a list's issuer has 100")
        .hasMessageContaining("at most 4096");
    BigInteger serial = BigInteger.ONE.shiftLeft(8 * 1000);
    assertThatThrownBy(() -> own().revoke(Optional.empty(), serial, CRLReason.SUPERSEDED, YEAR))
        .hasMessageContaining("longer than 20 octets");
  }

  private X509Certificate padded(int bytes) throws Exception {
    X509Certificate real = alliance.chain(TestAlliance.LYON).memberCa();
    JcaX509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            real.getSubjectX500Principal(),
            BigInteger.ONE,
            real.getNotBefore(),
            real.getNotAfter(),
            real.getSubjectX500Principal(),
            real.getPublicKey());
    for (String critical : real.getCriticalExtensionOIDs()) {
      builder.copyAndAddExtension(new ASN1ObjectIdentifier(critical), true, real);
    }
    for (String other : real.getNonCriticalExtensionOIDs()) {
      builder.copyAndAddExtension(new ASN1ObjectIdentifier(other), false, real);
    }
    builder.addExtension(new ASN1ObjectIdentifier("1.3.6.1.4.1.99999.1"), false, new byte[bytes]);
    PrivateKey key = alliance.keys.get(TestAlliance.LYON).memberCaPrivateKey();
    return new JcaX509CertificateConverter()
        .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key)));
  }

  @Test
  void aFullListIsWithinItsBounds() throws Exception {
    CaCertificates.Issuer issuer =
        new CaCertificates.Issuer(
            alliance.chain(TestAlliance.LYON).memberCa(),
            alliance.keys.get(TestAlliance.LYON).memberCaPrivateKey());
    Instant now = alliance.clock.instant();
    TestCrl full = new TestCrl(issuer, now);
    for (int i = 0; i < Crl.MAX_ENTRIES; i++) {
      full.revoke(BigInteger.ONE.shiftLeft(159).add(BigInteger.valueOf(i)));
    }
    Crl crl = Crl.parseOne(Crl.of(full.sign(), issuer.certificate()).toPem());
    assertThat(crl.revoked()).hasSize(Crl.MAX_ENTRIES);
  }

  @Test
  void anythingElseInAFileIsRefusedByName() throws Exception {
    Crl signed = revoke(11, Optional.empty());
    byte[] good = signed.toPem();
    String text = new String(good, StandardCharsets.US_ASCII);
    List<String> bad =
        new ArrayList<>(
            List.of(
                text.substring(0, text.indexOf("-----BEGIN CERT")),
                text.substring(text.indexOf("-----BEGIN CERT")),
                text + text,
                text.substring(0, text.length() / 2),
                "",
                "x".repeat(Crl.MAX_PEM_BYTES + 1),
                text.replace("X509 CRL", "PRIVATE KEY")));
    for (int i = 0; i < text.length(); i += 7) {
      bad.add(text.substring(0, i) + (text.charAt(i) == 'A' ? 'B' : 'A') + text.substring(i + 1));
    }
    for (String one : bad) {
      try {
        Crl read = Crl.parseOne(one.getBytes(StandardCharsets.US_ASCII));
        assertThat(read.der()).as("only what was signed is read: %s", one).isEqualTo(signed.der());
      } catch (CrlRefusedException refused) {
        assertThat(refused).hasMessageStartingWith("revocation list refused (");
      }
    }
  }

  @Test
  void fileInAHomeIsReadWheneverItChanges() throws Exception {
    List<Crl> taken = new ArrayList<>();
    List<String> trouble = new ArrayList<>();
    CrlFile file = new CrlFile(directory, taken::add, trouble::add);
    file.look();
    assertThat(taken).isEmpty();
    Path path = directory.resolve(CrlFile.NAME);
    Files.write(path, revoke(11, Optional.empty()).toPem());
    file.look();
    file.look();
    assertThat(taken).hasSize(1);
    Files.writeString(path, "rubbish");
    file.look();
    file.look();
    assertThat(taken).hasSize(1);
    Files.write(path, revoke(12, Optional.empty()).toPem());
    file.look();
    assertThat(taken).hasSize(2);
  }

  @Test
  void whatIsRefusedForAReasonThatPassesIsTriedAgainAndToldOnce() throws Exception {
    List<String> trouble = new ArrayList<>();
    List<RuntimeException> answers = new ArrayList<>();
    List<Crl> asked = new ArrayList<>();
    CrlFile file =
        new CrlFile(
            directory,
            crl -> {
              asked.add(crl);
              if (!answers.isEmpty()) {
                throw answers.remove(0);
              }
            },
            trouble::add);
    Files.write(directory.resolve(CrlFile.NAME), revoke(21, Optional.empty()).toPem());
    answers.add(refused(CrlRefusedException.Reason.NOT_YET_VALID));
    answers.add(refused(CrlRefusedException.Reason.NOT_YET_VALID));
    answers.add(new IllegalStateException("No space left on device"));
    for (int i = 0; i < 6; i++) {
      file.look();
    }
    assertThat(asked).as("until it is taken, and not again").hasSize(4);
    assertThat(trouble).hasSize(2);
    Files.write(directory.resolve(CrlFile.NAME), revoke(22, Optional.empty()).toPem());
    answers.add(refused(CrlRefusedException.Reason.OLDER));
    file.look();
    file.look();
    assertThat(asked).as("an older one stays older").hasSize(5);
    assertThat(trouble).hasSize(3);
  }

  private static CrlRefusedException refused(CrlRefusedException.Reason reason) {
    return new CrlRefusedException(reason, "it is " + System.nanoTime() + " by this clock");
  }
}
