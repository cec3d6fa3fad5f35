package org.concordat.iam.token;

import com.nimbusds.jose.util.JSONObjectUtils;
import java.io.IOException;
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
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A real Keycloak as a process, with the realm of the examples. */
final class Keycloak implements AutoCloseable {
  static final String REALM = "hospitals";
  private static final Duration READY = Duration.ofMinutes(4);
  private static final String ADMIN = "admin";

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
  Keycloak(Path home, String realm, Path log) throws IOException, InterruptedException {
    this.log = log;
    this.port = freePort();
    this.management = freePort();
    Path data = home.resolve("data");
    if (Files.exists(data)) {
      try (Stream<Path> old = Files.walk(data)) {
        for (Path file : old.sorted(java.util.Comparator.reverseOrder()).toList()) {
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

  String issuer() {
    return "http://127.0.0.1:" + port + "/realms/" + REALM;
  }

  URI keys() {
    return URI.create(issuer() + "/protocol/openid-connect/certs");
  }

  /** Access and refresh token of a person with a password, as the realm gives them. */
  Map<String, Object> signIn(String client, String user, String password)
      throws IOException, InterruptedException {
    return token(
        REALM,
        Map.of(
            "grant_type", "password",
            "client_id", client,
            "username", user,
            "password", password,
            "scope", "openid"));
  }

  Map<String, Object> refresh(String client, String token)
      throws IOException, InterruptedException {
    return token(
        REALM, Map.of("grant_type", "refresh_token", "client_id", client, "refresh_token", token));
  }

  private Map<String, Object> token(String realm, Map<String, String> form)
      throws IOException, InterruptedException {
    String body =
        form.entrySet().stream()
            .map(field -> field.getKey() + "=" + encoded(field.getValue()))
            .collect(Collectors.joining("&"));
    HttpRequest ask =
        HttpRequest.newBuilder(
                URI.create(
                    "http://127.0.0.1:%d/realms/%s/protocol/openid-connect/token"
                        .formatted(port, realm)))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(body))
            .build();
    return json(http.send(ask, BodyHandlers.ofString()).body());
  }

  /** A call of the administration interface below the realm; the body of the answer. */
  String admin(String method, String path, Map<String, Object> body)
      throws IOException, InterruptedException {
    String token =
        (String)
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
                        ADMIN))
                .get("access_token");
    HttpRequest ask =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:%d/admin/realms/%s%s".formatted(port, REALM, path)))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(JSONObjectUtils.toJSONString(body)))
            .build();
    HttpResponse<String> reply = http.send(ask, BodyHandlers.ofString());
    if (reply.statusCode() >= 300) {
      throw new IOException(method + " " + path + ": " + reply.statusCode() + " " + reply.body());
    }
    return reply.body();
  }

  static Map<String, Object> json(String text) throws IOException {
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
}
