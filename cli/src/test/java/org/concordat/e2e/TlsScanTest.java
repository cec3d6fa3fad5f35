package org.concordat.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.X509ExtendedKeyManager;
import org.concordat.certs.MemberId;
import org.concordat.certs.Role;
import org.concordat.iam.Site;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The public port as an outsider's tools see it: {@code sslscan} and {@code openssl}, which know
 * nothing of this program. What they find stands in {@code docs/limits.md}.
 */
@Tag("slow")
class TlsScanTest {
  private static final long KEPT_MILLIS = 1_500;

  @TempDir static Path root;
  private static TestAlliance alliance;

  @BeforeAll
  static void start() throws IOException {
    alliance = new TestAlliance(root, WholeRoundTest.policy());
    alliance.startCoordinator();
  }

  @AfterAll
  static void stop() {
    alliance.close();
  }

  private static String run(String... line) throws Exception {
    Process process;
    try {
      process = new ProcessBuilder(line).redirectErrorStream(true).start();
    } catch (IOException absent) {
      String said =
          "NOT TESTED: "
              + line[0]
              + " is not installed ("
              + absent.getMessage()
              + "); as root .ci/run installs it";
      System.err.println(said);
      Assumptions.abort(said);
      return "";
    }
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return said;
  }

  private static String address() {
    return "127.0.0.1:" + alliance.port();
  }

  private static List<String> openssl(String... options) throws Exception {
    List<String> line = new ArrayList<>(List.of("openssl", "s_client", "-connect", address()));
    line.addAll(List.of(options));
    return run(line.toArray(String[]::new)).lines().map(String::strip).toList();
  }

  @Test
  void sslscanFindsOneVersionThreeSuitesAndNothingOld() throws Exception {
    String found = run("sslscan", "--no-colour", "--xml=-", "--no-failed", address());
    for (String old : new String[] {"ssl\" version=\"2", "ssl\" version=\"3"}) {
      assertThat(found).contains("type=\"" + old + "\" enabled=\"0\"");
    }
    for (String old : new String[] {"1.0", "1.1", "1.2"}) {
      assertThat(found).contains("type=\"tls\" version=\"" + old + "\" enabled=\"0\"");
    }
    assertThat(found)
        .contains("type=\"tls\" version=\"1.3\" enabled=\"1\"")
        .contains("<renegotiation supported=\"0\"")
        .doesNotContain("<compression supported=\"1\"")
        .doesNotContain("vulnerable=\"1\"");
    assertThat(attributes(found, "<cipher ", "cipher"))
        .containsExactlyInAnyOrder(
            "TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256");
    assertThat(attributes(found, "<cipher ", "sslversion")).containsOnly("TLSv1.3");
    assertThat(attributes(found, "<group ", "name"))
        .containsExactlyInAnyOrder(
            "secp256r1 (NIST P-256)", "secp384r1 (NIST P-384)", "secp521r1 (NIST P-521)", "x25519");
  }

  private static List<String> attributes(String xml, String element, String name) {
    return xml.lines()
        .filter(line -> line.strip().startsWith(element))
        .map(line -> line.replaceFirst(".* " + name + "=\"([^\"]*)\".*", "$1"))
        .toList();
  }

  @Test
  void opensslIsRefusedWithAnOldVersionAndWithoutACertificate() throws Exception {
    assertThat(openssl("-tls1_2")).anyMatch(line -> line.contains("alert protocol version"));
    assertThat(session(alliance.port(), "-tls1_3", "-alpn", "h2"))
        .contains("Compression: NONE")
        .anyMatch(line -> line.contains("alert"));
  }

  /** With a member's certificate the handshake ends well; then a ticket would come. */
  @Test
  void opensslIsGivenNoTicketToResumeWith() throws Exception {
    Path leaf = root.resolve("leaf.pem");
    Path key = root.resolve("leaf.key");
    Path above = root.resolve("above.pem");
    write(leaf, key, above);
    String[] own = {"-cert", leaf.toString(), "-key", key.toString()};
    List<String> ours =
        session(
            alliance.port(),
            Stream.concat(Stream.of(own), Stream.of("-cert_chain", above.toString(), "-alpn", "h2"))
                .toArray(String[]::new));
    assertThat(ours)
        .contains("ALPN protocol: h2")
        .noneMatch(line -> line.contains("alert"))
        .noneMatch(line -> line.contains("New Session Ticket"));

    // the same client is given one by a server that resumes
    Process other =
        new ProcessBuilder(
                "openssl",
                "s_server",
                "-tls1_3",
                "-accept",
                "127.0.0.1:0",
                own[0],
                own[1],
                own[2],
                own[3])
            .redirectErrorStream(true)
            .start();
    try {
      BufferedReader said = other.inputReader(StandardCharsets.ISO_8859_1);
      String accepts = said.readLine();
      while (accepts != null && !accepts.startsWith("ACCEPT")) {
        accepts = said.readLine();
      }
      assertThat(accepts).isNotNull();
      int port = Integer.parseInt(accepts.replaceFirst(".*:", "").strip());
      assertThat(session(port)).anyMatch(line -> line.contains("New Session Ticket arrived"));
    } finally {
      other.destroyForcibly();
    }
  }

  /** What {@code s_client} says in a connection that it keeps for a while. */
  private static List<String> session(int port, String... options) throws Exception {
    List<String> line =
        new ArrayList<>(List.of("openssl", "s_client", "-connect", "127.0.0.1:" + port));
    line.addAll(List.of(options));
    Process client = new ProcessBuilder(line).redirectErrorStream(true).start();
    Thread.sleep(KEPT_MILLIS);
    client.getOutputStream().close();
    String said = new String(client.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    assertThat(client.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return said.lines().map(String::strip).toList();
  }

  /** What a program of a member has in memory only: here a tool has to read it. */
  private static void write(Path leaf, Path key, Path above) throws IOException {
    Site site =
        Site.open(
            alliance.home("operator"), root.resolve("genesis.json"), new MemberId("operator"));
    X509ExtendedKeyManager keys = site.tls(Role.OPERATOR, alliance.clock).keyManager();
    String alias = keys.chooseClientAlias(new String[] {"EC"}, null, null);
    X509Certificate[] chain = keys.getCertificateChain(alias);
    pem(leaf, "CERTIFICATE", encoded(chain[0]));
    pem(key, "PRIVATE KEY", keys.getPrivateKey(alias).getEncoded());
    pem(above, "CERTIFICATE", encoded(chain[1]), encoded(chain[2]));
  }

  private static byte[] encoded(X509Certificate certificate) {
    try {
      return certificate.getEncoded();
    } catch (CertificateEncodingException impossible) {
      throw new AssertionError(impossible);
    }
  }

  private static void pem(Path file, String what, byte[]... blocks) throws IOException {
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    StringBuilder text = new StringBuilder();
    for (byte[] block : blocks) {
      text.append("-----BEGIN %s-----\n".formatted(what))
          .append(Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(block))
          .append("\n-----END %s-----\n".formatted(what));
    }
    Files.writeString(file, text);
  }
}
