package org.concordat.certs;

/**
 * Checks a signature with a participant's key: {@link IdentityKey#verify}. The simulation, whose
 * participants are all in one process, does not check again what it has seen being signed.
 */
@FunctionalInterface
public interface SignatureCheck {
  /** Whether {@code signature} is the key's signature of {@code message}. */
  boolean verify(IdentityKey key, byte[] message, byte[] signature);
}
