package org.concordat.certs;

import java.nio.file.Path;
import java.security.PublicKey;

/** Skeleton: identity key and member CA key in 0600 files of a 0700 directory. */
public final class ParticipantKeys {
  public static ParticipantKeys create(Path directory) {
    throw new UnsupportedOperationException();
  }

  public static ParticipantKeys load(Path directory) {
    throw new UnsupportedOperationException();
  }

  public IdentityKey identity() {
    throw new UnsupportedOperationException();
  }

  public PublicKey memberCaPublicKey() {
    throw new UnsupportedOperationException();
  }

  /** Ed25519 (RFC 8032) signature of 64 bytes. */
  public byte[] sign(byte[] message) {
    throw new UnsupportedOperationException();
  }
}
