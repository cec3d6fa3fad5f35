package org.concordat.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.concordat.certs.MemberId;
import org.concordat.config.Problems.InvalidConfigurationException;
import org.concordat.config.Problems.Problem;
import org.concordat.coordinator.access.SignIn;
import org.concordat.coordinator.audit.LogListen;
import org.concordat.iam.keycloak.Realm;
import org.concordat.iam.signin.ServiceKey;
import org.concordat.iam.token.ClaimNames;
import org.concordat.iam.token.ProofLimits;
import org.concordat.iam.token.Provider;
import org.concordat.iam.token.TokenLimits;
import org.concordat.protocol.Limit;
import org.concordat.protocol.Limits;
import org.concordat.protocol.WireLimits;
import org.concordat.store.StoreLocation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CoordinatorConfigTest {
  private static final String LEAST = "name: hub\nhome: hub\ngenesis: genesis.json\n";

  @TempDir Path directory;

  @Test
  void everyDefaultIsPinned() throws IOException {
    assertThat(CoordinatorConfig.read(write(LEAST)))
        .isEqualTo(
            new CoordinatorConfig(
                "hub",
                directory.resolve("hub"),
                directory.resolve("genesis.json"),
                "127.0.0.1",
                7400,
                Optional.empty(),
                StoreLocation.sqlite(directory.resolve("hub/state")),
                Limits.DEFAULT,
                Duration.ofSeconds(5),
                Duration.ofSeconds(60),
                Duration.ofSeconds(10),
                250,
                OptionalInt.empty(),
                Duration.ofSeconds(600),
                Duration.ofSeconds(300),
                3,
                2,
                Duration.ofSeconds(10),
                Optional.empty(),
                Duration.ofSeconds(60),
                Optional.empty()));
  }

  @Test
  void theLogIsServedWhereTheFileSaysSo() throws IOException {
    assertThat(CoordinatorConfig.read(write(LEAST + "log-listen: 127.0.0.1:7490\n")).logListen())
        .contains(new LogListen(new InetSocketAddress("127.0.0.1", 7490), false));
    assertThat(
            CoordinatorConfig.read(write(LEAST + "log-listen: '[::1]:0'\nlog-entries: true\n"))
                .logListen())
        .contains(new LogListen(new InetSocketAddress("[::1]", 0), true));
    assertThatThrownBy(() -> CoordinatorConfig.read(write(LEAST + "log-listen: 7490\n")))
        .hasMessageContaining("'log-listen' is '7490'");
    assertThatThrownBy(() -> CoordinatorConfig.read(write(LEAST + "log-entries: true\n")))
        .hasMessageContaining("'log-listen', which is missing");
  }

  @Test
  void everyKeyIsRead() throws IOException {
    CoordinatorConfig config =
        CoordinatorConfig.read(
            write(
                LEAST
                    + """
                    listen: 0.0.0.0:0
                    health-listen: 127.0.0.1:7480
                    clock-warning-seconds: 7
                    store: {postgres: "jdbc:postgresql://db/hub", user: hub, password-file: secret}
                    limits: {part-bytes: 65536, session-message-bytes: 131072, upload-bytes: 70000,
                      calls-per-connection: 4, connections-per-address: 9, handshake-seconds: 7}
                    rounds: {drop-grace-seconds: 1, stall-timeout-seconds: 2, epoch-wait-seconds: 3,
                      cohort-size: 3, draw-colluders: 12, draw-wait-seconds: 4,
                      keep-evidence-rounds: 0, workers: 256}
                    """));
    assertThat(config.host()).isEqualTo("0.0.0.0");
    assertThat(config.port()).isZero();
    assertThat(config.healthListen()).contains(new InetSocketAddress("127.0.0.1", 7480));
    assertThat(config.store())
        .isEqualTo(
            new StoreLocation(
                directory.resolve("hub/state"),
                "jdbc:postgresql://db/hub",
                "hub",
                directory.resolve("secret")));
    assertThat(config.limits().wire())
        .isEqualTo(new WireLimits(65_536, 131_072, 70_000, 4, 7_000, 20_000));
    assertThat(config.limits().get(Limit.CONNECTIONS_PER_ADDRESS)).isEqualTo(9);
    assertThat(List.of(config.dropGrace(), config.stallTimeout(), config.epochWait()))
        .containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(3));
    assertThat(config.workers()).isEqualTo(256);
    assertThat(config.clockTolerance()).isEqualTo(Duration.ofSeconds(7));
    assertThat(config.cohortSize()).isEqualTo(3);
    assertThat(config.drawColluders()).hasValue(12);
    assertThat(config.drawWait()).isEqualTo(Duration.ofSeconds(4));
  }

  @Test
  void everyMistakeIsReportedAtOnceWithFileAndLine() throws IOException {
    Path file =
        write(
            """
            name: hub
            home: hub
            listen: nowhere
            store:
              postgres: jdbc:mysql://db/hub
            rounds:
              drop-grace-seconds: -1
              stall-timeout-seconds: 0
              epoch-wait-seconds: soon
              workers: 257
            limits:
              part-bytes: 1
            wrong: 1
            """);
    List<Problem> problems = problems(file);
    assertThat(problems).extracting(Problem::file).containsOnly(file);
    assertThat(problems)
        .extracting(problem -> problem.line() + " " + problem.message())
        .anySatisfy(text -> assertThat(text).contains("'genesis' is missing"))
        .anySatisfy(text -> assertThat(text).startsWith("3 ").contains("'nowhere'", "host:port"))
        .anySatisfy(text -> assertThat(text).startsWith("5 ").contains("'store.postgres'"))
        .anySatisfy(text -> assertThat(text).startsWith("7 ").contains("'-1'", "1 to 86400"))
        .anySatisfy(text -> assertThat(text).startsWith("8 ").contains("stall-timeout-seconds"))
        .anySatisfy(text -> assertThat(text).startsWith("9 ").contains("'soon'"))
        .anySatisfy(text -> assertThat(text).startsWith("10 ").contains("workers"))
        .anySatisfy(text -> assertThat(text).startsWith("12 ").contains("part-bytes"))
        .anySatisfy(text -> assertThat(text).startsWith("13 ").contains("unknown key 'wrong'"))
        .hasSize(9);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"localhost", "localhost:", ":7400", "localhost:-1", "localhost:65536", "a:b"})
  void aListenAddressThatIsNoneIsRefused(String listen) throws IOException {
    assertThat(problems(write(LEAST + "listen: '" + listen + "'\n")))
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.line()).isEqualTo(4);
              assertThat(problem.message()).contains("'" + listen + "'", "0 to 65535");
            });
  }

  @Test
  void anAddressForHealthThatIsNoneIsRefused() throws IOException {
    for (String listen : new String[] {"7480", "localhost", ":7480", "localhost:70000"}) {
      assertThat(problems(write(LEAST + "health-listen: '" + listen + "'\n")))
          .singleElement()
          .satisfies(
              problem ->
                  assertThat(problem.message())
                      .contains("'health-listen' is '" + listen + "'", "0 to 65535"));
    }
  }

  @Test
  void unknownKeysOfSectionsAreNamedWithTheirSection() throws IOException {
    assertThat(problems(write(LEAST + "rounds: {grace: 1}\nstore: {a: 1}\nlimits: {b: 1}\n")))
        .extracting(Problem::message)
        .satisfiesExactlyInAnyOrder(
            text -> assertThat(text).contains("'rounds.grace'"),
            text -> assertThat(text).contains("'store.a'"),
            text -> assertThat(text).contains("'limits.b'"));
  }

  @Test
  void aMessageMustHoldAPart() throws IOException {
    assertThat(problems(write(LEAST + "limits: {session-message-bytes: 65536}\n")))
        .singleElement()
        .satisfies(problem -> assertThat(problem.message()).contains("part-bytes", "1048576"));
    assertThat(
            CoordinatorConfig.read(write(LEAST + "limits: {part-bytes: 16777216}\n"))
                .limits()
                .get(Limit.SESSION_MESSAGE_BYTES))
        .isEqualTo(16_777_216);
  }

  /** Half-open strangers would have all places. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "connections: 100, handshakes: 51 > handshakes 100 connections 50",
        "handshakes: 2049 > handshakes 4096 connections 2048",
        "connections: 64, connections-per-address: 65 > connections-per-address 64 connections 64",
        "connections-per-address: 4097 > connections-per-address 4096 connections 4096",
        "connections-per-address: 9, handshakes-per-address: 9 > "
            + "handshakes-per-address 9 connections-per-address 8",
        "connections: 16, handshakes-per-address: 16 > "
            + "handshakes-per-address 16 connections-per-address 15"
      })
  void aLimitMustLeaveRoomInTheOneAboveIt(String mistake) throws IOException {
    String[] parts = mistake.split(" > ");
    assertThat(problems(write(LEAST + "limits: {" + parts[0] + "}\n")))
        .singleElement()
        .satisfies(problem -> assertThat(problem.message()).contains(parts[1].split(" ")))
        .satisfies(problem -> assertThat(problem.line()).isEqualTo(4));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "connections: 16 > 16 16 8 8",
        "connections: 100 > 100 100 50 50",
        "connections: 1000000 > 1000000 1024 1024 512",
        "connections-per-address: 2 > 4096 2 1024 1",
        "connections-per-address: 3 > 4096 3 1024 1",
        "connections-per-address: 4096 > 4096 4096 1024 512",
        "handshakes: 2048 > 4096 1024 2048 512",
        "handshakes-per-address: 1023 > 4096 1024 1024 1023"
      })
  void oneLimitAloneLowersThoseThatMustLeaveRoomInIt(String given) throws IOException {
    String[] parts = given.split(" > ");
    Limits limits = CoordinatorConfig.read(write(LEAST + "limits: {" + parts[0] + "}\n")).limits();
    assertThat(
            "%d %d %d %d"
                .formatted(
                    limits.get(Limit.CONNECTIONS),
                    limits.get(Limit.CONNECTIONS_PER_ADDRESS),
                    limits.get(Limit.HANDSHAKES),
                    limits.get(Limit.HANDSHAKES_PER_ADDRESS)))
        .isEqualTo(parts[1]);
  }

  @Test
  void howPeopleSignInIsRead() throws IOException {
    Files.createFile(directory.resolve("denied.txt"));
    ServiceKey.make(directory.resolve("directory.json"));
    SignIn signIn =
        CoordinatorConfig.read(
                write(
                    LEAST
                        + """
                        oidc:
                          required: true
                          deny-file: denied.txt
                          clock-skew-seconds: 5
                          token-life-seconds: 600
                          keys-life-seconds: 7
                          keys-outage-seconds: 8
                          keys-pause-seconds: 9
                          proof-life-seconds: 10
                          proofs: 1100
                          providers:
                            - issuer: https://login.example/realms/hearts
                              audience: concordat
                              keys: https://login.example/realms/hearts/certs
                              algorithms: [ES256]
                              members: [lyon]
                              roles-claim: realm_access.roles
                              jurisdiction-claim: jurisdiction
                              bound: true
                              directory:
                                client-id: directory
                                key-file: directory.json
                                poll-seconds: 11
                                groups: false
                        """))
            .signIn()
            .orElseThrow();
    assertThat(signIn.required()).isTrue();
    assertThat(signIn.denyFile()).isEqualTo(directory.resolve("denied.txt"));
    assertThat(signIn.limits())
        .isEqualTo(
            new TokenLimits(
                Duration.ofSeconds(5),
                Duration.ofSeconds(600),
                Duration.ofSeconds(7),
                Duration.ofSeconds(8),
                Duration.ofSeconds(9)));
    assertThat(signIn.providers())
        .containsExactly(
            new Provider(
                "https://login.example/realms/hearts",
                "concordat",
                URI.create("https://login.example/realms/hearts/certs"),
                Set.of("ES256"),
                Set.of(new MemberId("lyon")),
                new ClaimNames(null, "realm_access.roles", "jurisdiction", null, null),
                true));
    assertThat(signIn.proofs())
        .isEqualTo(new ProofLimits(Duration.ofSeconds(5), Duration.ofSeconds(10), 1100));
    assertThat(signIn.realms())
        .containsExactly(
            new Realm(
                URI.create("https://login.example/realms/hearts"),
                URI.create("https://login.example/admin/realms/hearts"),
                "directory",
                directory.resolve("directory.json"),
                Duration.ofSeconds(11),
                false,
                Set.of(new MemberId("lyon"))));
  }

  @Test
  void mistakesInARealmThatIsWatchedAreNamed() throws IOException {
    Path key = directory.resolve("key.json");
    ServiceKey.make(key);
    String realm = "issuer: 'https://h/realms/r', directory: {client-id: d, key-file: ";
    assertThat(realmProblem(realm + "gone.json}")).contains("gone.json is missing");
    assertThat(realmProblem("issuer: 'https://h/a', directory: {client-id: d, key-file: key.json}"))
        .contains("no realm of Keycloak")
        .contains("'admin'");
    assertThat(realmProblem(realm + "key.json, admin: 'http://h/admin'}")).contains("https");
    assertThat(realmProblem("issuer: 'https://h/realms/r', directory: {key-file: key.json}"))
        .contains("client-id");
    assertThat(realmProblem(realm + "key.json, secret: x}")).contains("secret");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r-----"));
    assertThat(realmProblem(realm + "key.json}")).contains("can be read by others");
  }

  private String realmProblem(String provider) throws IOException {
    List<Problem> found =
        problems(
            write(
                LEAST
                    + "oidc: {providers: [{audience: b, keys: 'https://c/d', member-claim: m, "
                    + provider
                    + "}]}\n"));
    assertThat(found).as(provider).hasSize(1);
    return found.get(0).message();
  }

  @Test
  void mistakesInHowPeopleSignInAreNamed() throws IOException {
    assertThat(problems(write(LEAST + "oidc: {required: maybe}\n")))
        .extracting(Problem::message)
        .anySatisfy(text -> assertThat(text).contains("'oidc.providers' is missing"))
        .anySatisfy(text -> assertThat(text).contains("maybe"))
        .hasSize(2);
    String one = "{issuer: a, audience: b, keys: 'https://c/d', member-claim: m";
    for (String wrong :
        new String[] {
          "{issuer: a, audience: b, keys: 'https://c/d'}",
          "{issuer: a, audience: b, keys: 'http://c/d', member-claim: m}",
          one + ", algorithms: [HS256]}",
          one + ", algorithms: [none]}",
          one + ", members: ['No!']}",
          one + ", secret: x}",
          one + "}, " + one + "}",
          "{audience: b, keys: 'https://c/d', member-claim: m}"
        }) {
      assertThat(problems(write(LEAST + "oidc: {providers: [" + wrong + "]}\n")))
          .as(wrong)
          .hasSize(1);
    }
    assertThat(problems(write(LEAST + "oidc: {deny-file: gone, providers: [" + one + "}]}\n")))
        .singleElement()
        .satisfies(problem -> assertThat(problem.message()).contains("make an empty file there"));
  }

  private Path write(String text) throws IOException {
    return Files.writeString(directory.resolve("coordinator.yaml"), text);
  }

  private static List<Problem> problems(Path file) {
    return catchThrowableOfType(
            InvalidConfigurationException.class, () -> CoordinatorConfig.read(file))
        .problems();
  }
}
