package org.concordat.auditlog;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;

/**
 * The public half of a log's key as a note verifier key, {@code <name>+<8 hex digits>+<base64(0x01
 * || key)>} (c2sp.org/signed-note, "Ed25519 signatures"). It belongs into the pinned genesis; a
 * verifier never takes it from the folder it checks.
 */
public final class LogVerifierKey {
  static final byte ED25519 = 0x01;
  static final int SIGNATURE_BYTES = 64;

  private final String name;
  private final byte[] publicKey;
  private final int keyId;

  private LogVerifierKey(String name, byte[] publicKey) {
    this.name = Names.require(name);
    this.publicKey = publicKey.clone();
    this.keyId = keyId(name, publicKey);
  }

  /**
   * A key from its parts.
   *
   * @throws MalformedNoteException if the name or the 32 bytes are not acceptable
   */
  public static LogVerifierKey of(String name, byte[] publicKey) {
    try {
      new Ed25519PublicKeyParameters(publicKey, 0);
    } catch (RuntimeException invalid) {
      throw new MalformedNoteException(
          "verifier key", "the Ed25519 public key is not a point on the curve");
    }
    if (publicKey.length != Ed25519PublicKeyParameters.KEY_SIZE) {
      throw new MalformedNoteException(
          "verifier key", "an Ed25519 public key has 32 bytes, not " + publicKey.length);
    }
    return new LogVerifierKey(name, publicKey);
  }

  /**
   * Parses {@code name+hash+key}, without line end; the one encoding of a key is accepted, no
   * other.
   *
   * @throws MalformedNoteException naming what is wrong
   */
  public static LogVerifierKey parse(String vkey) {
    String[] parts = vkey.split("\\+", 3);
    if (parts.length != 3) {
      throw new MalformedNoteException("verifier key", "expected name+hash+key");
    }
    byte[] typed = StrictBase64.decode("verifier key", parts[2]);
    if (typed.length != 33 || typed[0] != ED25519) {
      throw new MalformedNoteException(
          "verifier key", "expected an Ed25519 key (type 1, 32 bytes)");
    }
    LogVerifierKey key = of(parts[0], Arrays.copyOfRange(typed, 1, 33));
    if (!key.toString().equals(vkey)) {
      throw new MalformedNoteException(
          "verifier key", "the hash " + parts[1] + " does not belong to name and key");
    }
    return key;
  }

  /** The key name, which is also the log's origin. */
  public String name() {
    return name;
  }

  /** The first four bytes of SHA-256(name || 0x0A || 0x01 || key), big-endian. */
  public int keyId() {
    return keyId;
  }

  /** A copy of the 32 public key bytes (RFC 8032). */
  public byte[] publicKey() {
    return publicKey.clone();
  }

  /** Whether the 64 bytes are this key's Ed25519 signature over the message. */
  public boolean verifies(byte[] message, byte[] signature) {
    if (signature.length != SIGNATURE_BYTES) {
      return false;
    }
    Ed25519Signer verifier = new Ed25519Signer();
    verifier.init(false, new Ed25519PublicKeyParameters(publicKey, 0));
    verifier.update(message, 0, message.length);
    return verifier.verifySignature(signature);
  }

  /** The one-line text form. */
  @Override
  public String toString() {
    byte[] typed = ByteBuffer.allocate(33).put(ED25519).put(publicKey).array();
    return name
        + "+"
        + HexFormat.of().toHexDigits(keyId)
        + "+"
        + Base64.getEncoder().encodeToString(typed);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LogVerifierKey that
        && name.equals(that.name)
        && Arrays.equals(publicKey, that.publicKey);
  }

  @Override
  public int hashCode() {
    return keyId;
  }

  static int keyId(String name, byte[] publicKey) {
    MessageDigest digest = Rfc6962.sha256();
    digest.update(name.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) '\n');
    digest.update(ED25519);
    return ByteBuffer.wrap(digest.digest(publicKey)).getInt();
  }
}
