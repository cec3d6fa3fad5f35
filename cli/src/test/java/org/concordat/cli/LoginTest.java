package org.concordat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.concordat.iam.signin.ProofKey;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody signs in, and calls a coordinator that asks who. */
@Tag("processes")
class LoginTest {
  @TempDir static Path temp;

  private static FakeLogin login;
  private static Founding founding;
  private static Child coordinator;
  private static Path denyFile;
  private static int port;

  @BeforeAll
  static void start() throws Exception {
    login = new FakeLogin();
    founding = Founding.in(temp, "demo.yaml");
    denyFile = Files.createFile(temp.resolve("denied.txt"));
    Path config = founding.coordinatorFile("127.0.0.1:0");
    Files.writeString(
        config,
        """

        oidc:
          required: true
          deny-file: %s
          providers:
            - issuer: %s
              audience: concordat
              keys: %s/keys
              member-claim: member
              roles-claim: realm_access.roles
        """
            .formatted(denyFile, login.issuer(), login.issuer()),
        StandardOpenOption.APPEND);
    coordinator = Child.start(temp, List.of(), "coordinator", "start", "--config", config);
    port =
        Integer.parseInt(coordinator.awaitFile(founding.home("coordinator").resolve("port"), 60));
  }

  @AfterAll
  static void stop() {
    coordinator.close();
    login.close();
  }

  /** Longer than between two looks of the coordinator at its deny list. */
  private static final long LOOK_MILLIS = 700;

  @BeforeEach
  void honest() throws Exception {
    login.member = "operator";
    login.roles = new String[] {"operator", "auditor"};
    login.expiresIn = 300;
    login.pending = 1;
    login.error = "";
    login.lies = false;
    login.binds = false;
    login.demandsNonce = false;
    login.proofs.clear();
    if (Files.size(denyFile) > 0) { // of the test before
      Files.writeString(denyFile, "");
      Thread.sleep(LOOK_MILLIS);
    }
  }

  @AfterEach
  void signOut() throws IOException {
    Files.deleteIfExists(file());
  }

  private static Path file() {
    return founding.home("operator").resolve("sign-in.json");
  }

  private static Cli as(String name, Object... command) {
    return Cli.run(founding.as(name, port, command));
  }

  private static Cli signIn() {
    return as("operator", "login", "--issuer", login.issuer());
  }

  @Test
  void signInCallRenewSignOut() throws IOException {
    Cli before = as("operator", "system", "status");
    assertThat(before.code()).as(before.err()).isEqualTo(4);
    assertThat(before.err()).contains("has not signed in").contains("Next: concordat login");
    assertThat(as("zurich", "system", "status", "--role", "agent").code())
        .as("agents use certificates only")
        .isZero();

    Cli in = signIn();
    assertThat(in.code()).as(in.err()).isZero();
    assertThat(in.err()).contains("Open " + login.issuer() + "/go").contains("ABCD-EFGH");
    assertThat(in.out() + in.err()).doesNotContain("a-secret").doesNotContain("refresh-secret");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
        .isEqualTo("rw-------");
    JsonNode who = Cli.json(founding.as("operator", port, "whoami"));
    assertThat(who.path("signedIn").asBoolean()).isTrue();
    assertThat(who.path("renewable").asBoolean()).isTrue();
    assertThat(who.toString()).doesNotContain("secret");

    assertThat(as("operator", "system", "status").code()).isZero();
    Cli log = as("operator", "audit", "query", "--outcome", "allow", "--output", "json");
    assertThat(log.code()).as(log.err()).isZero();
    assertThat(log.out()).contains("\"person\":\"").doesNotContain("5f0c2f4e-anna");

    login.expiresIn = 1;
    assertThat(signIn().code()).isZero();
    login.expiresIn = 300;
    login.asked.clear();
    assertThat(as("operator", "system", "status").code()).isZero();
    assertThat(login.asked).contains("/token refresh_token");
    login.asked.clear();
    assertThat(as("operator", "system", "status").code()).isZero();
    assertThat(login.asked).as("renewed once").doesNotContain("/token refresh_token");

    JsonNode out = Cli.json(founding.as("operator", port, "logout"));
    assertThat(out.path("revoked").asBoolean()).isTrue();
    assertThat(login.asked).contains("/revoke ");
    assertThat(file()).doesNotExist();
    assertThat(as("operator", "system", "status").code()).isEqualTo(4);
    assertThat(Cli.json(founding.as("operator", port, "logout")).path("wasSignedIn").asBoolean())
        .isFalse();
  }

  private static Set<String> people() {
    Cli log =
        as("zurich", "audit", "query", "--member", "zurich", "--role", "agent", "--output", "json");
    assertThat(log.code()).as(log.err()).isZero();
    return log.out()
        .lines()
        .filter(line -> line.contains("\"person\":\""))
        .map(line -> line.replaceAll(".*\"person\":\"([0-9a-f]+)\".*", "$1"))
        .collect(Collectors.toSet());
  }

  @Test
  void aForgottenPersonsNameStaysInTheLogAndIsNobodys() throws IOException {
    login.member = "zurich";
    login.roles = new String[] {"member-admin"};
    Path signIn = founding.home("zurich").resolve("sign-in.json");
    assertThat(as("zurich", "login", "--issuer", login.issuer()).code()).isZero();
    assertThat(as("zurich", "system", "status").code()).isZero();
    Set<String> before = people();
    assertThat(before).hasSize(1);
    String name = before.iterator().next();
    Cli unknown = as("zurich", "audit", "forget", "0123456789");
    assertThat(unknown.code()).as(unknown.err()).isEqualTo(5);
    assertThat(unknown.err()).contains("nobody of zurich is named '0123456789'");
    JsonNode done = Cli.json(founding.as("zurich", port, "audit", "forget", name));
    assertThat(done.path("forgotten").asBoolean()).isTrue();
    assertThat(people()).as("the log is as it was, and she has another name now").contains(name);
    assertThat(as("zurich", "audit", "forget", name).code()).as("and again").isZero();
    assertThat(as("zurich", "job", "list").code()).isZero();
    Set<String> after = people();
    after.remove(name);
    assertThat(after).hasSize(1);
    Cli logged = as("zurich", "audit", "query", "--subject", name, "--role", "agent");
    assertThat(logged.out()).contains("enrolment").contains("step: forgotten");
    Cli verified =
        Cli.run(
            "audit",
            "verify",
            "--genesis",
            founding.genesis(),
            founding.home("coordinator").resolve("audit-log"));
    assertThat(verified.code()).as(verified.err()).isZero();
    login.roles = new String[] {"operator"};
    Files.delete(signIn);
    login.member = "operator";
    assertThat(signIn().code()).isZero();
    Cli refused = as("operator", "audit", "forget", after.iterator().next());
    assertThat(refused.code()).isEqualTo(4);
  }

  @Test
  void aPersonMayWhatTheTokenSaysAndNoMore() {
    login.roles = new String[] {"auditor"};
    assertThat(signIn().code()).isZero();
    assertThat(as("operator", "audit", "query").code()).isZero();
    Cli abort = as("operator", "job", "abort", "none");
    assertThat(abort.code()).isEqualTo(4);
    assertThat(abort.err())
        .contains("Rule abort-job needs the role operator")
        .contains("whoever keeps the identity provider of operator");
    login.roles = new String[] {"agent"};
    assertThat(signIn().code()).isZero();
    assertThat(as("operator", "system", "status").err()).contains("gives no role that people");
    login.member = "zurich";
    assertThat(signIn().code()).isZero();
    assertThat(as("operator", "system", "status").err()).contains("the token is for zurich");
  }

  @Test
  void whoIsPutOnTheListIsOutWithinSeconds() throws Exception {
    assertThat(signIn().code()).isZero();
    assertThat(as("operator", "system", "status").code()).isZero();
    Files.writeString(denyFile, "sub=5f0c2f4e-anna\n");
    Thread.sleep(1000);
    Cli out = as("operator", "system", "status");
    assertThat(out.code()).isEqualTo(4);
    assertThat(out.err()).contains("was ended by the coordinator's operator");
  }

  @Test
  void aServiceSignsInWithItsKeyAndRenewsByItself() throws IOException {
    Path key = temp.resolve("service-" + System.nanoTime() + ".json");
    Cli made = Cli.run("login", "--make-service-key", key);
    assertThat(made.code()).as(made.err()).isZero();
    assertThat(made.out()).contains("\"kty\":\"EC\"").doesNotContain("\"d\":");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
        .isEqualTo("rw-------");
    Cli again = Cli.run("login", "--make-service-key", key);
    assertThat(again.code()).isEqualTo(2);
    assertThat(again.err()).contains("never overwritten");

    Cli nameless = as("operator", "login", "--issuer", login.issuer(), "--service-key", key);
    assertThat(nameless.code()).isEqualTo(2);
    assertThat(nameless.err()).contains("--client-id");

    login.binds = true;
    Cli stranger = signIn(key);
    assertThat(stranger.code()).isEqualTo(3);
    assertThat(stranger.err()).contains("invalid_client");
    login.serviceKeys = made.out();
    login.expiresIn = 1;
    Cli in = signIn(key);
    assertThat(in.code()).as(in.err()).isZero();
    assertThat(in.out()).contains("as the service nightly");
    JsonNode who = Cli.json(founding.as("operator", port, "whoami"));
    assertThat(who.path("service").asBoolean()).isTrue();
    assertThat(who.path("bound").asBoolean()).isTrue();
    assertThat(who.path("renewable").asBoolean()).isTrue();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
        .isEqualTo("rw-------");
    login.expiresIn = 300;
    login.asked.clear();
    Cli status = as("operator", "system", "status");
    assertThat(status.code()).as(status.err()).isZero();
    assertThat(login.asked).contains("/token client_credentials");
    assertThat(as("operator", "audit", "query").code()).as("every command works").isZero();

    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
    Cli open = signIn(key);
    assertThat(open.code()).isEqualTo(3);
    assertThat(open.err()).contains("can be read by others").contains("chmod 0600");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    assertThat(as("operator", "logout").code()).isZero();
    Files.writeString(key, "{\"kty\":\"EC\",\"d\":\"a-secret\"");
    Cli damaged = signIn(key);
    assertThat(damaged.code()).isEqualTo(3);
    assertThat(damaged.err()).contains("no private key on P-256").doesNotContain("a-secret");
    Files.delete(key);
    assertThat(signIn(key).err()).contains("is missing").contains("--make-service-key");
  }

  private static Cli signIn(Path serviceKey) {
    return as(
        "operator",
        "login",
        "--issuer",
        login.issuer(),
        "--client-id",
        "nightly",
        "--service-key",
        serviceKey);
  }

  @Test
  void aBoundTokenThatWasStolenIsWorthNothing() throws Exception {
    login.binds = true;
    login.demandsNonce = true;
    assertThat(signIn().code()).isZero();
    assertThat(as("operator", "system", "status").code()).isZero();
    String stored = Files.readString(file());
    assertThat(stored).contains("proofKey");
    JsonNode json = new ObjectMapper().readTree(stored);
    Files.writeString(
        file(), ((ObjectNode) json.deepCopy()).remove(List.of("proofKey")).toString());
    Cli bearer = as("operator", "system", "status");
    assertThat(bearer.code()).isEqualTo(4);
    assertThat(bearer.err()).contains("bound to a key");
    ObjectNode thief = json.deepCopy();
    Files.writeString(file(), thief.put("proofKey", ProofKey.fresh().secretJson()).toString());
    Cli stolen = as("operator", "system", "status");
    assertThat(stolen.code()).isEqualTo(4);
    assertThat(stolen.err()).contains("another key than the one that the token is bound to");
    Files.writeString(file(), thief.put("proofKey", "a-secret").toString());
    assertThat(as("operator", "whoami").err()).contains("is damaged").doesNotContain("a-secret");
  }

  @Test
  void aSessionThatIsOverAsksForAnother() throws IOException {
    login.expiresIn = 1;
    assertThat(signIn().code()).isZero();
    login.error = "invalid_grant";
    Cli over = as("operator", "system", "status");
    assertThat(over.code()).isEqualTo(4);
    assertThat(over.err()).contains("invalid_grant").contains("concordat login");
  }

  @Test
  void aSignInThatDoesNotHappenIsTold() {
    login.error = "access_denied";
    assertThat(signIn().code()).isEqualTo(4);
    login.error = "unauthorized_client";
    assertThat(signIn().code()).isEqualTo(3);
    login.lies = true;
    Cli lie = signIn();
    assertThat(lie.code()).isEqualTo(3);
    assertThat(lie.err()).contains("https://other.example").contains("Next:");
    assertThat(as("operator", "login", "--issuer", "http://127.0.0.1:1").code()).isEqualTo(7);
    assertThat(as("operator", "login", "--issuer", "http://login.example").code()).isEqualTo(2);
    assertThat(as("operator", "login").code()).isEqualTo(2);
    assertThat(file()).doesNotExist();
  }

  @Test
  void aFileThatOthersReadOrThatIsDamagedIsRefused() throws IOException {
    assertThat(signIn().code()).isZero();
    Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r--r--"));
    Cli open = as("operator", "system", "status");
    assertThat(open.code()).isEqualTo(3);
    assertThat(open.err()).contains("can be read by others").contains("concordat logout");
    assertThat(as("operator", "logout").code()).isZero();
    assertThat(file()).doesNotExist();
    assertThat(signIn().code()).isZero();
    Files.writeString(file(), "{\"accessToken\": \"a-secret\"");
    Cli damaged = as("operator", "whoami");
    assertThat(damaged.code()).isEqualTo(3);
    assertThat(damaged.err()).contains("is damaged").doesNotContain("a-secret");
  }
}
