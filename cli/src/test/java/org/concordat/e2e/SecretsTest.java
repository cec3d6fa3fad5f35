package org.concordat.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.ECKey;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.concordat.certs.Role;
import org.concordat.coordinator.access.CallerInterceptor;
import org.concordat.protocol.v1.ListJobsRequest;
import org.concordat.protocol.v1.OperationsGrpc;
import org.concordat.testkit.FakeProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An alliance of processes at work, whose secrets are known: all that they print, their arguments,
 * their environments, and every file that others may read are searched for them.
 */
@Tag("processes")
class SecretsTest {
  private static final String PASSWORD = "canary-pa55word-of-the-store";

  @TempDir Path root;
  private final Canaries canaries = new Canaries();
  private final List<String> leaks = new ArrayList<>();
  private int searched;

  private void search(String where, byte[] bytes) {
    searched++;
    canaries.in(bytes).forEach(secret -> leaks.add(where + " holds " + secret));
  }

  @Test
  void noSecretIsPrintedPassedOnOrReadableByOthers() throws Exception {
    ECKey signing = FakeProvider.ec("canary");
    try (FakeProvider provider = new FakeProvider();
        TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy());
        Processes processes = new Processes(alliance)) {
      provider.publish(signing);
      alliance.coordinatorLines(
          """
          oidc:
            providers:
              - {issuer: "%s", audience: %s, keys: "%s", members: [operator],
                 roles-claim: realm_access.roles}
          """
              .formatted(FakeProvider.ISSUER, FakeProvider.AUDIENCE, provider.keys()));
      List<Process> programs = new ArrayList<>();
      programs.add(processes.start("coordinator", "").process);
      for (String member : TestAlliance.MEMBERS) {
        programs.add(processes.start(member, "").process);
      }
      remember(alliance, signing);
      assertThat(alliance.submit(TestAlliance.job("secret", 3).build()).getAccepted()).isTrue();
      for (Process program : programs) {
        look(program.toHandle());
      }
      assertThat(alliance.awaitEnd("secret", 90).getState()).isEqualTo("COMPLETED");
      for (Process program : programs) {
        look(program.toHandle());
        program.descendants().forEach(this::look);
      }
      processes.end("coordinator");
      failingStore(alliance);
      files();
    }
    assertThat(canaries.size()).isGreaterThan(14);
    assertThat(searched).isGreaterThan(60);
    assertThat(leaks).isEmpty();
  }

  /** Keys of everybody, and tokens that were taken, refused and mangled. */
  private void remember(TestAlliance alliance, ECKey signing) throws Exception {
    try (Stream<Path> all = Files.walk(root)) {
      for (Path file : all.filter(file -> file.toString().endsWith(".key")).toList()) {
        canaries.key(file);
      }
    }
    canaries.text("the store's password", PASSWORD);
    String good =
        FakeProvider.signed(
            signing,
            FakeProvider.claims(Instant.now(), "operator").claim("member", "operator").build());
    String foreign =
        FakeProvider.signed(
            FakeProvider.ec("other"), FakeProvider.claims(Instant.now(), "operator").build());
    List<String> tokens = List.of(good, foreign, good + "x", "canary-of-no-form-at-all-12345");
    for (int i = 0; i < tokens.size(); i++) {
      String token = tokens.get(i);
      canaries.text("token " + i, token.substring(token.lastIndexOf('.') + 1));
      boolean taken = call(alliance, token);
      assertThat(taken).as("token %d", i).isEqualTo(i == 0);
    }
  }

  private static boolean call(TestAlliance alliance, String token) throws IOException {
    ManagedChannel channel = alliance.channel("operator", Role.OPERATOR);
    Metadata headers = new Metadata();
    headers.put(CallerInterceptor.AUTHORIZATION, "Bearer " + token);
    try {
      OperationsGrpc.newBlockingStub(channel)
          .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
          .listJobs(ListJobsRequest.getDefaultInstance());
      return true;
    } catch (StatusRuntimeException refused) {
      return false;
    } finally {
      channel.shutdownNow();
    }
  }

  /** As any process of the same user may, and {@code ps} shows to all. */
  private void look(ProcessHandle program) {
    for (String of : new String[] {"cmdline", "environ"}) {
      Path file = Path.of("/proc/" + program.pid() + "/" + of);
      try {
        search(file.toString(), Files.readAllBytes(file));
      } catch (IOException ended) {
        // a trainer, between two looks
      }
    }
  }

  /** A coordinator that cannot reach its store says so, without the password it tried. */
  private void failingStore(TestAlliance alliance) throws Exception {
    Path password = root.resolve("password.txt");
    Files.createFile(
        password,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(password, PASSWORD + "\n");
    Path config = root.resolve("unreachable.yaml");
    Files.writeString(
        config,
        Files.readString(alliance.coordinatorConfig())
                .replace("127.0.0.1:" + alliance.port(), "127.0.0.1:0")
            + "store: {postgres: \"jdbc:postgresql://127.0.0.1:1/none\", user: hub,"
            + " password-file: password.txt}\n");
    Path log = root.resolve("unreachable.log");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "org.concordat.cli.Main",
                "-v",
                "coordinator",
                "start",
                "--config",
                config.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      look(process.toHandle());
      assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.exitValue()).as(Files.readString(log)).isEqualTo(7);
  }

  /** Logs whoever may read them, and everything that others may read. */
  private void files() throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      for (Path file : all.toList()) {
        if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
            && (file.toString().endsWith(".log") || isOpen(file))) {
          search(root.relativize(file).toString(), Files.readAllBytes(file));
        }
      }
    }
  }

  /** To others or to the group, and so is the way to it. */
  private boolean isOpen(Path file) throws IOException {
    boolean open = anybody(file, PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_READ);
    for (Path above = file.getParent(); open && !above.equals(root); above = above.getParent()) {
      open = anybody(above, PosixFilePermission.GROUP_EXECUTE, PosixFilePermission.OTHERS_EXECUTE);
    }
    return open;
  }

  private static boolean anybody(Path file, PosixFilePermission... any) throws IOException {
    Set<PosixFilePermission> given = Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS);
    return Stream.of(any).anyMatch(given::contains);
  }

  /** The search finds what it looks for, in each of the forms. */
  @Test
  void theSearchFindsWhatIsThere() throws Exception {
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy())) {
      Path identity = alliance.home("boston").resolve("keys/identity.key");
      Path ca = alliance.home("boston").resolve("keys/member-ca.key");
      Path log = alliance.home("coordinator").resolve("keys/audit-log.key");
      for (Path key : new Path[] {identity, ca, log}) {
        canaries.key(key);
        assertThat(canaries.in(Files.readAllBytes(key))).containsExactly(key.toString());
      }
    }
    canaries.text("password", PASSWORD);
    for (String hidden :
        new String[] {
          "user=hub password=" + PASSWORD,
          HexFormat.of().formatHex(PASSWORD.getBytes(StandardCharsets.UTF_8)),
          Base64.getEncoder().encodeToString(("hub:" + PASSWORD).getBytes(StandardCharsets.UTF_8))
        }) {
      assertThat(canaries.in(hidden.getBytes(StandardCharsets.UTF_8))).contains("password");
    }
    assertThat(canaries.in("nothing".getBytes(StandardCharsets.UTF_8))).isEmpty();
  }
}
