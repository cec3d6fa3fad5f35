package org.concordat.certs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Good and bad chains, judged by us, by the JDK's path validator and by {@code openssl verify}.
 * What we accept both of them accept; what each says of each chain is the table in {@code
 * docs/certificates.md}, which this test compares, or writes anew with {@code -Dchains.write=true}.
 */
class PathVerdictsTest {
  private static final String BEGIN = "<!-- chains: generated -->\n";
  private static final String END = "<!-- end -->";
  private static final String LYON = "lyon.eu.hearts.example";

  @TempDir static Path directory;
  private static TestAlliance alliance;
  private static TestAlliance other;

  @BeforeAll
  static void makeAlliances() {
    alliance = new TestAlliance(directory.resolve("one"), Clock.systemUTC());
    other = new TestAlliance(directory.resolve("other"), Clock.systemUTC());
  }

  private static TestLeaf leaf() {
    return TestLeaf.of(alliance, TestAlliance.LYON);
  }

  /** By what is said of each in the table. */
  private static Map<String, Callable<X509Certificate[]>> chains() {
    Instant now = alliance.clock.instant();
    Map<String, Callable<X509Certificate[]>> chains = new LinkedHashMap<>();
    chains.put(
        "as a site issues it",
        () ->
            alliance
                .tls(TestAlliance.LYON, Role.AGENT)
                .currentChain()
                .toArray(X509Certificate[]::new));
    chains.put("another root, the same names", () -> TestLeaf.of(other, TestAlliance.LYON).chain());
    chains.put(
        "leaf that has ended",
        () -> leaf().valid(now.minus(Duration.ofDays(2)), now.minusSeconds(60)).chain());
    chains.put(
        "leaf that is not valid yet",
        () -> leaf().valid(now.plusSeconds(600), now.plusSeconds(1200)).chain());
    chains.put("member CA that has ended", () -> memberCa(now.minus(Duration.ofDays(800))));
    chains.put("member CA that is not valid yet", () -> memberCa(now.plus(Duration.ofDays(2))));
    chains.put("name of another member", () -> leaf().dns("berlin.eu.hearts.example").chain());
    chains.put(
        "URI of another member",
        () -> leaf().uri("spiffe://berlin.eu.hearts.example/agent").chain());
    chains.put(
        "an IP address as a name", () -> leaf().name(GeneralName.iPAddress, "127.0.0.1").chain());
    chains.put("member CA for a name elsewhere", PathVerdictsTest::moved);
    chains.put("unknown critical extension", () -> leaf().unknown(true).chain());
    chains.put("unknown extension, not critical", () -> leaf().unknown(false).chain());
    chains.put(
        "leaf that ends before it begins",
        () -> leaf().valid(now.plusSeconds(600), now.minusSeconds(600)).chain());
    chains.put("signed with SHA-1", () -> leaf().algorithm("SHA1withECDSA").chain());
    chains.put("signature with one bit flipped", PathVerdictsTest::flipped);
    chains.put("signed by itself", PathVerdictsTest::selfSigned);
    chains.put("jurisdiction CA missing", () -> Arrays.copyOf(leaf().chain(), 2));
    chains.put("in another order", () -> ordered(0, 2, 1));
    chains.put("member CA twice", () -> ordered(0, 1, 1, 2));
    chains.put("root included", PathVerdictsTest::withRoot);
    chains.put("a hundred authorities of one name", PathVerdictsTest::hundred);
    chains.put("leaf that is an authority", () -> leaf().authority().chain());
    chains.put(
        "usage for code signing only",
        () -> leaf().purposes(KeyPurposeId.id_kp_codeSigning).chain());
    chains.put("no extended usage", () -> leaf().purposes().chain());
    chains.put("usage for key encipherment", () -> leaf().usage(KeyUsage.keyEncipherment).chain());
    chains.put("no names under a subject", () -> leaf().noNames().subject("O=Lyon").chain());
    chains.put("a second DNS name", () -> leaf().name(GeneralName.dNSName, "www." + LYON).chain());
    chains.put("a URI without a host", () -> leaf().uri("urn:uuid:x").chain());
    chains.put("an unknown role", () -> leaf().uri("spiffe://" + LYON + "/king").chain());
    chains.put(
        "leaf for a month",
        () -> leaf().valid(now.minusSeconds(60), now.plus(Duration.ofDays(30))).chain());
    return chains;
  }

  @Test
  void whatWeAcceptOthersAcceptAndTheTableSaysWhereWeAreStricter() throws Exception {
    assumeTrue(hasOpenssl(), "openssl is not installed");
    StringBuilder table = new StringBuilder("| chain | we | JDK | OpenSSL |\n|---|---|---|---|\n");
    for (Map.Entry<String, Callable<X509Certificate[]>> row : chains().entrySet()) {
      X509Certificate[] chain = row.getValue().call();
      String ours = ours(chain);
      boolean jdk = jdk(chain);
      boolean openssl = openssl(chain);
      if (ours.isEmpty()) {
        assertThat(jdk).as("the JDK on: " + row.getKey()).isTrue();
        assertThat(openssl).as("OpenSSL on: " + row.getKey()).isTrue();
      }
      table
          .append("| ")
          .append(row.getKey())
          .append(" | ")
          .append(ours.isEmpty() ? "yes" : "`" + ours + "`")
          .append(jdk ? " | yes" : " | no")
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
    assertThat(table.toString()).contains("| as a site issues it | yes | yes | yes |");
  }

  private static Path page() {
    Path at = Path.of("").toAbsolutePath();
    while (!Files.exists(at.resolve("docs/certificates.md"))) {
      at = at.getParent();
    }
    return at.resolve("docs/certificates.md");
  }

  /** The reason of our refusal; empty where we accept it. */
  private static String ours(X509Certificate[] chain) {
    try {
      new AllianceTrustManager(alliance.roots(), alliance.genesis::roster, alliance.clock)
          .checkClientTrusted(chain, "UNKNOWN");
      return "";
    } catch (PeerRefusedException refused) {
      return refused.reason().name();
    } catch (CertificateException unnamed) {
      throw new AssertionError("a refusal without a reason", unnamed);
    }
  }

  private static boolean jdk(X509Certificate[] chain) {
    try {
      Certificates.requirePath(List.of(chain), alliance.roots(), alliance.clock.instant());
      return true;
    } catch (CertificateException refused) {
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

  private static boolean openssl(X509Certificate[] chain) throws Exception {
    Path folder = Files.createTempDirectory(directory, "chain-");
    Path root = Files.write(folder.resolve("root.pem"), pem(alliance.genesis.root()));
    Path leaf = Files.write(folder.resolve("leaf.pem"), pem(chain[0]));
    List<String> command =
        new ArrayList<>(
            List.of("openssl", "verify", "-x509_strict", "-no-CApath", "-CAfile", root.toString()));
    if (chain.length > 1) {
      Path rest =
          Files.write(folder.resolve("rest.pem"), pem(Arrays.copyOfRange(chain, 1, chain.length)));
      command.addAll(List.of("-untrusted", rest.toString()));
    }
    command.add(leaf.toString());
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("said").toFile())
            .start();
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    String said = Files.readString(folder.resolve("said"), StandardCharsets.UTF_8);
    boolean accepted = process.exitValue() == 0;
    assertThat(said).as("openssl's own words").contains(accepted ? ": OK" : "rror");
    return accepted;
  }

  private static byte[] pem(X509Certificate... certificates) {
    return Certificates.pem(List.of(certificates));
  }

  private static X509Certificate[] ordered(int... order) throws Exception {
    X509Certificate[] chain = leaf().chain();
    return Arrays.stream(order).mapToObj(i -> chain[i]).toArray(X509Certificate[]::new);
  }

  private static X509Certificate[] withRoot() throws Exception {
    return Stream.concat(Stream.of(leaf().chain()), Stream.of(alliance.genesis.root()))
        .toArray(X509Certificate[]::new);
  }

  /** The last bit of a signature is in the number s of ECDSA: still well-formed, and wrong. */
  private static X509Certificate[] flipped() throws Exception {
    X509Certificate[] chain = leaf().chain();
    byte[] der = chain[0].getEncoded();
    der[der.length - 1] ^= 1;
    chain[0] = Certificates.parse(der);
    return chain;
  }

  private static X509Certificate[] selfSigned() {
    KeyPair keys = EcKeys.generate();
    X509Certificate root =
        CaCertificates.root(new AllianceName("Hearts"), keys, 1, alliance.clock.instant());
    return new X509Certificate[] {root, root, root};
  }

  /** Lyon's own leaf under a member CA certificate of a year, from then on. */
  private static X509Certificate[] memberCa(Instant from) throws Exception {
    X509Certificate[] chain = leaf().chain();
    CaCertificates.Issuer eu = CaFiles.load(directory.resolve("one/ca"), "ca-eu");
    chain[1] =
        CaCertificates.member(
            eu,
            new AllianceName("Hearts"),
            alliance.genesis.roster().find(TestAlliance.LYON).orElseThrow(),
            alliance.keys.get(TestAlliance.LYON).memberCaPublicKey(),
            1,
            from);
    return chain;
  }

  /** The US authority signs a member CA for a name in the EU. */
  private static X509Certificate[] moved() throws Exception {
    X509Certificate[] chain = leaf().chain();
    CaCertificates.Issuer us = CaFiles.load(directory.resolve("one/ca"), "ca-us");
    chain[1] =
        CaCertificates.member(
            us,
            new AllianceName("Hearts"),
            alliance.genesis.roster().find(TestAlliance.LYON).orElseThrow(),
            alliance.keys.get(TestAlliance.LYON).memberCaPublicKey(),
            1,
            alliance.clock.instant());
    chain[2] = us.certificate();
    return chain;
  }

  /** Self-issued authorities do not count for a path's length (RFC 5280 section 4.2.1.9). */
  private static X509Certificate[] hundred() throws Exception {
    RosterEntry lyon = alliance.genesis.roster().find(TestAlliance.LYON).orElseThrow();
    List<X509Certificate> chain = new ArrayList<>();
    CaCertificates.Issuer issuer = CaFiles.load(directory.resolve("one/ca"), "ca-eu");
    chain.add(issuer.certificate());
    for (int i = 0; i < 99; i++) {
      KeyPair keys = EcKeys.generate();
      X509Certificate next =
          CaCertificates.member(
              issuer,
              new AllianceName("Hearts"),
              lyon,
              keys.getPublic(),
              1,
              alliance.clock.instant());
      issuer = new CaCertificates.Issuer(next, keys.getPrivate());
      chain.add(0, next);
    }
    return chain.toArray(X509Certificate[]::new);
  }
}
