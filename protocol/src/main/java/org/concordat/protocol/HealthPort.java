package org.concordat.protocol;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Whether a program lives and is ready, for whoever supervises it: plain HTTP on an address of its
 * own, read-only, without names of members or files. {@code /health/live} is 200 while the process
 * answers. {@code /health/ready} is 200 when every check is well, else 503 with why not.
 */
public final class HealthPort implements AutoCloseable {
  /** What a check says when all is well. */
  public static final String OK = "ok";

  private static final String LIVE = "/health/live";
  private static final String READY = "/health/ready";
  private static final int BACKLOG = 16;
  private static final int THREADS = 4;

  /** However often it is asked, the store is not. */
  private static final long FRESH_NANOS = Duration.ofSeconds(1).toNanos();

  static {
    // a caller that sends no request, or reads no answer, holds a thread no longer than this
    for (String limit : new String[] {"maxReqTime", "maxRspTime"}) {
      if (System.getProperty("sun.net.httpserver." + limit) == null) {
        System.setProperty("sun.net.httpserver." + limit, "5");
      }
    }
  }

  private final HttpServer server;
  private final ExecutorService threads;
  private final Map<String, Supplier<String>> checks;
  private Map<String, String> last = Map.of();
  private long askedNanos;

  private HealthPort(HttpServer server, Map<String, Supplier<String>> checks) {
    this.server = server;
    this.checks = checks;
    this.threads =
        Executors.newFixedThreadPool(
            THREADS,
            task -> {
              Thread thread = new Thread(task, "health");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Listens.
   *
   * @param bind port 0 lets the system pick
   * @param checks by name, each {@link #OK} or why not, in words for anybody; asked at most once a
   *     second
   * @throws IOException if the address cannot be bound
   */
  public static HealthPort start(InetSocketAddress bind, Map<String, Supplier<String>> checks)
      throws IOException {
    HttpServer server;
    try {
      server = HttpServer.create(bind, BACKLOG);
    } catch (IOException refused) {
      throw new IOException("cannot listen on health-listen " + bind, refused);
    }
    HealthPort health = new HealthPort(server, new LinkedHashMap<>(checks));
    server.setExecutor(health.threads);
    server.createContext("/", health::answer);
    server.start();
    return health;
  }

  public int port() {
    return server.getAddress().getPort();
  }

  private void answer(HttpExchange call) throws IOException {
    try (call) {
      String path = call.getRequestURI().getPath();
      String method = call.getRequestMethod();
      if (!method.equals("GET") && !method.equals("HEAD")) {
        call.getResponseHeaders().set("Allow", "GET, HEAD");
        reply(call, 405, "{\"status\":\"only GET\"}");
      } else if (LIVE.equals(path)) {
        reply(call, 200, "{\"status\":\"live\"}");
      } else if (READY.equals(path)) {
        Map<String, String> said = ask();
        boolean ready = said.values().stream().allMatch(OK::equals);
        reply(call, ready ? 200 : 503, json(ready, said));
      } else {
        reply(call, 404, "{\"status\":\"" + LIVE + " and " + READY + " are here\"}");
      }
    }
  }

  private synchronized Map<String, String> ask() {
    long now = System.nanoTime();
    if (last.isEmpty() || now - askedNanos > FRESH_NANOS) {
      Map<String, String> said = new LinkedHashMap<>();
      checks.forEach((name, check) -> said.put(name, check.get()));
      last = said;
      askedNanos = System.nanoTime();
    }
    return last;
  }

  private static String json(boolean ready, Map<String, String> said) {
    return said.entrySet().stream()
        .map(check -> quoted(check.getKey()) + ":" + quoted(check.getValue()))
        .collect(
            Collectors.joining(
                ",", "{\"status\":\"" + (ready ? "ready" : "not ready") + "\",\"checks\":{", "}}"));
  }

  /** RFC 8259 section 7. */
  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (char unit : text.toCharArray()) {
      if (unit == '"' || unit == '\\') {
        quoted.append('\\').append(unit);
      } else if (unit < ' ' || unit > '~') {
        quoted.append(String.format("\\u%04x", (int) unit));
      } else {
        quoted.append(unit);
      }
    }
    return quoted.append('"').toString();
  }

  private static void reply(HttpExchange call, int status, String json) throws IOException {
    byte[] body = (json + "\n").getBytes(StandardCharsets.US_ASCII);
    call.getResponseHeaders().set("Content-Type", "application/json");
    call.getResponseHeaders().set("Cache-Control", "no-store");
    boolean head = call.getRequestMethod().equals("HEAD");
    call.sendResponseHeaders(status, head ? -1 : body.length);
    if (!head) {
      call.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
