package org.concordat.coordinator.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.concordat.auditlog.AuditEntry;
import org.concordat.auditlog.AuditLog;
import org.concordat.auditlog.Checkpoint;
import org.concordat.auditlog.EntryOutcome;
import org.concordat.auditlog.EntryType;
import org.concordat.auditlog.LogSigner;
import org.concordat.auditlog.LogTiles;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A log that is written, read over HTTP by somebody who is not trusted. */
@Timeout(60)
class TileServerTest {
  private final HttpClient client = HttpClient.newHttpClient();
  @TempDir Path directory;
  private LogSigner signer;
  private AuditLog log;
  private TileServer server;

  @BeforeEach
  void write() {
    signer = LogSigner.create(directory.resolve("log.key"), "test.example/audit");
    log = AuditLog.open(directory.resolve("audit-log"), signer);
    append(0, 600);
  }

  @AfterEach
  void close() {
    if (server != null) {
      server.close();
    }
    log.close();
  }

  private static AuditEntry entry(int number) {
    return AuditEntry.of(
        "e" + number,
        Instant.parse("2026-11-30T09:00:00Z"),
        EntryType.SYSTEM,
        "coordinator",
        "test",
        EntryOutcome.OK);
  }

  private void append(int from, int to) {
    log.append(IntStream.range(from, to).mapToObj(TileServerTest::entry).toList());
  }

  private void serve(boolean entries) throws IOException {
    LogTiles tiles = new LogTiles(directory.resolve("audit-log"), log::size);
    server = TileServer.start(new LogListen(new InetSocketAddress("127.0.0.1", 0), entries), tiles);
  }

  /**
   * @param looks counts how often the log's lock is taken
   */
  private void serve(AtomicLong looks, List<String> said) throws IOException {
    LogTiles tiles =
        new LogTiles(
            directory.resolve("audit-log"),
            () -> {
              looks.incrementAndGet();
              return log.size();
            });
    LogListen listen = new LogListen(new InetSocketAddress("127.0.0.1", 0), false);
    server = TileServer.start(listen, tiles, new OnceAMinute(System::nanoTime, said::add));
  }

  private HttpRequest request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path)).build();
  }

  private HttpResponse<byte[]> get(String path) throws IOException, InterruptedException {
    return client.send(request(path), BodyHandlers.ofByteArray());
  }

  private byte[] found(String path) throws IOException, InterruptedException {
    HttpResponse<byte[]> answer = get(path);
    assertThat(answer.statusCode()).as(path).isEqualTo(200);
    return answer.body();
  }

  /** What a server says to these bytes, which no client would send. */
  private String raw(String request) throws IOException {
    return rawFrom("127.0.0.1", request);
  }

  private String rawFrom(String address, String request) throws IOException {
    try (Socket socket =
        new Socket("127.0.0.1", server.port(), InetAddress.getByName(address), 0)) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void headAndTilesAreServedAsTheSpecificationSays() throws Exception {
    serve(false);
    HttpResponse<byte[]> head = get("/checkpoint");
    assertThat(Checkpoint.open(head.body(), signer.vkey()).size()).isEqualTo(600);
    assertThat(head.headers().firstValue("Content-Type")).contains("text/plain; charset=utf-8");
    assertThat(head.headers().firstValue("Cache-Control")).contains("no-cache");
    HttpResponse<byte[]> full = get("/tile/0/000");
    assertThat(full.body()).hasSize(256 * 32);
    assertThat(full.headers().firstValue("Content-Type")).contains("application/octet-stream");
    assertThat(full.headers().firstValue("Cache-Control"))
        .contains("public, max-age=31536000, immutable");
    assertThat(found("/tile/1/000.p/2")).hasSize(64);
    assertThat(get("/checkpoint.witnessed").statusCode()).isEqualTo(404);
    Files.writeString(directory.resolve("audit-log/checkpoint.witnessed"), "seen\n");
    assertThat(found("/checkpoint.witnessed")).asString().isEqualTo("seen\n");
  }

  /** The writer has replaced and removed it: whoever holds an earlier head still needs it. */
  @Test
  void anEarlierPartialTileIsStillThere() throws Exception {
    serve(true);
    byte[] hashes = found("/tile/0/002.p/88");
    byte[] bundle = found("/tile/entries/002.p/88");
    append(600, 610);
    assertThat(directory.resolve("audit-log/tile/0/002.p/98")).exists();
    assertThat(found("/tile/0/002.p/88")).isEqualTo(hashes);
    assertThat(found("/tile/entries/002.p/88")).isEqualTo(bundle);
    assertThat(found("/tile/0/002.p/1")).isEqualTo(Arrays.copyOf(hashes, 32));
    append(610, 800);
    assertThat(found("/tile/0/002.p/88")).isEqualTo(hashes);
    assertThat(found("/tile/0/002")).startsWith(hashes);
    assertThat(found("/tile/entries/002")).startsWith(bundle);
  }

  @Test
  void whatNoSignedHeadCoversIsNotThere() throws Exception {
    serve(true);
    Path beyond = directory.resolve("audit-log/tile/0/002");
    Files.write(beyond, new byte[256 * 32]); // as a writer leaves it before it signs
    for (String path : new String[] {"/tile/0/002", "/tile/0/002.p/89", "/tile/0/003.p/1"}) {
      assertThat(get(path).statusCode()).as(path).isEqualTo(404);
    }
    Files.delete(beyond);
  }

  @Test
  void entriesAreServedOnlyWhereTheFileSaysSo() throws Exception {
    serve(false);
    assertThat(get("/tile/entries/000").statusCode()).isEqualTo(404);
    server.close();
    serve(true);
    byte[] first = entry(0).canonicalBytes();
    byte[] bundle = found("/tile/entries/000");
    assertThat(Arrays.copyOfRange(bundle, 2, 2 + first.length)).isEqualTo(first);
  }

  @Test
  void nothingElseCanBeNamed() throws Exception {
    serve(true);
    for (String path :
        new String[] {
          "/",
          "/tile",
          "/tile/",
          "/tile/0",
          "/tile/0/",
          "/tile/0/000/",
          "/tile/0/0",
          "/tile/0/000.p/256",
          "/tile/0/002.p/088",
          "/tile/8/000",
          "/tile/-1/000",
          "/tile/0/x000/000",
          "/tile/0/%30%30%30",
          "/%63heckpoint",
          "/checkpoint/",
          "/checkpoint.new",
          "//checkpoint",
          "/log.vkey",
          "/journal",
          "/.lock",
          "/tile/../checkpoint",
          "/tile/0/..%2f..%2fjournal",
          "/..%2flog.key",
          "/%2e%2e/log.key"
        }) {
      assertThat(get(path).statusCode()).as(path).isEqualTo(404);
    }
    for (String target : new String[] {"/../log.key", "/tile/0/../../../log.key"}) {
      assertThat(raw("GET " + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
          .startsWith("HTTP/1.1 404");
    }
    assertThat(raw("GET /log.key\0 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
        .doesNotContain("200 OK");
  }

  @Test
  void nothingCanBeWritten() throws Exception {
    serve(true);
    for (String method : new String[] {"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"}) {
      assertThat(
              raw(
                  method
                      + " /checkpoint HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                      + "Content-Length: 0\r\n\r\n"))
          .as(method)
          .startsWith("HTTP/1.1 405");
    }
    String head = raw("HEAD /tile/0/000 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assertThat(head).startsWith("HTTP/1.1 200").endsWith("\r\n\r\n").containsIgnoringCase("length");
  }

  @Test
  void aTileThatIsGoneIsTheServersFaultAndNamesNoFile() throws Exception {
    serve(false);
    Files.delete(directory.resolve("audit-log/tile/0/000"));
    HttpResponse<byte[]> answer = get("/tile/0/000");
    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(answer.body()).asString().doesNotContain(directory.toString());
  }

  /** Its product with 256 is no long: once, a thousand looks under the lock of the log, and 500. */
  @Test
  void anIndexBeyondAllLogsIsNotThereAndNotLookedFor() throws Exception {
    AtomicLong looks = new AtomicLong();
    List<String> said = new ArrayList<>();
    serve(looks, said);
    for (String path :
        new String[] {
          "/tile/0/x036/x028/x797/x018/x963/968",
          "/tile/0/x036/x028/x797/x019/x963/968",
          "/tile/0/x999/x999/x999/x999/x999/999",
          "/tile/7/x072/x057/x594/x037/x927/936.p/1"
        }) {
      assertThat(get(path).statusCode()).as(path).isEqualTo(404);
    }
    assertThat(looks).hasValue(0);
    assertThat(said).isEmpty();
    assertThat(get("/tile/0/x036/x028/x797/x018/x963/967").statusCode()).isEqualTo(404);
    assertThat(looks).hasValue(1);
  }

  @Test
  void damageThatStrangersAskForIsLookedForTwiceAndSaidOnce() throws Exception {
    AtomicLong looks = new AtomicLong();
    List<String> said = new ArrayList<>();
    serve(looks, said);
    Files.delete(directory.resolve("audit-log/tile/0/000"));
    for (int i = 0; i < 20; i++) {
      assertThat(get("/tile/0/000").statusCode()).isEqualTo(500);
    }
    assertThat(looks).hasValue(40);
    assertThat(said).singleElement().asString().contains("is missing");
  }

  /**
   * One address asks for more at once than it may have; what it has is held, as by a slow reader.
   */
  @Test
  void anAddressThatHoldsItsAnswersIsToldToWaitAndOthersAreAnswered() throws Exception {
    CountDownLatch held = new CountDownLatch(TileServer.AT_ONCE);
    CountDownLatch release = new CountDownLatch(1);
    LogTiles tiles =
        new LogTiles(
            directory.resolve("audit-log"),
            () -> {
              held.countDown();
              await(release);
              return log.size();
            });
    server = TileServer.start(new LogListen(new InetSocketAddress("127.0.0.1", 0), false), tiles);
    List<CompletableFuture<HttpResponse<byte[]>>> slow = new ArrayList<>();
    for (int i = 0; i < TileServer.AT_ONCE; i++) {
      slow.add(client.sendAsync(request("/tile/0/000"), BodyHandlers.ofByteArray()));
    }
    await(held);
    for (int i = 0; i < 20; i++) {
      HttpResponse<byte[]> refused = get("/checkpoint");
      assertThat(refused.statusCode()).isEqualTo(429);
      assertThat(refused.headers().firstValue("Retry-After")).contains("1");
    }
    assertThat(
            rawFrom(
                "127.0.0.2", "GET /checkpoint HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 200");
    release.countDown();
    for (CompletableFuture<HttpResponse<byte[]>> one : slow) {
      assertThat(one.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    }
    while (get("/checkpoint").statusCode() == 429) { // the last may be leaving its place
      Thread.sleep(10);
    }
    assertThat(get("/checkpoint").statusCode()).isEqualTo(200);
  }

  /** Once, four addresses that read slowly held all sixteen threads. */
  @Test
  void manyAddressesThatHoldTheirAnswersKeepNobodyElseOut() throws Exception {
    int addresses = 12;
    CountDownLatch held = new CountDownLatch(addresses * TileServer.AT_ONCE);
    CountDownLatch release = new CountDownLatch(1);
    LogTiles tiles =
        new LogTiles(
            directory.resolve("audit-log"),
            () -> {
              held.countDown();
              await(release);
              return log.size();
            });
    server = TileServer.start(new LogListen(new InetSocketAddress("127.0.0.1", 0), false), tiles);
    ExecutorService slow = Executors.newCachedThreadPool();
    try {
      List<Future<String>> answers = new ArrayList<>();
      for (int i = 0; i < addresses * TileServer.AT_ONCE; i++) {
        String from = "127.0.0." + (10 + i / TileServer.AT_ONCE);
        answers.add(
            slow.submit(
                () ->
                    rawFrom(
                        from, "GET /tile/0/000 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")));
      }
      await(held);
      assertThat(found("/checkpoint")).isNotEmpty();
      release.countDown();
      for (Future<String> answer : answers) {
        assertThat(answer.get(30, TimeUnit.SECONDS)).startsWith("HTTP/1.1 200");
      }
    } finally {
      release.countDown();
      slow.shutdownNow();
    }
  }

  @Test
  void anAnswerThatIsNotReadIsCutOffAfterFifteenSeconds() {
    assertThat(TileServer.LIMITS).containsEntry("sun.net.httpserver.maxRspTime", "15");
  }

  private static void await(CountDownLatch latch) {
    try {
      if (!latch.await(30, TimeUnit.SECONDS)) {
        throw new AssertionError("waited for nothing");
      }
    } catch (InterruptedException ended) {
      throw new AssertionError(ended);
    }
  }

  @Test
  void aPortInUseIsNamed() throws Exception {
    serve(false);
    LogListen same = new LogListen(new InetSocketAddress("127.0.0.1", server.port()), false);
    LogTiles tiles = new LogTiles(directory.resolve("audit-log"), log::size);
    assertThatThrownBy(() -> TileServer.start(same, tiles))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("'log-listen' 127.0.0.1:" + server.port());
  }

  /** More than there are threads begin a request and do not end it. */
  @Test
  void requestsThatNeverEndAreCutOffAndOthersAreAnswered() throws Exception {
    serve(false);
    List<Socket> slow = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      Socket socket = new Socket("127.0.0.1", server.port());
      socket.setSoTimeout(30_000);
      socket.getOutputStream().write("GET /check".getBytes(StandardCharsets.US_ASCII));
      slow.add(socket);
    }
    assertThat(found("/checkpoint")).isNotEmpty();
    for (Socket socket : slow) {
      assertThat(ended(socket)).isTrue();
      socket.close();
    }
    append(600, 601);
    assertThat(log.size()).isEqualTo(601);
  }

  private static boolean ended(Socket socket) throws IOException {
    try {
      return socket.getInputStream().read() < 0;
    } catch (java.net.SocketTimeoutException open) {
      return false;
    } catch (java.net.SocketException reset) {
      return true;
    }
  }
}
