package org.concordat.auditlog;

import java.util.Arrays;

/**
 * The public half of a log's key as a note verifier key, {@code <name>+<8 hex digits>+<base64(0x01
 * || key)>} (c2sp.org/signed-note, "Ed25519 signatures"). It belongs into the pinned genesis; a
 * verifier never takes it from the folder it checks.
 */
public final class LogVerifierKey {
  static final byte ED25519 = 0x01;

  private final NoteKey key;

  private LogVerifierKey(NoteKey key) {
    this.key = key;
  }

  /**
   * A key from its parts.
   *
   * @throws MalformedNoteException if the name or the 32 bytes are not acceptable
   */
  public static LogVerifierKey of(String name, byte[] publicKey) {
    return new LogVerifierKey(new NoteKey(ED25519, name, publicKey));
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

  /** What it has in common with other keys of notes. */
  NoteKey note() {
    return key;
  }

  /** The key name, which is also the log's origin. */
  public String name() {
    return key.name();
  }

  /** The first four bytes of SHA-256(name || 0x0A || 0x01 || key), big-endian. */
  public int keyId() {
    return key.id();
  }

  /** A copy of the 32 public key bytes (RFC 8032). */
  public byte[] publicKey() {
    return key.publicKey();
  }

  /** Whether the 64 bytes are this key's Ed25519 signature over the message. */
  public boolean verifies(byte[] message, byte[] signature) {
    return key.verifies(message, signature);
  }

  /** The one-line text form. */
  @Override
  public String toString() {
    return key.toString();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LogVerifierKey that && key.equals(that.key);
  }

  @Override
  public int hashCode() {
    return key.hashCode();
  }
}
