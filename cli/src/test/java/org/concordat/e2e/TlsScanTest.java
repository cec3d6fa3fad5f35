package org.concordat.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
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
  void opensslFindsNoTicketToResumeWithAndAsksForACertificate() throws Exception {
    List<String> said = openssl("-tls1_3");
    assertThat(said)
        .contains("Compression: NONE", "Early data was not sent", "No ALPN negotiated")
        .noneMatch(line -> line.contains("New Session Ticket arrived"))
        .noneMatch(line -> line.contains("Secure Renegotiation IS supported"));
    assertThat(openssl("-tls1_2")).anyMatch(line -> line.contains("alert protocol version"));
  }
}
