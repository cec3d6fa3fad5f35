package org.concordat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.concordat.testkit.Await;
import org.concordat.testkit.Keycloak;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * The commands of examples/keycloak/README.md, read from there and run by a shell, on the real
 * Keycloak, a coordinator as a process, and an alliance laid out as the demo's. The order is the
 * page's.
 */
@Tag("slow")
@Tag("processes")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class KeycloakReadmeTest {
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w*)\n(.*?)^```$");
  private static final Pattern PAGE = Pattern.compile("Open (\\S+) in a browser");

  @TempDir static Path temp;
  private static Keycloak keycloak;
  private static Founding founding;
  private static String readme;
  private static Process coordinator;

  @BeforeAll
  static void start() throws Exception {
    keycloak = Keycloak.shared();
    readme =
        Files.readString(Cli.root().resolve("examples/keycloak/README.md"))
            .replace("127.0.0.1:18080", "127.0.0.1:" + keycloak.port());
    Path hospitals = Files.createDirectory(temp.resolve("hospitals"));
    founding = Founding.in(hospitals, "demo.yaml");
    Path home = founding.home("coordinator");
    Files.writeString(
        home.resolve("coordinator.yaml"),
        "name: coordinator\nhome: .\ngenesis: ../genesis.json\nlisten: 127.0.0.1:0\n");
    Path bin = Files.createDirectory(temp.resolve("bin"));
    Path command =
        Files.writeString(
            bin.resolve("concordat"),
            "#!/bin/sh\nexec '%s' -XX:TieredStopAtLevel=1 -cp '%s' org.concordat.cli.Main \"$@\"\n"
                .formatted(
                    Path.of(System.getProperty("java.home"), "bin", "java"),
                    System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path"))));
    Files.setPosixFilePermissions(command, PosixFilePermissions.fromString("rwx------"));
    Files.createSymbolicLink(temp.resolve("keycloak-26.7.3"), Keycloak.home());
  }

  @AfterAll
  static void stop() throws InterruptedException {
    if (coordinator != null) {
      coordinator.descendants().forEach(ProcessHandle::destroy);
      coordinator.destroy();
      coordinator.waitFor(10, TimeUnit.SECONDS);
    }
  }

  /** What a shell is told below a heading of the page, all blocks of commands of it. */
  private static List<String> commands(String heading) {
    String section = readme.split("\n## " + Pattern.quote(heading) + "\n", 2)[1].split("\n## ")[0];
    List<String> found =
        BLOCK
            .matcher(section)
            .results()
            .filter(block -> block.group(1).isEmpty())
            .map(block -> block.group(2))
            .toList();
    assertThat(found).as("commands of '%s'", heading).isNotEmpty();
    return found;
  }

  private static String yaml(String heading) {
    return BLOCK
        .matcher(readme.split("\n## " + Pattern.quote(heading) + "\n", 2)[1])
        .results()
        .filter(block -> block.group(1).equals("yaml"))
        .findFirst()
        .orElseThrow()
        .group(2);
  }

  private static Process shell(String script, Path out) throws IOException {
    // every line on its own must do; PATH as the page sets it in the first shell
    ProcessBuilder bash =
        new ProcessBuilder(
            "bash", "-e", "-c", "PATH=$PATH:$PWD/bin:$PWD/keycloak-26.7.3/bin\n" + script);
    bash.directory(temp.toFile());
    bash.environment().put("KC_OPTS", "-Duser.home=" + temp);
    bash.environment().put("JAVA_HOME", System.getProperty("java.home"));
    return bash.redirectErrorStream(true).redirectOutput(out.toFile()).start();
  }

  private static String run(String script) throws IOException, InterruptedException {
    Path out = Files.createTempFile(temp, "out", ".txt");
    Process bash = shell(script, out);
    assertThat(bash.waitFor(5, TimeUnit.MINUTES)).as("still running: %s", script).isTrue();
    assertThat(bash.exitValue()).as("%s%n%s", script, Files.readString(out)).isZero();
    return Files.readString(out);
  }

  private static String operator(String command) throws IOException, InterruptedException {
    return run("concordat " + command + " --config hospitals/operator/client.yaml");
  }

  @Test
  @Order(1)
  void aPersonIsMadeAndKeysAreMadeAndRegistered() throws Exception {
    run(commands("A person").get(0));
    run(commands("Keys of the service and of the coordinator").get(0));
    assertThat(Files.readString(temp.resolve("service.jwks"))).doesNotContain("\"d\":");
  }

  @Test
  @Order(2)
  void theCoordinatorStartsAndTheRealmFollows() throws Exception {
    Path file = founding.home("coordinator").resolve("coordinator.yaml");
    Files.writeString(file, yaml("The coordinator"), StandardOpenOption.APPEND);
    Path log = temp.resolve("coordinator.txt");
    coordinator = shell(commands("The coordinator").get(0), log);
    Path port = founding.home("coordinator").resolve("port");
    Await.until(
        () -> {
          assertThat(coordinator.isAlive()).as(Files.readString(log)).isTrue();
          return Files.exists(port) && Files.size(port) > 0;
        });
    for (String member : List.of("operator", "zurich")) {
      Files.writeString(
          founding.home(member).resolve("client.yaml"),
          "name: %s\nhome: .\ngenesis: ../genesis.json\ncoordinator: {address: '127.0.0.1:%s'}\n"
              .formatted(member, Files.readString(port).strip()));
    }
    Await.until(() -> keycloak.admin("GET", "/groups", Map.of()).contains("\"budapest\""));
  }

  @Test
  @Order(3)
  void aPersonSignsInOnAPage() throws Exception {
    Path out = temp.resolve("person.txt");
    Process person = shell(commands("Sign in").get(0), out);
    Await.until(
        () -> {
          assertThat(person.isAlive()).as(Files.readString(out)).isTrue();
          return PAGE.matcher(Files.readString(out)).find();
        });
    Matcher page = PAGE.matcher(Files.readString(out));
    assertThat(page.find()).isTrue();
    new DeviceFlow().agree(URI.create(page.group(1)), "anna", "change-me");
    assertThat(person.waitFor(2, TimeUnit.MINUTES)).isTrue();
    assertThat(Files.readString(out))
        .contains("Signed in for operator")
        .contains("bound to a key of this home")
        .contains("Signed out.");
    assertThat(person.exitValue()).isZero();
  }

  @Test
  @Order(4)
  void aServiceSignsInWithNobodyThere() throws Exception {
    assertThat(run(commands("Sign in").get(1)))
        .contains("as the service concordat-service")
        .contains("Alliance   hospitals");
    JsonNode who = Cli.json("whoami", "--config", founding.home("operator").resolve("client.yaml"));
    assertThat(who.path("bound").asBoolean()).isTrue();
    assertThat(operator("audit query")).contains("person: ");
  }

  /** With the whole file, key and all: the connection is another member's. */
  @Test
  @Order(5)
  void aSignInStolenByAnotherMemberIsWorthNothing() throws Exception {
    Path stolen = founding.home("zurich").resolve("sign-in.json");
    Files.copy(
        founding.home("operator").resolve("sign-in.json"),
        stolen,
        StandardCopyOption.COPY_ATTRIBUTES);
    Cli refused =
        Cli.run("system", "status", "--config", founding.home("zurich").resolve("client.yaml"));
    assertThat(refused.code()).isEqualTo(4);
    assertThat(refused.err()).contains("the token is for operator, the connection is zurich's");
    Files.delete(stolen);
  }

  @Test
  @Order(6)
  void whoIsDisabledInTheMiddleOfAStreamIsPutOut() throws Exception {
    operator("job submit " + Cli.root().resolve("examples/jobs/breast-cancer.yaml"));
    Path out = temp.resolve("watch.txt");
    Process watch =
        shell("concordat job watch breast-cancer --config hospitals/operator/client.yaml", out);
    Await.until(
        () -> {
          assertThat(watch.isAlive()).as(Files.readString(out)).isTrue();
          return Files.readString(out).contains("job breast-cancer");
        });
    keycloak.enableClient("concordat-service", false);
    long millis = Await.until(() -> !watch.isAlive());
    System.out.println("disabled at Keycloak, the stream ended after " + millis + " ms");
    assertThat(watch.exitValue()).isEqualTo(4);
    assertThat(Files.readString(out)).contains("has disabled this person, service or client");
    Cli refused =
        Cli.run("system", "status", "--config", founding.home("operator").resolve("client.yaml"));
    assertThat(refused.code()).isEqualTo(4);
    keycloak.enableClient("concordat-service", true);
    Await.until(
        () ->
            Cli.run(
                        "system",
                        "status",
                        "--config",
                        founding.home("operator").resolve("client.yaml"))
                    .code()
                == 0);
  }
}
