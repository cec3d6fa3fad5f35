package org.concordat.protocol.bundle;

import java.nio.charset.StandardCharsets;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.hpke.HPKE;
import org.bouncycastle.crypto.hpke.HPKEContext;
import org.bouncycastle.crypto.hpke.HPKEContextWithEncapsulation;
import org.concordat.protocol.bundle.BadBundleException.Reason;

/**
 * Seals items to a member: HPKE in base mode with X25519, HKDF-SHA256 and AES-256-GCM (RFC 9180).
 * Who made a bundle is told by its signature, which covers the sealed items. Items are sealed and
 * opened in one order. Not thread-safe.
 */
public final class BundleSeal {
  private static final byte[] INFO = "concordat-bundle-v1".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] NO_AAD = {};
  private static final int KEY_BYTES = 32;

  private final HPKEContext context;

  private BundleSeal(HPKEContext context) {
    this.context = context;
  }

  private static HPKE hpke() {
    return new HPKE(
        HPKE.mode_base, HPKE.kem_X25519_SHA256, HPKE.kdf_HKDF_SHA256, HPKE.aead_AES_GCM256);
  }

  /**
   * A member's key pair for answers.
   *
   * @param secret the 32 private bytes; never printed
   */
  public record ReplyKey(byte[] secret, byte[] open) {
    /** A fresh one. */
    public static ReplyKey create() {
      HPKE hpke = hpke();
      AsymmetricCipherKeyPair pair = hpke.generatePrivateKey();
      return new ReplyKey(
          hpke.serializePrivateKey(pair.getPrivate()), hpke.serializePublicKey(pair.getPublic()));
    }

    /** The pair of 64 stored bytes. */
    public static ReplyKey of(byte[] stored) {
      byte[] secret = new byte[KEY_BYTES];
      byte[] open = new byte[KEY_BYTES];
      System.arraycopy(stored, 0, secret, 0, KEY_BYTES);
      System.arraycopy(stored, KEY_BYTES, open, 0, KEY_BYTES);
      return new ReplyKey(secret, open);
    }

    /** 64 bytes, secret. */
    public byte[] toStore() {
      byte[] stored = new byte[2 * KEY_BYTES];
      System.arraycopy(secret, 0, stored, 0, KEY_BYTES);
      System.arraycopy(open, 0, stored, KEY_BYTES, KEY_BYTES);
      return stored;
    }

    @Override
    public String toString() {
      return "ReplyKey"; // the secret must not end up in a log
    }
  }

  /** One that seals, and what the receiver needs. */
  public record Sender(BundleSeal seal, byte[] encapsulated) {}

  /**
   * Seals to a member's open key.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static Sender to(byte[] replyKey) {
    if (replyKey.length != KEY_BYTES) {
      throw new IllegalArgumentException("a reply key has 32 bytes, not " + replyKey.length);
    }
    HPKE hpke = hpke();
    HPKEContextWithEncapsulation context =
        hpke.setupBaseS(hpke.deserializePublicKey(replyKey), INFO);
    return new Sender(new BundleSeal(context), context.getEncapsulation());
  }

  /**
   * Opens what was sealed to a key.
   *
   * @throws BadBundleException if {@code encapsulated} is none
   */
  public static BundleSeal with(ReplyKey key, byte[] encapsulated) throws BadBundleException {
    HPKE hpke = hpke();
    try {
      return new BundleSeal(
          hpke.setupBaseR(
              encapsulated, hpke.deserializePrivateKey(key.secret(), key.open()), INFO));
    } catch (RuntimeException malformed) {
      throw new BadBundleException(Reason.NOT_SEALED_TO_US, "its encapsulated key is malformed");
    }
  }

  byte[] seal(byte[] item) {
    try {
      return context.seal(NO_AAD, item);
    } catch (InvalidCipherTextException impossible) {
      throw new IllegalStateException("AES-GCM seals everything", impossible);
    }
  }

  byte[] open(byte[] sealed) throws BadBundleException {
    try {
      return context.open(NO_AAD, sealed);
    } catch (InvalidCipherTextException | RuntimeException wrong) {
      throw new BadBundleException(
          Reason.NOT_SEALED_TO_US,
          "it is sealed to another key; bring this site's newest bundle to the coordinator first");
    }
  }
}
