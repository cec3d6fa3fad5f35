package org.concordat.testkit;

import com.nimbusds.jose.util.JSONObjectUtils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A real Keycloak as a process, with the realm of the examples, one for all tests of a module. The
 * realm has besides: {@code carla} with {@link #PASSWORD}, an operator of {@code operator}; a
 * client {@link #PLAIN}, whose tokens are bound to nothing; and whoever has a password may sign in
 * without a browser.
 */
public final class Keycloak implements AutoCloseable {
  public static final String REALM = "hospitals";
  public static final String PASSWORD = "a-password-of-the-test";
  public static final String PLAIN = "plain";

  /** The client of people in the examples. */
  public static final String CLI = "concordat-cli";

  private static final Duration READY = Duration.ofMinutes(8);
  private static final String ADMIN = "admin";
  private static @Nullable Keycloak shared;

  private final HttpClient http = HttpClient.newHttpClient();
  private final Path log;
  private final Process process;
  private final int port;
  private final int management;

  /**
   * Starts it and waits until it is ready.
   *
   * @param home where the archive was unpacked; its {@code data} is made anew
   * @param realm to import
   */
  private Keycloak(Path home, String realm, Path log) throws IOException, InterruptedException {
    this.log = log;
    this.port = freePort();
    this.management = freePort();
    Path data = home.resolve("data");
    if (Files.exists(data)) {
      try (Stream<Path> old = Files.walk(data)) {
        for (Path file : old.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
    Files.createDirectories(data.resolve("import"));
    Files.writeString(data.resolve("import").resolve(REALM + "-realm.json"), realm);
    ProcessBuilder builder =
        new ProcessBuilder(
            "bash",
            home.resolve("bin").resolve("kc.sh").toString(),
            "start-dev",
            "--import-realm",
            "--http-host=127.0.0.1",
            "--http-port=" + port,
            "--hostname=http://127.0.0.1:" + port, // the same issuer also over a cable
            "--health-enabled=true",
            "--http-management-host=127.0.0.1",
            "--http-management-port=" + management);
    builder.environment().put("KC_BOOTSTRAP_ADMIN_USERNAME", ADMIN);
    builder.environment().put("KC_BOOTSTRAP_ADMIN_PASSWORD", ADMIN);
    builder.environment().put("JAVA_OPTS_KC_HEAP", "-Xms64m -Xmx512m");
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    awaitReady();
  }

  /** The one of this JVM; it is stopped when the JVM ends. */
  public static synchronized Keycloak shared() throws IOException, InterruptedException {
    if (shared == null) {
      Path log = Files.createDirectories(Path.of("target")).resolve("keycloak.log");
      Keycloak started = new Keycloak(home(), realm(), log);
      Runtime.getRuntime().addShutdownHook(new Thread(started::close));
      shared = started;
    }
    return shared;
  }

  /** Unpacked by Maven in the slow tier, or named. */
  public static Path home() throws IOException {
    String named = System.getProperty("keycloak.home");
    if (named != null) {
      return Path.of(named);
    }
    try (Stream<Path> unpacked = Files.list(root().resolve("iam/target/keycloak"))) {
      return unpacked
          .filter(folder -> folder.getFileName().toString().startsWith("keycloak-"))
          .findFirst()
          .orElseThrow()
          .toAbsolutePath();
    }
  }

  private static Path root() {
    Path at = Path.of("").toAbsolutePath();
    while (!Files.exists(at.resolve("examples/keycloak/realm.json"))) {
      at = Objects.requireNonNull(at.getParent(), "the tests run in a clone");
    }
    return at;
  }

  @SuppressWarnings("unchecked")
  private static String realm() throws IOException {
    Map<String, Object> realm =
        json(Files.readString(root().resolve("examples/keycloak/realm.json")));
    List<Object> clients = new ArrayList<>((List<Object>) realm.get("clients"));
    Map<String, Object> cli = (Map<String, Object>) clients.get(0);
    cli.put("directAccessGrantsEnabled", true);
    Map<String, Object> plain = new HashMap<>(cli);
    plain.put("clientId", PLAIN);
    plain.put("attributes", Map.of());
    clients.add(plain);
    realm.put("clients", clients);
    List<Object> users = new ArrayList<>((List<Object>) realm.get("users"));
    users.add(person("carla", "operator", "operator"));
    realm.put("users", users);
    return JSONObjectUtils.toJSONString(realm);
  }

  /** Somebody with {@link #PASSWORD} in a member's group, as the realm has it. */
  public static Map<String, Object> person(String name, String member, String role) {
    return Map.of(
        "username",
        name,
        "enabled",
        true,
        "email",
        name + "@hospital.example",
        "emailVerified",
        true,
        "firstName",
        name,
        "lastName",
        "Example",
        "credentials",
        List.of(Map.of("type", "password", "value", PASSWORD)),
        "realmRoles",
        List.of(role),
        "groups",
        List.of("/" + member));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void awaitReady() throws IOException, InterruptedException {
    long ends = System.nanoTime() + READY.toNanos();
    URI health = URI.create("http://127.0.0.1:" + management + "/health/ready");
    while (System.nanoTime() - ends < 0 && process.isAlive()) {
      try {
        HttpRequest ask = HttpRequest.newBuilder(health).timeout(Duration.ofSeconds(5)).build();
        if (http.send(ask, BodyHandlers.discarding()).statusCode() == 200) {
          return;
        }
      } catch (IOException notYet) {
        // it has not opened the port yet
      }
      Thread.sleep(500);
    }
    close();
    throw new IOException("Keycloak was not ready:\n" + Files.readString(log));
  }

  public int port() {
    return port;
  }

  public String issuer() {
    return "http://127.0.0.1:" + port + "/realms/" + REALM;
  }

  public URI keys() {
    return URI.create(issuer() + "/protocol/openid-connect/certs");
  }

  public URI tokenEndpoint() {
    return URI.create(issuer() + "/protocol/openid-connect/token");
  }

  /**
   * What the realm answers to somebody with a password.
   *
   * @param proof header {@code DPoP}; null: none
   */
  public Map<String, Object> signIn(String client, String user, @Nullable String proof)
      throws IOException, InterruptedException {
    return token(
        Map.of(
            "grant_type", "password",
            "client_id", client,
            "username", user,
            "password", PASSWORD,
            "scope", "openid"),
        proof);
  }

  /** What the realm answers to a form at its token endpoint. */
  public Map<String, Object> token(Map<String, String> form, @Nullable String proof)
      throws IOException, InterruptedException {
    return token(REALM, form, proof);
  }

  /** The same of any realm. */
  public Map<String, Object> token(String realm, Map<String, String> form, @Nullable String proof)
      throws IOException, InterruptedException {
    String body =
        form.entrySet().stream()
            .map(field -> field.getKey() + "=" + encoded(field.getValue()))
            .collect(Collectors.joining("&"));
    HttpRequest.Builder ask =
        HttpRequest.newBuilder(
                URI.create(
                    "http://127.0.0.1:%d/realms/%s/protocol/openid-connect/token"
                        .formatted(port, realm)))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(body));
    if (proof != null) {
      ask.header("DPoP", proof);
    }
    return json(http.send(ask.build(), BodyHandlers.ofString()).body());
  }

  /** A token of its administrator. */
  public String adminToken() throws IOException, InterruptedException {
    return String.valueOf(
        token(
                "master",
                Map.of(
                    "grant_type",
                    "password",
                    "client_id",
                    "admin-cli",
                    "username",
                    ADMIN,
                    "password",
                    ADMIN),
                null)
            .get("access_token"));
  }

  /** A call of the administration interface below the realm; the body of the answer. */
  public String admin(String method, String path, Map<String, Object> body)
      throws IOException, InterruptedException {
    HttpRequest ask =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:%d/admin/realms/%s%s".formatted(port, REALM, path)))
            .header("Authorization", "Bearer " + adminToken())
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(JSONObjectUtils.toJSONString(body)))
            .build();
    HttpResponse<String> reply = http.send(ask, BodyHandlers.ofString());
    if (reply.statusCode() >= 300) {
      throw new IOException(method + " " + path + ": " + reply.statusCode() + " " + reply.body());
    }
    return reply.body();
  }

  /** The one object of a list that the administration answers with. */
  public Map<String, Object> find(String path) throws IOException, InterruptedException {
    String list = admin("GET", path, Map.of()).strip();
    return json(list.substring(1, list.length() - 1));
  }

  /** Gives a client the public half of its key, as a JWK set. */
  @SuppressWarnings("unchecked")
  public void register(String clientId, String publicKeys)
      throws IOException, InterruptedException {
    Map<String, Object> client = find("/clients?clientId=" + clientId);
    Map<String, Object> attributes = new TreeMap<>((Map<String, Object>) client.get("attributes"));
    attributes.put("use.jwks.string", "true");
    attributes.put("jwks.string", publicKeys);
    client.put("attributes", attributes);
    admin("PUT", "/clients/" + client.get("id"), client);
  }

  /** Switches a client on or off. */
  public void enableClient(String clientId, boolean enabled)
      throws IOException, InterruptedException {
    Map<String, Object> client = find("/clients?clientId=" + clientId);
    client.put("enabled", enabled);
    admin("PUT", "/clients/" + client.get("id"), client);
  }

  /** Switches a person on or off. */
  public void enablePerson(String subject, boolean enabled)
      throws IOException, InterruptedException {
    admin("PUT", "/users/" + subject, Map.of("enabled", enabled));
  }

  public static Map<String, Object> json(String text) throws IOException {
    try {
      return JSONObjectUtils.parse(text);
    } catch (ParseException notJson) {
      throw new IOException("not JSON: " + text, notJson);
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** Stops it: by TERM only, which its script hands on. */
  @Override
  public void close() {
    List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
    process.destroy();
    all.forEach(ProcessHandle::destroy);
    try {
      process.waitFor(30, TimeUnit.SECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** A line to it that can be cut: a port of its own that leads to its port. */
  public Cable cable() {
    try {
      return new Cable(port);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
