package org.concordat.iam.signin;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;

/**
 * A service's key at its identity provider: a private JWK on P-256 (RFC 7517) in a file that only
 * its owner reads. It is made where it is used; the provider gets its public half.
 */
public final class ServiceKey {
  /** How a form names an {@link #assertion} ({@code client_assertion_type}). */
  public static final String ASSERTION_TYPE =
      "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

  /** How long an assertion may be used; the provider takes it once. */
  private static final Duration ASSERTION_LIFE = Duration.ofSeconds(60);

  private static final int MAX_BYTES = 4096;
  private static final Set<PosixFilePermission> OWNER =
      EnumSet.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE);

  private final ECKey key;

  private ServiceKey(ECKey key) {
    this.key = key;
  }

  /** A key file that cannot be used. The message names the file, never a key. */
  public static final class ServiceKeyException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String next;

    ServiceKeyException(Path file, String what, String next) {
      super(file + " " + what);
      this.next = next;
    }

    /** The way out. */
    public String next() {
      return next;
    }
  }

  /**
   * Makes a fresh key in a file that is not there yet, with the mode 0600; durable when it returns.
   *
   * @throws ServiceKeyException if there is a file already
   */
  public static ServiceKey make(Path file) throws IOException {
    try {
      ECKey fresh =
          new ECKeyGenerator(Curve.P_256)
              .keyUse(KeyUse.SIGNATURE)
              .algorithm(JWSAlgorithm.ES256)
              .keyIDFromThumbprint(true)
              .generate();
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(file, fresh.toJSONString() + "\n", StandardOpenOption.SYNC);
      return new ServiceKey(fresh);
    } catch (FileAlreadyExistsException there) {
      throw new ServiceKeyException(
          file, "is there already and is never overwritten", "move it away, or name another file");
    } catch (JOSEException impossible) {
      throw new IllegalStateException("every Java runtime has P-256", impossible);
    }
  }

  /**
   * @throws ServiceKeyException if it is missing, others have access to it, or it holds no such key
   */
  public static ServiceKey read(Path file) throws IOException {
    Set<PosixFilePermission> others;
    try {
      others = Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException missing) {
      throw new ServiceKeyException(
          file, "is missing", "make it with 'concordat login --make-service-key " + file + "'");
    }
    others.removeAll(OWNER);
    if (!others.isEmpty()) {
      throw new ServiceKeyException(file, "can be read by others", "chmod 0600 " + file);
    }
    if (Files.size(file) > MAX_BYTES) {
      throw new ServiceKeyException(
          file, "is longer than " + MAX_BYTES + " bytes: it is no key", "name the right file");
    }
    try {
      ECKey key = ECKey.parse(Files.readString(file));
      if (key.isPrivate() && Curve.P_256.equals(key.getCurve()) && key.getKeyID() != null) {
        return new ServiceKey(key);
      }
    } catch (ParseException | RuntimeException damaged) {
      // told below, without the cause: a parser quotes what it reads
    }
    throw new ServiceKeyException(
        file, "holds no private key on P-256 with a 'kid', as a JWK", "make another one");
  }

  /** What the provider is given: a JWK set with the public key alone. */
  public String publicKeys() {
    return new JWKSet(key.toPublicJWK()).toString();
  }

  /**
   * Says who the service is, once ({@code private_key_jwt}: RFC 7523 section 3).
   *
   * @param audience the provider's issuer
   */
  public String assertion(String clientId, String audience, Clock clock) {
    Instant now = clock.instant();
    JWTClaimsSet claims =
        new JWTClaimsSet.Builder()
            .issuer(clientId)
            .subject(clientId)
            .audience(audience)
            .jwtID(UUID.randomUUID().toString())
            .issueTime(Date.from(now))
            .expirationTime(Date.from(now.plus(ASSERTION_LIFE)))
            .build();
    try {
      SignedJWT assertion =
          new SignedJWT(
              new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key.getKeyID()).build(), claims);
      assertion.sign(new ECDSASigner(key));
      return assertion.serialize();
    } catch (JOSEException impossible) {
      throw new IllegalStateException("a key on P-256 signs", impossible);
    }
  }

  /** Without the key. */
  @Override
  public String toString() {
    return "service key " + key.getKeyID();
  }
}
