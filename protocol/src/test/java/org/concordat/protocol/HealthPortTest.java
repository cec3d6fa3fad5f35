package org.concordat.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HealthPortTest {
  private static final InetSocketAddress ANY = new InetSocketAddress("127.0.0.1", 0);

  private final HttpClient client = HttpClient.newHttpClient();
  private final AtomicInteger asked = new AtomicInteger();
  private volatile String store = HealthPort.OK;
  private HealthPort health;

  @BeforeEach
  void start() throws IOException {
    Map<String, Supplier<String>> checks = new LinkedHashMap<>();
    checks.put(
        "store",
        () -> {
          asked.incrementAndGet();
          return store;
        });
    checks.put("port", () -> HealthPort.OK);
    health = HealthPort.start(ANY, checks);
  }

  @AfterEach
  void stop() {
    health.close();
  }

  private HttpResponse<String> call(String method, String path) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + health.port() + path))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void allIsWell() throws Exception {
    assertThat(call("GET", "/health/live").body()).isEqualTo("{\"status\":\"live\"}\n");
    HttpResponse<String> ready = call("GET", "/health/ready");
    assertThat(ready.statusCode()).isEqualTo(200);
    assertThat(ready.body())
        .isEqualTo("{\"status\":\"ready\",\"checks\":{\"store\":\"ok\",\"port\":\"ok\"}}\n");
    assertThat(ready.headers().firstValue("content-type")).contains("application/json");
    assertThat(call("HEAD", "/health/ready").statusCode()).isEqualTo(200);
  }

  @Test
  void itSaysWhyNotAndLivesOn() throws Exception {
    store = "cannot be written: \"full\"\n\u001b";
    HttpResponse<String> ready = call("GET", "/health/ready");
    assertThat(ready.statusCode()).isEqualTo(503);
    assertThat(ready.body())
        .isEqualTo(
            "{\"status\":\"not ready\",\"checks\":{"
                + "\"store\":\"cannot be written: \\\"full\\\"\\u000a\\u001b\",\"port\":\"ok\"}}\n");
    assertThat(call("GET", "/health/live").statusCode()).isEqualTo(200);
  }

  @Test
  void howeverOftenItIsAskedTheChecksAreNot() throws Exception {
    for (int i = 0; i < 50; i++) {
      call("GET", "/health/ready");
    }
    assertThat(asked.get()).isBetween(1, 10);
  }

  @Test
  void nothingElseIsThere() throws Exception {
    assertThat(call("GET", "/").statusCode()).isEqualTo(404);
    assertThat(call("GET", "/health/ready/../../etc/passwd").statusCode()).isEqualTo(404);
    assertThat(call("POST", "/health/live").statusCode()).isEqualTo(405);
    assertThat(call("DELETE", "/health/ready").statusCode()).isEqualTo(405);
  }

  /** Fewer than threads would do no harm; these are more. */
  @Test
  void callersThatSayNothingHoldItNoLongerThanTheirTime() throws Exception {
    Socket[] silent = new Socket[20];
    for (int i = 0; i < silent.length; i++) {
      silent[i] = new Socket("127.0.0.1", health.port());
      silent[i].getOutputStream().write("GET /health".getBytes(StandardCharsets.US_ASCII));
      silent[i].getOutputStream().flush();
    }
    try {
      assertThat(call("GET", "/health/live").statusCode()).isEqualTo(200);
    } finally {
      for (Socket one : silent) {
        one.close();
      }
    }
  }

  @Test
  void aPortInUseIsNamedWithItsKey() {
    assertThatThrownBy(
            () ->
                HealthPort.start(new InetSocketAddress("127.0.0.1", health.port()), Map.of())
                    .close())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("health-listen")
        .hasMessageContaining(String.valueOf(health.port()));
  }
}
