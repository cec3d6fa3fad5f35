package org.concordat.cli.client;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;

/**
 * What a provider is asked: sign-in by device flow (RFC 8628), refresh (RFC 6749 section 6) and
 * revocation (RFC 7009), at the addresses of its discovery document.
 */
public final class LoginServer {
  private static final String DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code";
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final int MAX_BODY = 256 << 10;
  private static final long DEFAULT_INTERVAL_SECONDS = 5;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final HttpClient http =
      HttpClient.newBuilder()
          .connectTimeout(TIMEOUT)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();
  private final ProviderAddress provider;
  private final Clock clock;
  private final JsonNode discovered;

  /**
   * A sign-in that waits for the person.
   *
   * @param page where the person goes, with the code in it if the provider gives one
   * @param code what the person compares or types
   */
  public record Waiting(URI page, String code, String device, long seconds, long interval) {
    /** Without the secret of the device. */
    @Override
    public String toString() {
      return page + " " + code;
    }
  }

  private LoginServer(ProviderAddress provider, Clock clock) throws IOException {
    this.provider = provider;
    this.clock = clock;
    this.discovered = discover();
  }

  /**
   * Asks the provider for its addresses.
   *
   * @throws Failure if it cannot be reached, or is not the issuer that it should be
   */
  public static LoginServer at(ProviderAddress provider, Clock clock) throws IOException {
    return new LoginServer(provider, clock);
  }

  private JsonNode discover() throws IOException {
    String issuer = provider.issuer().toString();
    URI document = URI.create(issuer.replaceFirst("/$", "") + "/.well-known/openid-configuration");
    HttpResponse<String> reply = send(HttpRequest.newBuilder(document).GET());
    JsonNode found = json(reply);
    if (reply.statusCode() != 200 || !found.path("issuer").asText().equals(issuer)) {
      throw new Failure(
          ExitCode.CONFIGURATION,
          "%s is no provider of that issuer (status %d, issuer '%s')"
              .formatted(document, reply.statusCode(), found.path("issuer").asText()),
          "check 'oidc.issuer', character by character");
    }
    return found;
  }

  /** Begins a sign-in. */
  public Waiting begin() throws IOException {
    JsonNode reply =
        ok(
            post(
                endpoint("device_authorization_endpoint"),
                Map.of("client_id", provider.clientId(), "scope", provider.scope())));
    String page =
        reply.path("verification_uri_complete").asText(reply.path("verification_uri").asText());
    return new Waiting(
        ProviderAddress.requireSafe(URI.create(page)),
        reply.path("user_code").asText(),
        reply.path("device_code").asText(),
        reply.path("expires_in").asLong(600),
        Math.max(0, reply.path("interval").asLong(DEFAULT_INTERVAL_SECONDS)));
  }

  /**
   * Waits for the person.
   *
   * @throws Failure if they refuse, or the code ends first
   */
  public StoredSignIn await(Waiting waiting) throws IOException, InterruptedException {
    long ends = System.nanoTime() + Duration.ofSeconds(waiting.seconds()).toNanos();
    long interval = waiting.interval();
    while (System.nanoTime() - ends < 0) {
      Thread.sleep(Duration.ofSeconds(interval).toMillis());
      HttpResponse<String> reply =
          post(
              endpoint("token_endpoint"),
              Map.of(
                  "grant_type",
                  DEVICE_GRANT,
                  "device_code",
                  waiting.device(),
                  "client_id",
                  provider.clientId()));
      String error = reply.statusCode() == 200 ? "" : json(reply).path("error").asText();
      if (error.equals("slow_down")) {
        interval += DEFAULT_INTERVAL_SECONDS; // RFC 8628 section 3.5
      } else if (!error.equals("authorization_pending")) {
        return signIn(ok(reply), "");
      }
    }
    throw new Failure(
        ExitCode.DENIED, "nobody signed in before the code ended", "run 'concordat login' again");
  }

  /**
   * A new access token.
   *
   * @throws Failure with {@link ExitCode#DENIED} if the session is over
   */
  public StoredSignIn refresh(StoredSignIn before) throws IOException {
    JsonNode reply =
        ok(
            post(
                endpoint("token_endpoint"),
                Map.of(
                    "grant_type",
                    "refresh_token",
                    "refresh_token",
                    before.refreshToken(),
                    "client_id",
                    provider.clientId())));
    return signIn(reply, before.refreshToken());
  }

  /** Tells the provider that the session is over. */
  public void revoke(StoredSignIn signIn) throws IOException {
    String token = signIn.refreshToken().isEmpty() ? signIn.accessToken() : signIn.refreshToken();
    HttpResponse<String> reply =
        post(
            endpoint("revocation_endpoint"),
            Map.of("token", token, "client_id", provider.clientId()));
    if (reply.statusCode() != 200) {
      ok(reply);
    }
  }

  private StoredSignIn signIn(JsonNode reply, String refreshBefore) {
    String access = reply.path("access_token").asText();
    if (access.isEmpty() || !reply.path("token_type").asText().equalsIgnoreCase("bearer")) {
      throw new Failure(
          ExitCode.CONFIGURATION,
          "the provider gave no bearer token",
          "ask whoever keeps it how the client '" + provider.clientId() + "' is set up");
    }
    return new StoredSignIn(
        provider,
        access,
        reply.path("refresh_token").asText(refreshBefore),
        clock.instant().plusSeconds(reply.path("expires_in").asLong(60)));
  }

  private URI endpoint(String name) {
    String address = discovered.path(name).asText();
    if (address.isEmpty()) {
      throw new Failure(
          ExitCode.CONFIGURATION,
          provider.issuer() + " has no " + name,
          "ask whoever keeps the provider to switch it on");
    }
    return ProviderAddress.requireSafe(URI.create(address));
  }

  private HttpResponse<String> post(URI to, Map<String, String> form) throws IOException {
    String body =
        new TreeMap<>(form)
            .entrySet().stream()
                .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
                .collect(Collectors.joining("&"));
    return send(
        HttpRequest.newBuilder(to)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(body)));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws IOException {
    HttpRequest built = request.timeout(TIMEOUT).header("Accept", "application/json").build();
    try {
      HttpResponse<String> reply = http.send(built, BodyHandlers.ofString());
      if (reply.body().length() > MAX_BODY) {
        throw new IOException("its answer is longer than " + MAX_BODY + " characters");
      }
      return reply;
    } catch (IOException gone) {
      throw new Failure(
          ExitCode.UNAVAILABLE,
          "the provider at "
              + built.uri().getHost()
              + " cannot be reached: "
              + (gone.getMessage() == null ? gone.getClass().getSimpleName() : gone.getMessage()),
          "check the network and 'oidc.issuer', then try again",
          gone);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", interrupted);
    }
  }

  private static JsonNode ok(HttpResponse<String> reply) {
    JsonNode said = json(reply);
    if (reply.statusCode() == 200) {
      return said;
    }
    String error = said.path("error").asText("status " + reply.statusCode());
    if (error.equals("invalid_grant")
        || error.equals("access_denied")
        || error.equals("expired_token")) {
      throw new Failure(
          ExitCode.DENIED,
          "the provider refuses: " + plain(error, said),
          "run 'concordat login' again; if it stays so, ask whoever keeps the provider");
    }
    throw new Failure(
        reply.statusCode() >= 500 ? ExitCode.UNAVAILABLE : ExitCode.CONFIGURATION,
        "the provider refuses: " + plain(error, said),
        "ask whoever keeps the provider about this client");
  }

  /** Words of another program, on one line of a terminal. */
  private static String plain(String error, JsonNode said) {
    String words = (error + " " + said.path("error_description").asText()).strip();
    return words.substring(0, Math.min(200, words.length())).replaceAll("[^ -~]", "?");
  }

  private static JsonNode json(HttpResponse<String> reply) {
    try {
      JsonNode read = MAPPER.readTree(reply.body());
      return read == null ? MAPPER.createObjectNode() : read;
    } catch (JacksonException notJson) {
      return MAPPER.createObjectNode();
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
