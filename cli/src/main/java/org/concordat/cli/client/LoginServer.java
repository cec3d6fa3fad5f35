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
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.iam.signin.ProofKey;
import org.concordat.iam.signin.ServiceKey;
import org.concordat.iam.signin.ServiceKey.ServiceKeyException;
import org.jspecify.annotations.Nullable;

/**
 * What a provider is asked: sign-in by device flow (RFC 8628) or with a service's key (RFC 7523),
 * refresh (RFC 6749 section 6) and revocation (RFC 7009), at the addresses of its discovery
 * document. Tokens are bound to a key of the sign-in's own where the provider can (RFC 9449).
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
            send(
                request(
                    endpoint("device_authorization_endpoint"),
                    Map.of("client_id", provider.clientId(), "scope", provider.scope()))));
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
    ProofKey key = ProofKey.fresh();
    long ends = System.nanoTime() + Duration.ofSeconds(waiting.seconds()).toNanos();
    long interval = waiting.interval();
    while (System.nanoTime() - ends < 0) {
      Thread.sleep(Duration.ofSeconds(interval).toMillis());
      HttpResponse<String> reply =
          token(
              Map.of(
                  "grant_type",
                  DEVICE_GRANT,
                  "device_code",
                  waiting.device(),
                  "client_id",
                  provider.clientId()),
              key);
      String error = reply.statusCode() == 200 ? "" : json(reply).path("error").asText();
      if (error.equals("slow_down")) {
        interval += DEFAULT_INTERVAL_SECONDS; // RFC 8628 section 3.5
      } else if (!error.equals("authorization_pending")) {
        return signIn(ok(reply), "", key);
      }
    }
    throw new Failure(
        ExitCode.DENIED, "nobody signed in before the code ended", "run 'concordat login' again");
  }

  /**
   * Signs a service in with its key; no person is asked.
   *
   * @throws Failure if the key file cannot be used, or the provider does not know the key
   */
  public StoredSignIn asService(Path serviceKey) throws IOException {
    return asService(serviceKey, ProofKey.fresh());
  }

  private StoredSignIn asService(Path serviceKey, ProofKey key) throws IOException {
    Map<String, String> form = new TreeMap<>(assertion(serviceKey));
    form.put("grant_type", "client_credentials");
    form.put("scope", provider.scope());
    return signIn(ok(token(form, key)), "", key);
  }

  /**
   * A new access token.
   *
   * @throws Failure with {@link ExitCode#DENIED} if the session is over
   */
  public StoredSignIn renew(StoredSignIn before) throws IOException {
    ProofKey key = before.proofKey().orElseGet(ProofKey::fresh);
    @Nullable Path serviceKey = provider.serviceKey();
    if (serviceKey != null) {
      return asService(serviceKey, key);
    }
    JsonNode reply =
        ok(
            token(
                Map.of(
                    "grant_type",
                    "refresh_token",
                    "refresh_token",
                    before.refreshToken(),
                    "client_id",
                    provider.clientId()),
                key));
    return signIn(reply, before.refreshToken(), key);
  }

  /** Tells the provider that the session is over. */
  public void revoke(StoredSignIn signIn) throws IOException {
    String token = signIn.refreshToken().isEmpty() ? signIn.accessToken() : signIn.refreshToken();
    Map<String, String> form = new TreeMap<>();
    @Nullable Path serviceKey = provider.serviceKey();
    if (serviceKey == null) {
      form.put("client_id", provider.clientId());
    } else {
      form.putAll(assertion(serviceKey));
    }
    form.put("token", token);
    HttpResponse<String> reply = send(request(endpoint("revocation_endpoint"), form));
    if (reply.statusCode() != 200) {
      ok(reply);
    }
  }

  private Map<String, String> assertion(Path serviceKey) throws IOException {
    try {
      return Map.of(
          "client_id",
          provider.clientId(),
          "client_assertion_type",
          ServiceKey.ASSERTION_TYPE,
          "client_assertion",
          ServiceKey.read(serviceKey)
              .assertion(provider.clientId(), provider.issuer().toString(), clock));
    } catch (ServiceKeyException unusable) {
      throw new Failure(
          ExitCode.CONFIGURATION, String.valueOf(unusable.getMessage()), unusable.next(), unusable);
    }
  }

  private StoredSignIn signIn(JsonNode reply, String refreshBefore, ProofKey key) {
    String access = reply.path("access_token").asText();
    String type = reply.path("token_type").asText();
    boolean bound = type.equalsIgnoreCase("DPoP");
    if (access.isEmpty() || !bound && !type.equalsIgnoreCase("Bearer")) {
      throw new Failure(
          ExitCode.CONFIGURATION,
          "the provider gave no token of the type Bearer or DPoP",
          "ask whoever keeps it how the client '" + provider.clientId() + "' is set up");
    }
    return new StoredSignIn(
        provider,
        access,
        reply.path("refresh_token").asText(refreshBefore),
        clock.instant().plusSeconds(reply.path("expires_in").asLong(60)),
        bound ? Optional.of(key) : Optional.empty());
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

  /** Asks for a token that is bound to a key, with a nonce where the provider demands one. */
  private HttpResponse<String> token(Map<String, String> form, ProofKey key) throws IOException {
    URI to = endpoint("token_endpoint");
    HttpResponse<String> reply = proved(to, form, key, Optional.empty());
    Optional<String> nonce = reply.headers().firstValue("DPoP-Nonce");
    boolean again =
        reply.statusCode() == 400
            && nonce.isPresent()
            && json(reply).path("error").asText().equals("use_dpop_nonce");
    return again ? proved(to, form, key, nonce) : reply;
  }

  private HttpResponse<String> proved(
      URI to, Map<String, String> form, ProofKey key, Optional<String> nonce) throws IOException {
    String proof = key.proof("POST", to.toString(), Optional.empty(), nonce, clock);
    return send(request(to, form).header("DPoP", proof));
  }

  private static HttpRequest.Builder request(URI to, Map<String, String> form) {
    String body =
        new TreeMap<>(form)
            .entrySet().stream()
                .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
                .collect(Collectors.joining("&"));
    return HttpRequest.newBuilder(to)
        .header("Content-Type", "application/x-www-form-urlencoded")
        .POST(BodyPublishers.ofString(body));
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
