package org.concordat.iam.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Date;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.concordat.certs.Sha256;
import org.concordat.iam.token.TokenRefusedException.Reason;

/**
 * Proofs that a caller has the key that its token is bound to (DPoP, RFC 9449), one for each call,
 * each taken once. Numbers are the steps of its section 4.3. Thread-safe.
 */
public final class Proofs {
  /** Every call of gRPC is a POST. */
  static final String METHOD = "POST";

  private static final JOSEObjectType TYPE = new JOSEObjectType("dpop+jwt");

  private final String coordinator;
  private final ProofLimits limits;
  private final Clock clock;
  private final Instant started;
  private final Map<Sha256, Instant> taken = new LinkedHashMap<>();

  /**
   * @param coordinator the name in its certificate: a proof for one is none for another
   */
  public Proofs(String coordinator, ProofLimits limits, Clock clock) {
    this.coordinator = coordinator;
    this.limits = limits;
    this.clock = clock;
    this.started = clock.instant().truncatedTo(ChronoUnit.SECONDS);
  }

  /** What a proof for a call names as its address ({@code htu}). */
  public static String address(String coordinator, String call) {
    return "https://" + coordinator + "/" + call;
  }

  /**
   * @param token that the proof goes with
   * @param key thumbprint that the token is bound to
   * @throws TokenRefusedException unless the one proof is of that key, for this call and token,
   *     recent, and not seen before
   */
  void require(String token, Sha256 key, Presented presented) throws TokenRefusedException {
    SignedJWT proof = parse(presented.proofs());
    requireSigned(proof, key);
    Instant now = clock.instant();
    takeOnce(key, requireClaims(proof, token, presented.call(), now), now);
  }

  /** Steps 1 and 2. */
  private static SignedJWT parse(List<String> proofs) throws TokenRefusedException {
    if (proofs.size() != 1) {
      throw refused(
          "the token is bound to a key: exactly one header 'dpop' proves that the caller has it;"
              + " there are "
              + proofs.size());
    }
    if (proofs.get(0).length() > ProofLimits.MAX_CHARS) {
      throw refused("the proof has more than " + ProofLimits.MAX_CHARS + " characters");
    }
    try {
      return SignedJWT.parse(proofs.get(0));
    } catch (ParseException | IllegalArgumentException malformed) {
      throw refused("the proof cannot be read");
    }
  }

  /** Steps 4 to 7, and the second half of 12: a stranger's key costs no signature check. */
  private static void requireSigned(SignedJWT proof, Sha256 bound) throws TokenRefusedException {
    JWSHeader header = proof.getHeader();
    if (!TYPE.equals(header.getType())
        || !JWSAlgorithm.ES256.equals(header.getAlgorithm())
        || header.getCriticalParams() != null
        || !(header.getJWK() instanceof ECKey key)
        || !Curve.P_256.equals(key.getCurve())
        || key.isPrivate()) {
      throw refused("the proof is no 'dpop+jwt' by ES256 with its public key on P-256");
    }
    try {
      byte[] thumbprint = key.computeThumbprint().decode();
      if (!HexFormat.of().formatHex(thumbprint).equals(bound.hex())) {
        throw refused("the proof is by another key than the one that the token is bound to");
      }
      if (!proof.verify(new ECDSAVerifier(key))) {
        throw refused("the proof's signature does not hold");
      }
    } catch (JOSEException | IllegalArgumentException wrong) {
      throw refused("the proof's key or signature is malformed");
    }
  }

  /** Steps 3, 8, 9, 11 and the first half of 12; there is no nonce (10). */
  private String requireClaims(SignedJWT proof, String token, String call, Instant now)
      throws TokenRefusedException {
    try {
      JWTClaimsSet claims = proof.getJWTClaimsSet();
      String id = claims.getJWTID();
      Date issued = claims.getIssueTime();
      if (id == null || id.isBlank() || issued == null) {
        throw refused("the proof has no 'jti' or no 'iat'");
      }
      String address = address(coordinator, call);
      if (!METHOD.equals(claims.getStringClaim("htm"))
          || !address.equals(claims.getStringClaim("htu"))) {
        throw refused("the proof is for another call than " + METHOD + " " + address);
      }
      if (!tokenHash(token).equals(claims.getStringClaim("ath"))) {
        throw refused("the proof is for another token");
      }
      requireRecent(issued.toInstant(), now);
      return id;
    } catch (ParseException malformed) {
      throw refused("the proof's claims cannot be read");
    }
  }

  private void requireRecent(Instant issued, Instant now) throws TokenRefusedException {
    if (issued.isBefore(now.minus(limits.life()).minus(limits.clockSkew()))
        || issued.isAfter(now.plus(limits.clockSkew()))) {
      throw refused(
          "the proof was made at %s, the coordinator's clock says %s. Next: set the clock that is wrong"
              .formatted(issued, now.truncatedTo(ChronoUnit.SECONDS)));
    }
    if (issued.isBefore(started)) {
      // what was taken before a restart is forgotten, and must not be taken again
      throw refused(
          "the proof was made before the coordinator started, at " + started + ". Next: try again");
    }
  }

  private synchronized void takeOnce(Sha256 key, String id, Instant now)
      throws TokenRefusedException {
    forgetUntil(now.minus(limits.window()));
    Sha256 name = Sha256.of((key.hex() + id).getBytes(StandardCharsets.UTF_8));
    if (taken.containsKey(name)) {
      throw refused("the proof was used before. Next: sign another one for each call");
    }
    if (taken.size() >= limits.remembered()) {
      throw refused(
          "%d proofs came within %d s, and more are not remembered (oidc.proofs). Next: try again later, or raise it in the coordinator's file"
              .formatted(limits.remembered(), limits.window().toSeconds()));
    }
    taken.put(name, now);
  }

  /** The oldest are first. */
  private void forgetUntil(Instant over) {
    Iterator<Instant> oldest = taken.values().iterator();
    while (oldest.hasNext() && oldest.next().isBefore(over)) {
      oldest.remove();
    }
  }

  /** What a proof names of its token ({@code ath}). */
  public static String tokenHash(String token) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(Sha256.of(token.getBytes(StandardCharsets.US_ASCII)).bytes());
  }

  private static TokenRefusedException refused(String message) {
    return new TokenRefusedException(Reason.PROOF, message);
  }
}
