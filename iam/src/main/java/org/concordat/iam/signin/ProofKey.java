package org.concordat.iam.signin;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.time.Clock;
import java.util.Date;
import java.util.Optional;
import java.util.UUID;
import org.concordat.iam.token.Proofs;

/**
 * The key that a sign-in's tokens are bound to, on P-256: whoever steals a token alone cannot use
 * it. One key for each sign-in.
 */
public final class ProofKey {
  private final ECKey key;

  private ProofKey(ECKey key) {
    this.key = key;
  }

  /** A fresh key. */
  public static ProofKey fresh() {
    try {
      return new ProofKey(new ECKeyGenerator(Curve.P_256).generate());
    } catch (JOSEException impossible) {
      throw new IllegalStateException("every Java runtime has P-256", impossible);
    }
  }

  /**
   * @param secretJson of {@link #secretJson}
   * @throws IllegalArgumentException if it is no such key; the message quotes nothing of it
   */
  public static ProofKey parse(String secretJson) {
    try {
      ECKey key = ECKey.parse(secretJson);
      if (key.isPrivate() && Curve.P_256.equals(key.getCurve())) {
        return new ProofKey(key);
      }
    } catch (ParseException | RuntimeException damaged) {
      // told below: a parser quotes what it reads
    }
    throw new IllegalArgumentException("no private key on P-256");
  }

  /** The private JWK: for a file that only its owner reads. */
  public String secretJson() {
    return key.toJSONString();
  }

  /**
   * A proof for one request (RFC 9449 section 4.2).
   *
   * @param method of HTTP
   * @param address without query and fragment
   * @param token that goes with the request; empty where a token is asked for
   * @param nonce that the server demanded, if it did (section 8)
   */
  public String proof(
      String method, String address, Optional<String> token, Optional<String> nonce, Clock clock) {
    JWTClaimsSet.Builder claims =
        new JWTClaimsSet.Builder()
            .jwtID(UUID.randomUUID().toString())
            .claim("htm", method)
            .claim("htu", address)
            .issueTime(Date.from(clock.instant()));
    token.ifPresent(given -> claims.claim("ath", Proofs.tokenHash(given)));
    nonce.ifPresent(demanded -> claims.claim("nonce", demanded));
    try {
      SignedJWT proof =
          new SignedJWT(
              new JWSHeader.Builder(JWSAlgorithm.ES256)
                  .type(new JOSEObjectType("dpop+jwt"))
                  .jwk(key.toPublicJWK())
                  .build(),
              claims.build());
      proof.sign(new ECDSASigner(key));
      return proof.serialize();
    } catch (JOSEException impossible) {
      throw new IllegalStateException("a key on P-256 signs", impossible);
    }
  }

  /** Without the key. */
  @Override
  public String toString() {
    return "proof key";
  }
}
