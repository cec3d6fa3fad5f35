package org.concordat.auditlog;

import java.util.Base64;

/** Standard base64 (RFC 4648 §4) with padding, in its one canonical spelling. */
final class StrictBase64 {
  private StrictBase64() {}

  static byte[] decode(String what, String text) {
    try {
      byte[] bytes = Base64.getDecoder().decode(text);
      // the decoder ignores stray trailing bits: two spellings would then name one value
      if (Base64.getEncoder().encodeToString(bytes).equals(text)) {
        return bytes;
      }
    } catch (IllegalArgumentException notBase64) {
      // refused below
    }
    throw new MalformedNoteException(what, "not canonical base64");
  }

  static TreeHash hash(String what, String text) {
    byte[] bytes = decode(what, text);
    if (bytes.length != TreeHash.BYTES) {
      throw new MalformedNoteException(what, "expected a hash of 32 bytes, found " + bytes.length);
    }
    return TreeHash.of(bytes);
  }
}
