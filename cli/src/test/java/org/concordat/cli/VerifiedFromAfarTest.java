package org.concordat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.GZIPOutputStream;
import org.concordat.auditlog.AuditLog;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A log that is verified over HTTP, by servers that are honest and by others. */
@Timeout(120)
class VerifiedFromAfarTest {
  private static final int OK = 0;
  private static final int UNAVAILABLE = 7;
  private static final int REFUSED = 8;

  @TempDir static Path shared;
  private static Founding founding;
  private static Path log;
  @TempDir Path temp;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private HttpServer server;
  private Path served;
  private Lie lie = (path, exchange) -> false;

  /** Answers instead of the folder, where it wants to. */
  private interface Lie {
    boolean answers(String path, HttpExchange exchange) throws IOException;
  }

  @BeforeAll
  static void write() throws IOException {
    founding = Founding.in(shared, "demo.yaml");
    log = CosignedLog.make(founding, shared.resolve("log"), 300, 700, "zurich", "budapest");
  }

  @BeforeEach
  void serve() throws IOException {
    served = log;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath().substring(1);
    asked.add(path);
    try (exchange) {
      if (lie.answers(path, exchange)) {
        return;
      }
      Path file = served.resolve(path);
      if (!Files.isRegularFile(file)) {
        exchange.sendResponseHeaders(404, -1);
        return;
      }
      send(exchange, Files.readAllBytes(file));
    }
  }

  private static void send(HttpExchange exchange, byte[] bytes) throws IOException {
    exchange.sendResponseHeaders(200, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  private Cli verify(Object... more) {
    return verifyUrl("http://127.0.0.1:" + server.getAddress().getPort() + "/", more);
  }

  private static Cli verifyUrl(String url, Object... more) {
    List<Object> line =
        new ArrayList<>(List.of("audit", "verify", "--genesis", founding.genesis(), "--url", url));
    line.addAll(List.of(more));
    return Cli.run(line.toArray());
  }

  private void refused(int code, String why, Object... more) {
    Cli done = verify(more);
    assertThat(done.code()).as(done.err()).isEqualTo(code);
    assertThat(done.err()).contains(why).doesNotContain("Exception in");
    assertThat(done.out()).doesNotContain("Verified");
  }

  @Test
  void theSameIsSaidAsOfTheFolder() {
    Cli afar = verify("--witnesses", 2);
    assertThat(afar.code()).as(afar.err()).isEqualTo(OK);
    Cli near = Cli.run("audit", "verify", "--genesis", founding.genesis(), log);
    assertThat(afar.out()).isEqualTo(near.out()).contains("Verified: 700 entries");
    assertThat(verify("--witnesses", 3).code()).isEqualTo(REFUSED);
    assertThat(asked).doesNotContain("log.vkey", "journal").contains("tile/entries/002.p/188");
  }

  @Test
  void aServerWithoutEntriesIsVerifiedByItsHashesWhereThatIsAskedFor() {
    lie =
        (path, exchange) -> {
          if (path.startsWith("tile/entries")) {
            exchange.sendResponseHeaders(404, -1);
            return true;
          }
          return false;
        };
    refused(REFUSED, "tile/entries/002.p/188: is missing");
    Cli hashes = verify("--hashes-only");
    assertThat(hashes.code()).as(hashes.err()).isEqualTo(OK);
    assertThat(hashes.out()).contains("700 entries").contains("by their hashes only");
    lie = changed("tile/0/001");
    refused(REFUSED, "tile/1/000.p/2", "--hashes-only");
    lie = changed("tile/1/000.p/2");
    refused(REFUSED, "tile/1/000.p/2", "--hashes-only");
  }

  /** As a server may that keeps to the specification: the tile has become full meanwhile. */
  @Test
  void aPartialTileThatIsGoneIsTheBeginningOfTheFullOne() throws IOException {
    Path full = temp.resolve("full");
    try (AuditLog writer = AuditLog.open(full, CosignedLog.signer(founding))) {
      CosignedLog.append(writer, 0, 768);
    }
    lie =
        (path, exchange) -> {
          if (path.matches("tile/(0|entries)/002\\.p/188")) {
            exchange.sendResponseHeaders(404, -1);
            return true;
          }
          if (path.matches("tile/(0|entries)/002")) {
            send(exchange, Files.readAllBytes(full.resolve(path)));
            return true;
          }
          return false;
        };
    Cli done = verify();
    assertThat(done.code()).as(done.err()).isEqualTo(OK);
  }

  private Lie changed(String which) {
    return (path, exchange) -> {
      if (!path.equals(which)) {
        return false;
      }
      byte[] bytes = Files.readAllBytes(log.resolve(path));
      bytes[bytes.length / 2] ^= 1;
      send(exchange, bytes);
      return true;
    };
  }

  @Test
  void aByteThatDiffersIsNamed() throws IOException {
    try (var files = Files.walk(log)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = log.relativize(file).toString();
        if (name.startsWith("tile") || name.startsWith("checkpoint")) {
          lie = changed(name);
          Cli done = verify();
          assertThat(done.code()).as(name + ": " + done.err()).isEqualTo(REFUSED);
        }
      }
    }
  }

  @Test
  void aTileOfAnotherPlaceIsRefused() {
    lie =
        (path, exchange) -> {
          if (path.equals("tile/entries/001")) {
            send(exchange, Files.readAllBytes(log.resolve("tile/entries/000")));
            return true;
          }
          return false;
        };
    refused(REFUSED, "tile/entries/001: entry 256 has the id of entry 0");
  }

  @Test
  void theLogHasToExtendWhatTheLastRunSaw() throws IOException {
    Path state = temp.resolve("seen");
    Path copy = temp.resolve("log");
    served = copy;
    try (AuditLog writer = AuditLog.open(copy, CosignedLog.signer(founding))) {
      CosignedLog.append(writer, 0, 300);
      assertThat(verify("--state", state).out()).contains("300 entries").doesNotContain("Extends");
      CosignedLog.append(writer, 300, 600);
      assertThat(verify("--state", state).out()).contains("Extends   the 300 entries");
      assertThat(
              Cli.run("audit", "verify", "--genesis", founding.genesis(), "--state", state, copy)
                  .out())
          .contains("Extends   the 600 entries");
    }
    byte[] before = Files.readAllBytes(state);
    served = temp.resolve("older");
    try (AuditLog writer = AuditLog.open(served, CosignedLog.signer(founding))) {
      CosignedLog.append(writer, 0, 500);
    }
    refused(REFUSED, "before it had 600", "--state", state);
    try (AuditLog writer = AuditLog.open(served, CosignedLog.signer(founding))) {
      CosignedLog.append(writer, 1000, 1200);
    }
    refused(REFUSED, "the log was forked", "--state", state);
    Cli folder =
        Cli.run("audit", "verify", "--genesis", founding.genesis(), "--state", state, served);
    assertThat(folder.code()).isEqualTo(REFUSED);
    assertThat(folder.err()).contains("the log was forked");
    assertThat(state).hasBinaryContent(before);
  }

  @Test
  void aRedirectIsNotFollowed() {
    lie =
        (path, exchange) -> {
          exchange.getResponseHeaders().set("Location", "http://127.0.0.1:1/" + path);
          exchange.sendResponseHeaders(302, -1);
          return true;
        };
    refused(UNAVAILABLE, "the server answered 302 to http://127.0.0.1:1/checkpoint");
    assertThat(asked).hasSize(1);
  }

  @Test
  void whatIsPackedIsNotUnpacked() {
    lie =
        (path, exchange) -> {
          ByteArrayOutputStream packed = new ByteArrayOutputStream();
          try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(new byte[1 << 20]);
          }
          exchange.getResponseHeaders().set("Content-Encoding", "gzip");
          send(exchange, packed.toByteArray());
          return true;
        };
    refused(UNAVAILABLE, "sent it as 'gzip'");
  }

  @Test
  void aBodyWithoutEndIsCutOff() {
    AtomicBoolean ended = new AtomicBoolean();
    lie =
        (path, exchange) -> {
          exchange.sendResponseHeaders(200, 0); // in chunks, as many as there are takers for
          byte[] chunk = new byte[1 << 16];
          try {
            for (int i = 0; i < 1 << 16; i++) {
              exchange.getResponseBody().write(chunk);
            }
          } catch (IOException cut) {
            ended.set(true);
          }
          return true;
        };
    refused(UNAVAILABLE, "it has more than");
    assertThat(asked).hasSize(1);
  }

  @Test
  void aLengthBeyondTheLimitIsNotRead() {
    lie =
        (path, exchange) -> {
          exchange.sendResponseHeaders(200, 1L << 40);
          exchange.getResponseBody().write(new byte[10]);
          exchange.getResponseBody().flush();
          return true;
        };
    refused(UNAVAILABLE, "it has more than");
  }

  @Test
  void aServerThatFailsIsUnavailable() {
    lie =
        (path, exchange) -> {
          exchange.sendResponseHeaders(503, -1);
          return true;
        };
    refused(UNAVAILABLE, "the server answered 503");
  }

  /** Says what it likes on the bare connection. */
  private void raw(String begin, String again) throws IOException {
    try (ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      threads.submit(
          () -> {
            try (Socket one = listening.accept()) {
              one.getInputStream().read();
              one.getOutputStream().write(begin.getBytes(StandardCharsets.US_ASCII));
              while (true) {
                one.getOutputStream().write(again.getBytes(StandardCharsets.US_ASCII));
                one.getOutputStream().flush();
                Thread.sleep(50);
              }
            } catch (IOException | InterruptedException gone) {
              return null;
            }
          });
      long began = System.nanoTime();
      Cli done = verifyUrl("http://127.0.0.1:" + listening.getLocalPort(), "--timeout-seconds", 2);
      assertThat(done.code()).as(done.err()).isEqualTo(UNAVAILABLE);
      assertThat(System.nanoTime() - began).isLessThan(60_000_000_000L);
    }
  }

  @Test
  void aServerThatIsSlowIsGivenUp() throws IOException {
    raw("", "");
    raw("HTTP/1.1 200 OK\r\n", "X: y\r\n");
    raw("HTTP/1.1 200 OK\r\nContent-Length: 4000\r\n\r\n", "x");
    raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n");
  }

  @Test
  void whatIsNoServerIsUnavailableAndWhatIsNoUrlIsSaid() {
    assertThat(verifyUrl("http://127.0.0.1:1/").code()).isEqualTo(UNAVAILABLE);
    for (String url :
        List.of("ftp://x/", "http://", "file:///etc/passwd", "http://a:b@c/", "http://x/?q", "x")) {
      Cli done = verifyUrl(url);
      assertThat(done.code()).as(url).isEqualTo(2);
      assertThat(done.err()).contains("--url");
    }
    assertThat(verify(log).code()).isEqualTo(2);
    assertThat(Cli.run("audit", "verify", "--genesis", founding.genesis()).code()).isEqualTo(2);
  }
}
