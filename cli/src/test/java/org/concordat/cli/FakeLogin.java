package org.concordat.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.concordat.testkit.FakeProvider;

/**
 * A provider on this machine: device flow, services, refresh, revocation and keys. It binds tokens
 * and demands a nonce where it is told to.
 */
final class FakeLogin implements AutoCloseable {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  final List<String> asked = Collections.synchronizedList(new ArrayList<>());
  private final HttpServer server;
  private final JWK key = FakeProvider.ec("one");
  volatile String member = "operator";
  volatile String[] roles = {"operator", "auditor"};
  volatile int expiresIn = 300;
  volatile int pending = 1;
  volatile String error = "";
  volatile boolean lies;
  volatile boolean binds;
  volatile boolean demandsNonce;
  volatile String serviceKeys = "";
  final List<String> proofs = Collections.synchronizedList(new ArrayList<>());

  FakeLogin() throws IOException, JOSEException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  String issuer() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    asked.add(path + " " + form(body).getOrDefault("grant_type", ""));
    ObjectNode reply = MAPPER.createObjectNode();
    int status = 200;
    switch (path) {
      case "/.well-known/openid-configuration" ->
          reply
              .put("issuer", lies ? "https://other.example" : issuer())
              .put("device_authorization_endpoint", issuer() + "/device")
              .put("token_endpoint", issuer() + "/token")
              .put("revocation_endpoint", issuer() + "/revoke");
      case "/keys" -> {
        send(exchange, 200, new JWKSet(key).toPublicJWKSet().toString());
        return;
      }
      case "/device" ->
          reply
              .put("device_code", "a-secret")
              .put("user_code", "ABCD-EFGH")
              .put("verification_uri", issuer() + "/go")
              .put("expires_in", 60)
              .put("interval", 0);
      case "/token" -> status = token(reply, exchange, form(body));
      case "/revoke" -> {}
      default -> status = 404;
    }
    send(exchange, status, reply.toString());
  }

  private int token(ObjectNode reply, HttpExchange exchange, Map<String, String> form) {
    String proof = String.valueOf(exchange.getRequestHeaders().getFirst("DPoP"));
    if (demandsNonce && !claims(proof).contains("\"nonce\":\"now\"")) {
      exchange.getResponseHeaders().add("DPoP-Nonce", "now");
      reply.put("error", "use_dpop_nonce");
      return 400;
    }
    if (!error.isEmpty()) {
      reply.put("error", error);
      return 400;
    }
    boolean service = "client_credentials".equals(form.get("grant_type"));
    if (service && !isSigned(form.getOrDefault("client_assertion", ""))) {
      reply.put("error", "invalid_client");
      return 401;
    }
    if (pending > 0 && !service) {
      pending--;
      reply.put("error", "authorization_pending");
      return 400;
    }
    try {
      reply
          .put("access_token", access(proof, service))
          .put("token_type", binds ? "DPoP" : "Bearer")
          .put("expires_in", expiresIn);
      if (!service) {
        reply.put("refresh_token", "refresh-secret");
      }
      return 200;
    } catch (JOSEException | ParseException failure) {
      return 500;
    }
  }

  private boolean isSigned(String assertion) {
    try {
      SignedJWT signed = SignedJWT.parse(assertion);
      JWK registered = JWKSet.parse(serviceKeys).getKeyByKeyId(signed.getHeader().getKeyID());
      return registered != null
          && signed.verify(new ECDSAVerifier(registered.toECKey()))
          && signed.getJWTClaimsSet().getAudience().equals(List.of(issuer()));
    } catch (ParseException | JOSEException wrong) {
      return false;
    }
  }

  private static String claims(String proof) {
    try {
      return SignedJWT.parse(proof).getJWTClaimsSet().toString();
    } catch (ParseException none) {
      return "";
    }
  }

  private String access(String proof, boolean service) throws JOSEException, ParseException {
    JWTClaimsSet.Builder claims =
        FakeProvider.claims(Instant.now(), roles).issuer(issuer()).claim("member", member);
    if (service) {
      claims.subject("a-robot").claim("azp", "nightly");
    }
    if (binds) {
      proofs.add(proof);
      JWK bound = SignedJWT.parse(proof).getHeader().getJWK();
      claims.claim("cnf", Map.of("jkt", bound.computeThumbprint().toString()));
    }
    return FakeProvider.signed(key, claims.build());
  }

  private static Map<String, String> form(String body) {
    Map<String, String> form = new LinkedHashMap<>();
    for (String field : body.split("&")) {
      String[] parts = field.split("=", 2);
      form.put(
          parts[0], parts.length == 1 ? "" : URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
    }
    return form;
  }

  private static void send(HttpExchange exchange, int status, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
