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
 * What keys of signed notes (c2sp.org/signed-note) have in common, whatever their type: a name, an
 * id, an Ed25519 key, a one-line form, and the signature lines under a note.
 */
final class NoteKey {
  static final int SIGNATURE_BYTES = 64;

  private static final String DASH = "\u2014 ";

  private final byte type;
  private final String name;
  private final byte[] publicKey;
  private final int id;

  /**
   * @param type what is signed and how: 1 for a log, 4 for a witness
   * @throws MalformedNoteException if the name or the 32 bytes are not acceptable
   */
  NoteKey(byte type, String name, byte[] publicKey) {
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
    this.type = type;
    this.name = Names.require(name);
    this.publicKey = publicKey.clone();
    MessageDigest digest = Rfc6962.sha256();
    digest.update((name + "\n").getBytes(StandardCharsets.UTF_8));
    this.id = ByteBuffer.wrap(digest.digest(typed())).getInt();
  }

  private byte[] typed() {
    return ByteBuffer.allocate(1 + publicKey.length).put(type).put(publicKey).array();
  }

  String name() {
    return name;
  }

  /** The first four bytes of SHA-256(name || 0x0A || type || key), big-endian. */
  int id() {
    return id;
  }

  byte[] publicKey() {
    return publicKey.clone();
  }

  boolean verifies(byte[] message, byte[] signature) {
    if (signature.length != SIGNATURE_BYTES) {
      return false;
    }
    Ed25519Signer verifier = new Ed25519Signer();
    verifier.init(false, new Ed25519PublicKeyParameters(publicKey, 0));
    verifier.update(message, 0, message.length);
    return verifier.verifySignature(signature);
  }

  /** A signature line with its end; after the key's id it holds these bytes. */
  String line(byte[] payload) {
    byte[] tagged =
        ByteBuffer.allocate(Integer.BYTES + payload.length).putInt(id).put(payload).array();
    return lineStart() + Base64.getEncoder().encodeToString(tagged) + "\n";
  }

  /** How signature lines of keys of this name begin. */
  String lineStart() {
    return DASH + name + " ";
  }

  /**
   * What a signature line holds after this key's id.
   *
   * @param what the line is, for refusals
   * @throws SignatureRefusedException unless it is exactly one line, by this key, of that length
   */
  byte[] payload(String what, String line, int bytes) {
    if (!line.startsWith(lineStart()) || line.indexOf('\n') != line.length() - 1) {
      throw new SignatureRefusedException(
          name, "expected exactly one " + what + " line, by this key");
    }
    byte[] tagged =
        StrictBase64.decode(what, line.substring(lineStart().length(), line.length() - 1));
    if (tagged.length != Integer.BYTES + bytes || ByteBuffer.wrap(tagged).getInt() != id) {
      throw new SignatureRefusedException(name, "the " + what + " is by another key of this name");
    }
    return Arrays.copyOfRange(tagged, Integer.BYTES, tagged.length);
  }

  /** {@code <name>+<8 hex digits>+<base64(type || key)>}. */
  @Override
  public String toString() {
    return name
        + "+"
        + HexFormat.of().toHexDigits(id)
        + "+"
        + Base64.getEncoder().encodeToString(typed());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof NoteKey that
        && type == that.type
        && name.equals(that.name)
        && Arrays.equals(publicKey, that.publicKey);
  }

  @Override
  public int hashCode() {
    return id;
  }
}
