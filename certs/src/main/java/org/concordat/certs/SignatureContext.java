package org.concordat.certs;

import java.nio.charset.StandardCharsets;

/**
 * What an identity key signs in this module: {@code label ‖ 0x00 ‖ SHA-256 of the canonical
 * document}. The label keeps a signature for one purpose from being used for another; everything
 * else that an identity key signs must begin differently.
 */
public enum SignatureContext {
  MEMBER_REQUEST("concordat/member-request/v1"),
  INVITATION("concordat/invitation/v1"),
  EXIT("concordat/member-exit/v1"),
  ROSTER("concordat/roster/v1"),
  GENESIS("concordat/genesis/v1");

  private final String label;

  SignatureContext(String label) {
    this.label = label;
  }

  /** The document type written in the JSON and used as the label. */
  public String label() {
    return label;
  }

  /** The bytes to sign for a document of this digest. */
  public byte[] over(Sha256 digest) {
    byte[] prefix = (label + "\0").getBytes(StandardCharsets.US_ASCII);
    byte[] message = new byte[prefix.length + 32];
    System.arraycopy(prefix, 0, message, 0, prefix.length);
    System.arraycopy(digest.bytes(), 0, message, prefix.length, 32);
    return message;
  }
}
