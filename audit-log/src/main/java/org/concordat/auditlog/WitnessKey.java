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
 * The public half of a witness's key as a note verifier key, {@code <name>+<8 hex
 * digits>+<base64(0x04 || key)>} (c2sp.org/tlog-cosignature, Ed25519). A member's is its identity
 * key under its certificate name.
 */
public final class WitnessKey {
  private static final byte COSIGNATURE = 0x04;

  private final String name;
  private final byte[] publicKey;
  private final int keyId;

  private WitnessKey(String name, byte[] publicKey) {
    this.name = Names.require(name);
    this.publicKey = publicKey.clone();
    MessageDigest digest = Rfc6962.sha256();
    digest.update((name + "\n").getBytes(StandardCharsets.UTF_8));
    digest.update(COSIGNATURE);
    this.keyId = ByteBuffer.wrap(digest.digest(publicKey)).getInt();
  }

  /**
   * A key from its parts.
   *
   * @param publicKey 32 bytes (RFC 8032)
   * @throws MalformedNoteException if the name or the key is not acceptable
   */
  public static WitnessKey of(String name, byte[] publicKey) {
    LogVerifierKey.of(name, publicKey); // the same rules for name and point
    return new WitnessKey(name, publicKey);
  }

  /** The witness's name in signature lines. */
  public String name() {
    return name;
  }

  /** The first four bytes of SHA-256(name || 0x0A || 0x04 || key), big-endian. */
  public int keyId() {
    return keyId;
  }

  boolean verifies(byte[] message, byte[] signature) {
    Ed25519Signer verifier = new Ed25519Signer();
    verifier.init(false, new Ed25519PublicKeyParameters(publicKey, 0));
    verifier.update(message, 0, message.length);
    return verifier.verifySignature(signature);
  }

  /** The one-line text form. */
  @Override
  public String toString() {
    byte[] typed = ByteBuffer.allocate(33).put(COSIGNATURE).put(publicKey).array();
    return name
        + "+"
        + HexFormat.of().toHexDigits(keyId)
        + "+"
        + Base64.getEncoder().encodeToString(typed);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof WitnessKey that
        && name.equals(that.name)
        && Arrays.equals(publicKey, that.publicKey);
  }

  @Override
  public int hashCode() {
    return keyId;
  }
}
