package org.concordat.auditlog;

import java.util.Arrays;

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

  /**
   * Parses {@code name+hash+key}, without line end; the one encoding of a key is accepted.
   *
   * @throws MalformedNoteException naming what is wrong
   */
  public static WitnessKey parse(String vkey) {
    String[] parts = vkey.split("\\+", 3);
    if (parts.length != 3) {
      throw new MalformedNoteException("witness key", "expected name+hash+key");
    }
    byte[] typed = StrictBase64.decode("witness key", parts[2]);
    if (typed.length != 33 || typed[0] != COSIGNATURE) {
      throw new MalformedNoteException("witness key", "expected an Ed25519 key (type 4, 32 bytes)");
    }
    WitnessKey key = of(parts[0], Arrays.copyOfRange(typed, 1, 33));
    if (!key.toString().equals(vkey)) {
      throw new MalformedNoteException(
          "witness key", "the hash " + parts[1] + " does not belong to name and key");
    }
    return key;
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
