package org.concordat.auditlog;

/**
 * The public half of a witness's key as a note verifier key, {@code <name>+<8 hex
 * digits>+<base64(0x04 || key)>} (c2sp.org/tlog-cosignature, Ed25519). A member's is its identity
 * key under its certificate name.
 */
public final class WitnessKey {
  private static final byte COSIGNATURE = 0x04;

  private final NoteKey key;

  private WitnessKey(NoteKey key) {
    this.key = key;
  }

  /**
   * A key from its parts.
   *
   * @param publicKey 32 bytes (RFC 8032)
   * @throws MalformedNoteException if the name or the key is not acceptable
   */
  public static WitnessKey of(String name, byte[] publicKey) {
    return new WitnessKey(new NoteKey(COSIGNATURE, name, publicKey));
  }

  /** What it has in common with other keys of notes. */
  NoteKey note() {
    return key;
  }

  /** The witness's name in signature lines. */
  public String name() {
    return key.name();
  }

  /** The first four bytes of SHA-256(name || 0x0A || 0x04 || key), big-endian. */
  public int keyId() {
    return key.id();
  }

  /** The one-line text form. */
  @Override
  public String toString() {
    return key.toString();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof WitnessKey that && key.equals(that.key);
  }

  @Override
  public int hashCode() {
    return key.hashCode();
  }
}
