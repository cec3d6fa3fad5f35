package org.concordat.certs;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A document that the members have put in force. A roster names it, its bytes are kept elsewhere.
 *
 * @param version 1 or more; a later roster names the same document or a greater version
 * @param digest of the document's canonical bytes
 */
public record DocumentEntry(DocumentKind kind, int version, Sha256 digest) {
  /**
   * @throws IllegalArgumentException when the version is out of bounds
   */
  public DocumentEntry {
    if (version < 1) {
      throw new IllegalArgumentException(
          "the version of the %s must be 1 or more, not %d".formatted(kind, version));
    }
  }

  /** Whether this may stand in a roster right after that one: the same, or a greater version. */
  boolean follows(DocumentEntry before) {
    return equals(before) || version > before.version;
  }

  void write(ObjectNode node) {
    node.put("kind", kind.wireName()).put("version", version).put("digest", digest.hex());
  }

  static DocumentEntry read(Fields fields) {
    return new DocumentEntry(
        fields.value("kind", DocumentKind::of),
        fields.integer("version"),
        fields.value("digest", Sha256::new));
  }

  @Override
  public String toString() {
    return "%s version %d (%s)".formatted(kind, version, digest);
  }
}
