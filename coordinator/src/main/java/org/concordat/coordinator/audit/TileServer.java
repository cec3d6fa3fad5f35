package org.concordat.coordinator.audit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.concordat.auditlog.AuditLogException;
import org.concordat.auditlog.LogTiles;
import org.concordat.auditlog.TilePath;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log over plain HTTP, read-only, in the paths of c2sp.org/tlog-tiles. What it gives out is
 * signed, or leads to what is: whoever changes it on the way is found out.
 *
 * <p>A path is taken only as {@link TilePath#path} writes it, without decoding: nothing else of the
 * disk can be named. Threads, answers at once of an address, connections and time are bounded; the
 * Java properties that bound the last two hold for the process, and stay what they were where
 * somebody has set them.
 */
public final class TileServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TileServer.class);

  /** Of an address: one whose answers are read slowly holds a few threads, not all. */
  static final int AT_ONCE = 4;

  private static final String CONNECTIONS = "jdk.httpserver.maxConnections";
  private static final int DEFAULT_CONNECTIONS = 256;
  private static final long THREAD_IDLE_SECONDS = 10;

  private static final int WAITING = 64;

  /** Seconds, but the connections: of a request's arrival, of an answer, of silence. */
  static final Map<String, String> LIMITS =
      Map.of(
          CONNECTIONS,
          String.valueOf(DEFAULT_CONNECTIONS),
          "sun.net.httpserver.maxReqTime",
          "5",
          "sun.net.httpserver.maxRspTime",
          "15",
          "sun.net.httpserver.idleInterval",
          "30");

  private static final String TEXT = "text/plain; charset=utf-8";
  private static final String BYTES = "application/octet-stream";
  private static final String MOVES_ON = "no-cache";
  private static final String FOR_EVER = "public, max-age=31536000, immutable";

  private final HttpServer server;
  private final ExecutorService threads;
  private final LogTiles tiles;
  private final boolean entries;
  private final OnceAMinute unreadable;
  private final AtOnce atOnce = new AtOnce(AT_ONCE);

  /** What is answered. */
  private record Found(byte[] content, String type, String caching) {}

  private TileServer(HttpServer server, LogTiles tiles, boolean entries, OnceAMinute unreadable) {
    this.server = server;
    this.unreadable = unreadable;
    this.tiles = tiles;
    this.entries = entries;
    this.threads = threads();
  }

  /**
   * One for each connection that there can be, and only while there is something to do: whoever
   * sends or reads slowly holds a thread, and must not hold another's.
   */
  private static ExecutorService threads() {
    int most = Math.max(1, Integer.getInteger(CONNECTIONS, DEFAULT_CONNECTIONS));
    AtomicInteger number = new AtomicInteger();
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            most,
            most,
            THREAD_IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            work -> {
              Thread thread = new Thread(work, "log-http-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }

  /**
   * Listens.
   *
   * @throws IOException if the port is in use or cannot be bound
   */
  public static TileServer start(LogListen listen, LogTiles tiles) throws IOException {
    return start(listen, tiles, new OnceAMinute(System::nanoTime, LOG::error));
  }

  static TileServer start(LogListen listen, LogTiles tiles, OnceAMinute unreadable)
      throws IOException {
    LIMITS.forEach((name, value) -> System.getProperties().putIfAbsent(name, value));
    HttpServer server;
    try {
      server = HttpServer.create(listen.address(), WAITING);
    } catch (IOException | RuntimeException refused) {
      throw new IOException(
          "'log-listen' %s:%d cannot be bound"
              .formatted(listen.address().getHostString(), listen.address().getPort()),
          refused);
    }
    TileServer serving = new TileServer(server, tiles, listen.entries(), unreadable);
    server.setExecutor(serving.threads);
    server.createContext("/", serving::answer);
    server.start();
    return serving;
  }

  /** The port it listens on. */
  public int port() {
    return server.getAddress().getPort();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      InetAddress from = exchange.getRemoteAddress().getAddress();
      if (!atOnce.take(from)) {
        exchange.getResponseHeaders().set("Retry-After", "1");
        exchange.sendResponseHeaders(429, -1);
        return;
      }
      try {
        answerInTurn(exchange);
      } finally {
        atOnce.leave(from);
      }
    }
  }

  private void answerInTurn(HttpExchange exchange) throws IOException {
    String method = exchange.getRequestMethod();
    boolean head = method.equals("HEAD");
    if (!head && !method.equals("GET")) {
      exchange.getResponseHeaders().set("Allow", "GET, HEAD");
      exchange.sendResponseHeaders(405, -1);
      return;
    }
    int status = 200;
    Found found;
    try {
      Optional<Found> there = find(exchange.getRequestURI().getRawPath());
      status = there.isPresent() ? 200 : 404;
      found = there.orElseGet(() -> said("not found\n"));
    } catch (AuditLogException failure) { // its message names files
      unreadable.say("the log could not be served: " + failure.getMessage());
      status = 500;
      found = said("the log cannot be read\n");
    }
    send(exchange, status, found, head);
  }

  private static void send(HttpExchange exchange, int status, Found found, boolean head)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", found.type());
    exchange.getResponseHeaders().set("Cache-Control", found.caching());
    exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
    if (head) {
      exchange.getResponseHeaders().set("Content-Length", String.valueOf(found.content().length));
      exchange.sendResponseHeaders(status, -1);
      return;
    }
    exchange.sendResponseHeaders(status, found.content().length);
    exchange.getResponseBody().write(found.content());
    exchange.getResponseBody().flush(); // within its turn: a slow reader waits here
  }

  private Optional<Found> find(String path) {
    if (path.equals("/checkpoint")) {
      return tiles.checkpoint().map(note -> new Found(note, TEXT, MOVES_ON));
    }
    if (path.equals("/checkpoint.witnessed")) {
      return tiles.witnessed().map(note -> new Found(note, TEXT, MOVES_ON));
    }
    return path.startsWith("/")
        ? TilePath.parse(path.substring(1))
            .filter(tile -> entries || tile.level() != TilePath.ENTRIES)
            .flatMap(tiles::read)
            .map(bytes -> new Found(bytes, BYTES, FOR_EVER))
        : Optional.empty();
  }

  private static Found said(String text) {
    return new Found(text.getBytes(StandardCharsets.UTF_8), TEXT, MOVES_ON);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
