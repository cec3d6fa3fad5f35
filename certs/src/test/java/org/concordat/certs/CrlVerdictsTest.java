package org.concordat.certs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.CRL;
import java.security.cert.CertPathValidator;
import java.security.cert.CertStore;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A good chain under good and bad revocation lists, judged by us, by the JDK's path validator with
 * revocation on and by {@code openssl verify -crl_check_all}. The table is in {@code
 * docs/certificates.md}, written anew with {@code -Dchains.write=true}.
 */
class CrlVerdictsTest {
  /** The JDK looks at lists of one name in the order of a hash set, and may stop at the first. */
  private static final String STRANGER = "of an authority of one's own, the same name";

  private static final String BEGIN = "<!-- crls: generated -->\n";
  private static final String END = "<!-- end -->";

  @TempDir static Path directory;
  private static TestAlliance alliance;
  private static Instant now;
  private static List<X509Certificate> chain;
  private static CaCertificates.Issuer root;
  private static CaCertificates.Issuer eu;
  private static CaCertificates.Issuer lyon;

  /**
   * A row.
   *
   * @param der the list that comes last, after good ones of each authority
   * @param by the authority that it comes with
   * @param at when the chain is judged
   */
  private record Case(byte[] der, CaCertificates.Issuer by, Instant at) {}

  @BeforeAll
  static void makeAlliance() {
    alliance = new TestAlliance(directory.resolve("one"), Clock.systemUTC());
    now = alliance.clock.instant();
    chain = alliance.tls(TestAlliance.LYON, Role.AGENT).currentChain();
    root = CaFiles.load(directory.resolve("one/ca"), "root");
    eu = CaFiles.load(directory.resolve("one/ca"), "ca-eu");
    lyon =
        new CaCertificates.Issuer(
            chain.get(1), alliance.keys.get(TestAlliance.LYON).memberCaPrivateKey());
  }

  private static TestCrl list(CaCertificates.Issuer by) {
    return new TestCrl(by, now);
  }

  private static Case of(CaCertificates.Issuer by, TestCrl crl) throws Exception {
    return new Case(crl.sign(), by, now);
  }

  private static Map<String, Callable<Case>> cases() {
    Map<String, Callable<Case>> cases = new LinkedHashMap<>();
    cases.put("nothing is revoked", () -> of(lyon, list(lyon)));
    cases.put("another leaf is revoked", () -> of(lyon, list(lyon).revoke(another())));
    cases.put("the leaf is revoked", () -> of(lyon, list(lyon).revoke(chain.get(0))));
    cases.put(
        "the member CA is revoked", () -> of(eu, list(eu).revoke(berlin()).revoke(chain.get(1))));
    cases.put("the jurisdiction CA is revoked", () -> of(root, list(root).revoke(chain.get(2))));
    cases.put(
        "a list that ends, and no newer one came",
        () -> new Case(list(lyon).sign(), lyon, now.plus(Duration.ofHours(2))));
    cases.put(
        "a list that had ended when it came",
        () -> of(lyon, list(lyon).from(now.minusSeconds(7200)).until(now.minusSeconds(3600))));
    cases.put(
        "a list that begins tomorrow",
        () ->
            of(
                lyon,
                list(lyon).from(now.plus(Duration.ofDays(1))).until(now.plus(Duration.ofDays(2)))));
    cases.put(
        "signed by another member",
        () ->
            of(lyon, list(lyon).key(alliance.keys.get(TestAlliance.BERLIN).memberCaPrivateKey())));
    cases.put("signed by the authority above", () -> of(lyon, list(lyon).key(eu.key())));
    cases.put(STRANGER, CrlVerdictsTest::stranger);
    cases.put("one bit of the signature flipped", CrlVerdictsTest::flipped);
    cases.put("signed with SHA-1", () -> of(lyon, list(lyon).algorithm("SHA1withECDSA")));
    cases.put("an older number than is known", () -> of(lyon, list(lyon).number(1)));
    cases.put("a known revocation taken back", () -> of(eu, list(eu)));
    cases.put("without a number", () -> of(lyon, list(lyon).noNumber()));
    cases.put("unknown critical extension", () -> of(lyon, list(lyon).unknown(true)));
    cases.put("unknown extension, not critical", () -> of(lyon, list(lyon).unknown(false)));
    cases.put(
        "unknown critical extension of an entry",
        () -> of(lyon, list(lyon).unknownEntry(BigInteger.TEN)));
    cases.put("an indirect list", () -> of(lyon, list(lyon).indirect()));
    cases.put("a delta", () -> of(lyon, list(lyon).delta()));
    cases.put("a revocation for a time", () -> of(lyon, list(lyon).hold(another())));
    return cases;
  }

  @Test
  void whatWeAcceptOthersAcceptAndTheTableSaysWhereWeAreStricter() throws Exception {
    assumeTrue(hasOpenssl(), "openssl is not installed");
    StringBuilder table = new StringBuilder("| list | we | JDK | OpenSSL |\n|---|---|---|---|\n");
    for (Map.Entry<String, Callable<Case>> row : cases().entrySet()) {
      Case one = row.getValue().call();
      String ours = ours(one);
      boolean jdk = jdk(one);
      boolean openssl = openssl(one);
      if (ours.isEmpty()) {
        assertThat(jdk).as("the JDK on: " + row.getKey()).isTrue();
        assertThat(openssl).as("OpenSSL on: " + row.getKey()).isTrue();
      }
      table
          .append("| ")
          .append(row.getKey())
          .append(" | ")
          .append(ours.isEmpty() ? "yes" : "`" + ours + "`")
          .append(row.getKey().equals(STRANGER) ? " | either" : jdk ? " | yes" : " | no")
          .append(openssl ? " | yes |\n" : " | no |\n");
    }
    Path page = page();
    String text = Files.readString(page);
    int from = text.indexOf(BEGIN) + BEGIN.length();
    int to = text.indexOf(END, from);
    if (Boolean.getBoolean("chains.write")) {
      Files.writeString(page, text.substring(0, from) + table + text.substring(to));
    } else {
      assertThat(text.substring(from, to)).isEqualTo(table.toString());
    }
    assertThat(table.toString())
        .contains("| nothing is revoked | yes | yes | yes |")
        .contains("| the leaf is revoked | `CERTIFICATE_REVOKED` | no | no |");
  }

  /** What is known before: the list of the jurisdiction revokes somebody else's certificate. */
  private static Map<CaCertificates.Issuer, byte[]> known() throws Exception {
    Map<CaCertificates.Issuer, byte[]> known = new LinkedHashMap<>();
    known.put(root, list(root).number(1).sign());
    known.put(eu, list(eu).number(1).revoke(berlin()).sign());
    known.put(lyon, list(lyon).number(1).sign());
    return known;
  }

  /** The reason of our refusal, of the list or of the chain; empty where we accept both. */
  private static String ours(Case one) throws Exception {
    Roster roster = alliance.genesis.roster();
    Set<X509Certificate> roots = alliance.roots();
    Crls crls = Crls.NONE;
    for (Map.Entry<CaCertificates.Issuer, byte[]> before : known().entrySet()) {
      Crl crl = Crl.of(before.getValue(), before.getKey().certificate());
      crls = crls.with(Crl.parseOne(crl.toPem()), roots, roster, now);
    }
    try {
      crls = crls.with(Crl.of(one.der, one.by.certificate()), roots, roster, now);
    } catch (CrlRefusedException refused) {
      return refused.reason().name();
    }
    InForce inForce = new InForce(roots, roster, crls);
    try {
      new AllianceTrustManager(
              () -> inForce, Clock.fixed(one.at, java.time.ZoneOffset.UTC), e -> {}, false)
          .checkClientTrusted(chain.toArray(X509Certificate[]::new), "UNKNOWN");
      return "";
    } catch (PeerRefusedException refused) {
      return refused.reason().name();
    }
  }

  /** Of each authority the one that came last. */
  private static List<byte[]> lists(Case one) throws Exception {
    Map<CaCertificates.Issuer, byte[]> lists = known();
    lists.put(one.by, one.der);
    return new ArrayList<>(lists.values());
  }

  private static boolean jdk(Case one) throws Exception {
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    List<CRL> crls = new ArrayList<>();
    for (byte[] der : lists(one)) {
      crls.add(factory.generateCRL(new ByteArrayInputStream(der)));
    }
    PKIXParameters parameters =
        new PKIXParameters(Set.of(new TrustAnchor(alliance.genesis.root(), null)));
    parameters.setDate(Date.from(one.at));
    parameters.setRevocationEnabled(true);
    parameters.addCertStore(
        CertStore.getInstance("Collection", new CollectionCertStoreParameters(crls)));
    try {
      CertPathValidator.getInstance("PKIX").validate(factory.generateCertPath(chain), parameters);
      return true;
    } catch (GeneralSecurityException refused) {
      return false;
    }
  }

  private static boolean hasOpenssl() throws InterruptedException {
    try {
      return new ProcessBuilder("openssl", "version").start().waitFor() == 0;
    } catch (IOException absent) {
      return false;
    }
  }

  private static boolean openssl(Case one) throws Exception {
    Path folder = Files.createTempDirectory(directory, "crl-");
    StringBuilder pem = new StringBuilder();
    for (byte[] der : lists(one)) {
      pem.append("-----BEGIN X509 CRL-----\n")
          .append(Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der))
          .append("\n-----END X509 CRL-----\n");
    }
    Process process =
        new ProcessBuilder(
                "openssl",
                "verify",
                "-x509_strict",
                "-crl_check_all",
                "-no-CApath",
                "-attime",
                String.valueOf(one.at.getEpochSecond()),
                "-CAfile",
                Files.write(
                        folder.resolve("root.pem"),
                        Certificates.pem(List.of(alliance.genesis.root())))
                    .toString(),
                "-CRLfile",
                Files.writeString(folder.resolve("crl.pem"), pem).toString(),
                "-untrusted",
                Files.write(folder.resolve("rest.pem"), Certificates.pem(chain.subList(1, 3)))
                    .toString(),
                Files.write(folder.resolve("leaf.pem"), Certificates.pem(chain.subList(0, 1)))
                    .toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("said").toFile())
            .start();
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    String said = Files.readString(folder.resolve("said"), StandardCharsets.UTF_8);
    boolean accepted = process.exitValue() == 0;
    assertThat(said).as("openssl's own words").contains(accepted ? ": OK" : "rror");
    return accepted;
  }

  private static Path page() {
    Path at = Path.of("").toAbsolutePath();
    while (!Files.exists(at.resolve("docs/certificates.md"))) {
      at = at.getParent();
    }
    return at.resolve("docs/certificates.md");
  }

  private static X509Certificate berlin() {
    return alliance.chain(TestAlliance.BERLIN).memberCa();
  }

  private static X509Certificate another() {
    return alliance.tls(TestAlliance.LYON, Role.OPERATOR).currentChain().get(0);
  }

  /** Somebody's own key, under the name of Lyon's authority. */
  private static Case stranger() throws Exception {
    KeyPair keys = EcKeys.generate();
    RosterEntry entry = alliance.genesis.roster().find(TestAlliance.LYON).orElseThrow();
    X509Certificate certificate =
        CaCertificates.member(
            new CaCertificates.Issuer(eu.certificate(), keys.getPrivate()),
            new AllianceName("Hearts"),
            entry,
            keys.getPublic(),
            1,
            now);
    CaCertificates.Issuer own = new CaCertificates.Issuer(certificate, keys.getPrivate());
    return new Case(list(own).revoke(chain.get(0)).sign(), own, now);
  }

  private static Case flipped() throws Exception {
    byte[] der = list(lyon).sign();
    der[der.length - 1] ^= 1;
    return new Case(der, lyon, now);
  }
}
