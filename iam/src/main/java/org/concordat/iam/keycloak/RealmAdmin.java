package org.concordat.iam.keycloak;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
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
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.concordat.iam.signin.ServiceKey;
import org.concordat.iam.signin.ServiceKey.ServiceKeyException;

/**
 * The few calls of Keycloak's administration interface that are needed here. The coordinator's
 * client signs in with its key ({@code private_key_jwt}). Used on one thread.
 */
final class RealmAdmin {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final int MAX_BYTES = 1 << 20;

  /** A token that ends sooner is renewed before a call. */
  private static final Duration SPARE = Duration.ofSeconds(10);

  private static final int OK = 200;
  private static final int CREATED = 201;
  private static final int NO_CONTENT = 204;
  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(TIMEOUT)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();
  private final Realm realm;
  private final Clock clock;
  private String token = "";
  private Instant tokenEnds = Instant.MIN;

  private record Reply(int status, byte[] body) {}

  RealmAdmin(Realm realm, Clock clock) {
    this.realm = realm;
    this.clock = clock;
  }

  /** Whether there is such a person or service account, and it is enabled. */
  boolean personEnabled(String subject) throws IOException {
    Optional<JsonNode> found = get("/users/" + encoded(subject));
    return found.isPresent() && found.get().path("enabled").asBoolean(false);
  }

  /** Whether there is such a client, and it is enabled. */
  boolean clientEnabled(String clientId) throws IOException {
    Optional<JsonNode> found = get("/clients?clientId=" + encoded(clientId));
    if (found.isEmpty() || !found.get().isArray()) {
      throw new RealmException(realm.admin() + " has no clients: it is no realm's administration");
    }
    for (JsonNode client : found.get()) {
      if (client.path("clientId").asText().equals(clientId)) {
        return client.path("enabled").asBoolean(false);
      }
    }
    return false;
  }

  /** A group at the top, with its attributes. */
  Optional<ObjectNode> group(String name) throws IOException {
    return get("/group-by-path/" + encoded(name))
        .filter(JsonNode::isObject)
        .map(ObjectNode.class::cast);
  }

  /** Makes a group at the top; one that somebody made meanwhile is found the next time. */
  void makeGroup(ObjectNode group) throws IOException {
    require(send("POST", "/groups", Optional.of(group)), CREATED, CONFLICT);
  }

  /** Replaces a group's attributes. */
  void updateGroup(ObjectNode group) throws IOException {
    String id = group.path("id").asText();
    require(send("PUT", "/groups/" + encoded(id), Optional.of(group)), NO_CONTENT, OK);
  }

  private Optional<JsonNode> get(String path) throws IOException {
    Reply reply = send("GET", path, Optional.empty());
    if (reply.status == NOT_FOUND) {
      return Optional.empty();
    }
    require(reply, OK);
    return Optional.of(json(reply));
  }

  private Reply send(String method, String path, Optional<ObjectNode> body) throws IOException {
    if (!clock.instant().plus(SPARE).isBefore(tokenEnds)) {
      signIn();
    }
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(realm.admin() + path))
            .header("Authorization", "Bearer " + token)
            .method(
                method,
                body.isPresent()
                    ? BodyPublishers.ofByteArray(MAPPER.writeValueAsBytes(body.get()))
                    : BodyPublishers.noBody());
    body.ifPresent(json -> request.header("Content-Type", "application/json"));
    Reply reply = exchange(request);
    if (reply.status == UNAUTHORIZED) {
      tokenEnds = Instant.MIN; // the next look signs in anew
    }
    return reply;
  }

  private void signIn() throws IOException {
    // read each time: a key that was replaced counts without a restart
    ServiceKey key;
    try {
      key = ServiceKey.read(realm.keyFile());
    } catch (ServiceKeyException unusable) {
      throw new RealmException(unusable.getMessage() + ". Next: " + unusable.next());
    }
    String form =
        "grant_type=client_credentials&client_id="
            + encoded(realm.clientId())
            + "&client_assertion_type="
            + encoded(ServiceKey.ASSERTION_TYPE)
            + "&client_assertion="
            + encoded(key.assertion(realm.clientId(), realm.issuer().toString(), clock));
    Reply reply =
        exchange(
            HttpRequest.newBuilder(realm.tokenEndpoint())
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form)));
    JsonNode said = json(reply);
    token = said.path("access_token").asText();
    if (reply.status != OK || token.isEmpty()) {
      throw new RealmException(
          "the realm does not sign in the client '%s': status %d %s. Next: give it a service account and its public key there (examples/keycloak)"
              .formatted(realm.clientId(), reply.status, plain(said.path("error").asText())));
    }
    tokenEnds = clock.instant().plusSeconds(said.path("expires_in").asLong(0));
  }

  private Reply exchange(HttpRequest.Builder request) throws IOException {
    HttpRequest built = request.timeout(TIMEOUT).header("Accept", "application/json").build();
    CompletableFuture<Reply> reply =
        http.sendAsync(built, BodyHandlers.ofInputStream()).thenApply(RealmAdmin::read);
    try {
      // also a body that never ends: the timeout of the request is over when headers are there
      return reply.get(2 * TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException gone) {
      reply.cancel(true);
      Throwable cause = gone.getCause() == null ? gone : gone.getCause();
      throw new RealmException(
          "the realm at %s cannot be reached: %s"
              .formatted(
                  built.uri().getHost(),
                  cause.getMessage() == null
                      ? cause.getClass().getSimpleName()
                      : cause.getMessage()));
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new RealmException("stopped");
    }
  }

  private static Reply read(HttpResponse<InputStream> response) {
    try (InputStream body = response.body()) {
      byte[] bytes = body.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new RealmException("its answer is longer than " + MAX_BYTES + " bytes");
      }
      return new Reply(response.statusCode(), bytes);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  private void require(Reply reply, int... wanted) throws IOException {
    for (int status : wanted) {
      if (reply.status == status) {
        return;
      }
    }
    throw new RealmException(
        "the realm's administration answers with status "
            + reply.status
            + (reply.status == FORBIDDEN
                ? ". Next: give the service account of '"
                    + realm.clientId()
                    + "' the roles of examples/keycloak"
                : ""));
  }

  private static JsonNode json(Reply reply) throws IOException {
    try {
      JsonNode read = MAPPER.readTree(reply.body);
      return read == null ? MAPPER.createObjectNode() : read;
    } catch (JacksonException notJson) {
      throw new RealmException("the realm answers with what is no JSON, status " + reply.status);
    }
  }

  /** Words of another program, on one line. */
  private static String plain(String words) {
    return words.substring(0, Math.min(100, words.length())).replaceAll("[^ -~]", "?");
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
