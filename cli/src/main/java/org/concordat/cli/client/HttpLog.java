package org.concordat.cli.client;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.concordat.auditlog.LogSource;
import org.concordat.auditlog.TilePath;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;

/**
 * A log over HTTP, of any server in the paths of c2sp.org/tlog-tiles. It may lie, be slow, or send
 * without end: a file has as many bytes as it may have and no more, comes within a time, and is
 * taken as it is: no redirect is followed, nothing is unpacked, no cookie kept. One request at a
 * time.
 */
public final class HttpLog implements LogSource {
  private static final Duration CONNECTING = Duration.ofSeconds(10);
  private static final int OK = 200;
  private static final int NOT_FOUND = 404;
  private static final int GONE = 410;

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .followRedirects(HttpClient.Redirect.NEVER)
          .connectTimeout(CONNECTING)
          .build();

  private final String base;
  private final Duration atMost;

  /**
   * @param url of the folder that has 'checkpoint' and 'tile/'
   * @param atMost for a file, from the request to its last byte
   * @throws Failure (usage) if it is no such URL
   */
  public HttpLog(String url, Duration atMost) {
    URI given;
    try {
      given = URI.create(url);
    } catch (IllegalArgumentException malformed) {
      throw unusable(url);
    }
    boolean http = "http".equals(given.getScheme()) || "https".equals(given.getScheme());
    if (!http
        || given.getHost() == null
        || given.getRawUserInfo() != null
        || given.getRawQuery() != null
        || given.getRawFragment() != null) {
      throw unusable(url);
    }
    this.base = url.endsWith("/") ? url : url + "/";
    this.atMost = atMost;
  }

  private static Failure unusable(String url) {
    return new Failure(
        ExitCode.USAGE,
        "--url '" + url + "' is no address of a log",
        "give it as http://HOST:PORT/ or https://HOST/PATH/, without user, query and fragment");
  }

  /** What refusals begin with. */
  public Path name() {
    URI url = URI.create(base);
    return Path.of(url.getRawAuthority() + url.getPath().replaceAll("/+$", ""));
  }

  /** A partial tile may be gone where the full one is there: it begins with it. */
  @Override
  public Optional<byte[]> read(String path, int maxBytes) throws IOException {
    Optional<byte[]> found = get(path, maxBytes);
    Optional<TilePath> tile = TilePath.parse(path).filter(one -> one.width() < TilePath.FULL);
    if (found.isPresent() || tile.isEmpty()) {
      return found;
    }
    TilePath full = new TilePath(tile.get().level(), tile.get().index(), TilePath.FULL);
    return get(full.path(), maxBytes).map(wider -> tile.get().cut(wider));
  }

  private Optional<byte[]> get(String path, int maxBytes) throws IOException {
    HttpRequest request = HttpRequest.newBuilder(URI.create(base + path)).timeout(atMost).build();
    CompletableFuture<HttpResponse<byte[]>> answer =
        client.sendAsync(
            request,
            head ->
                head.statusCode() == OK
                    ? new AtMost(maxBytes, head.headers().firstValueAsLong("Content-Length"))
                    : BodySubscribers.replacing(new byte[0]));
    try {
      return body(answer.get(atMost.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException slow) {
      throw new IOException("it took more than " + atMost.toSeconds() + " seconds", slow);
    } catch (ExecutionException failed) {
      Throwable cause = failed.getCause();
      throw new IOException(cause == null ? failed.toString() : cause.toString(), failed);
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", ended);
    } finally {
      answer.cancel(true);
    }
  }

  private static Optional<byte[]> body(HttpResponse<byte[]> answer) throws IOException {
    if (answer.statusCode() == NOT_FOUND || answer.statusCode() == GONE) {
      return Optional.empty();
    }
    if (answer.statusCode() != OK) {
      String to = answer.headers().firstValue("Location").map(" to "::concat).orElse("");
      throw new IOException("the server answered " + answer.statusCode() + to);
    }
    String coding = answer.headers().firstValue("Content-Encoding").orElse("identity");
    if (!coding.equals("identity")) {
      throw new IOException("the server sent it as '" + coding + "', which was not asked for");
    }
    return Optional.of(answer.body());
  }
}
