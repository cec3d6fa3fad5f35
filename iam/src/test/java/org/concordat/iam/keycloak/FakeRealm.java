package org.concordat.iam.keycloak;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** As much of a realm as is asked here, on this machine, with every way to fail. */
final class FakeRealm implements AutoCloseable {
  static final ObjectMapper MAPPER = new ObjectMapper();

  final List<String> asked = Collections.synchronizedList(new ArrayList<>());
  final Map<String, Boolean> users = new ConcurrentHashMap<>();
  final Map<String, Boolean> clients = new ConcurrentHashMap<>(Map.of("directory", true));
  final Map<String, ObjectNode> groups = Collections.synchronizedMap(new TreeMap<>());
  volatile int status;
  volatile String path = "/admin/realms/r";
  volatile boolean silent;
  volatile String forbidden = "nothing";
  private final HttpServer server;

  FakeRealm() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  URI issuer() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/realms/r");
  }

  URI admin() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/admin/realms/r");
  }

  private void answer(HttpExchange exchange) throws IOException {
    String at = exchange.getRequestURI().getPath();
    String query = String.valueOf(exchange.getRequestURI().getQuery());
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    asked.add(exchange.getRequestMethod() + " " + at);
    if (silent) {
      return;
    }
    if (status != 0) {
      send(exchange, status, "{}");
    } else if (at.endsWith("/token")) {
      boolean proved = body.contains("client_assertion=") && !body.contains("client_secret");
      send(
          exchange,
          proved ? 200 : 401,
          proved ? "{\"access_token\":\"t\",\"expires_in\":60}" : "{\"error\":\"no\"}");
    } else if (!at.startsWith(path + "/")) {
      send(exchange, 404, "{}");
    } else {
      admin(exchange, at.substring(path.length()), query, body);
    }
  }

  private void admin(HttpExchange exchange, String at, String query, String body)
      throws IOException {
    String last = at.substring(at.lastIndexOf('/') + 1);
    if (at.contains(forbidden)) {
      send(exchange, 403, "{}");
    } else if (at.equals("/clients")) {
      ArrayNode found = MAPPER.createArrayNode();
      String wanted = query.replaceFirst("^clientId=", "");
      if (clients.containsKey(wanted)) {
        found.addObject().put("clientId", wanted).put("enabled", clients.get(wanted));
      }
      send(exchange, 200, found.toString());
    } else if (at.startsWith("/users/")) {
      Boolean enabled = users.get(last);
      send(exchange, enabled == null ? 404 : 200, "{\"enabled\":" + enabled + "}");
    } else if (at.startsWith("/group-by-path/")) {
      ObjectNode group = groups.get(last);
      send(exchange, group == null ? 404 : 200, String.valueOf(group));
    } else if (exchange.getRequestMethod().equals("POST")) {
      ObjectNode group = (ObjectNode) MAPPER.readTree(body);
      group.put("id", "id-" + group.path("name").asText());
      groups.put(group.path("name").asText(), group);
      send(exchange, 201, "");
    } else {
      ObjectNode group = (ObjectNode) MAPPER.readTree(body);
      groups.put(group.path("name").asText(), group);
      send(exchange, 204, "");
    }
  }

  private static void send(HttpExchange exchange, int status, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
