package org.concordat.testkit;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/** A provider on this machine, with real keys, that publishes them and signs what it is told. */
public final class FakeProvider implements AutoCloseable {
  /** As its tokens name it. */
  public static final String ISSUER = "https://login.lyon.example/realms/hearts";

  /** For whom its tokens are. */
  public static final String AUDIENCE = "concordat";

  private final HttpServer server;
  private final int port;

  /** How often its keys were asked for. */
  public final AtomicInteger asked = new AtomicInteger();

  private volatile JWKSet published = new JWKSet();
  private volatile boolean down;

  public FakeProvider() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    port = server.getAddress().getPort();
    server.createContext(
        "/keys",
        exchange -> {
          asked.incrementAndGet();
          byte[] body = published.toString().getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(down ? 503 : 200, down ? -1 : body.length);
          if (!down) {
            exchange.getResponseBody().write(body);
          }
          exchange.close();
        });
    server.start();
  }

  /** A fresh key of RSA. */
  public static RSAKey rsa(String id) throws JOSEException {
    return new RSAKeyGenerator(2048).keyID(id).algorithm(JWSAlgorithm.RS256).generate();
  }

  /** A fresh key on P-256. */
  public static ECKey ec(String id) throws JOSEException {
    return new ECKeyGenerator(Curve.P_256).keyID(id).algorithm(JWSAlgorithm.ES256).generate();
  }

  /** These keys, and no others. */
  public void publish(JWK... keys) {
    published = new JWKSet(List.of(keys)).toPublicJWKSet();
  }

  /** Whether it answers with 503. */
  public void setDown(boolean is) {
    down = is;
  }

  /** Where it publishes its keys. */
  public URI keys() {
    return URI.create("http://127.0.0.1:" + port + "/keys");
  }

  /** Claims of an operator of lyon, valid for five minutes from {@code now}. */
  public static JWTClaimsSet.Builder claims(Instant now, String... roles) {
    return new JWTClaimsSet.Builder()
        .issuer(ISSUER)
        .audience(AUDIENCE)
        .subject("5f0c2f4e-anna")
        .jwtID("token-1")
        .claim("sid", "session-1")
        .claim("member", "lyon")
        .claim("realm_access", Map.of("roles", List.of(roles)))
        .issueTime(Date.from(now))
        .expirationTime(Date.from(now.plusSeconds(300)));
  }

  /** A token. */
  public static String signed(JWK key, JWTClaimsSet claims) throws JOSEException {
    return signed(key, claims, header -> header.type(JOSEObjectType.JWT));
  }

  /** A token with a header of one's own. */
  public static String signed(JWK key, JWTClaimsSet claims, UnaryOperator<JWSHeader.Builder> more)
      throws JOSEException {
    JWSAlgorithm algorithm = key instanceof RSAKey ? JWSAlgorithm.RS256 : JWSAlgorithm.ES256;
    JWSSigner signer =
        key instanceof RSAKey rsa ? new RSASSASigner(rsa) : new ECDSASigner(key.toECKey());
    SignedJWT token =
        new SignedJWT(
            more.apply(new JWSHeader.Builder(algorithm).keyID(key.getKeyID())).build(), claims);
    token.sign(signer);
    return token.serialize();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
