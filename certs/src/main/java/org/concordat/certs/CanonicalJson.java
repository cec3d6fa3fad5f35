package org.concordat.certs;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Arrays;
import org.erdtman.jcs.JsonCanonicalizer;

/**
 * Canonical JSON (RFC 8785), read strictly: a document is accepted only when its bytes are exactly
 * the canonical form of what was understood (one newline at the end is allowed), so that a digest
 * names one file and no two readers can understand it differently.
 */
final class CanonicalJson {
  /** Largest document read, a genesis with its policy and certificates. */
  static final int MAX_BYTES = 4 << 20;

  private static final int MAX_DEPTH = 8;

  private static final ObjectMapper MAPPER =
      new ObjectMapper(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxStringLength(MAX_BYTES)
                          .maxNumberLength(16)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private CanonicalJson() {}

  static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  static byte[] bytes(ObjectNode node) {
    try {
      return new JsonCanonicalizer(MAPPER.writeValueAsString(node)).getEncodedUTF8();
    } catch (IOException e) {
      throw new IllegalStateException("cannot canonicalise a tree built here", e);
    }
  }

  /**
   * @throws MalformedDocumentException when {@code content} is not one canonical JSON object of the
   *     given type, at most {@link #MAX_BYTES} long
   */
  static Fields parse(SignatureContext type, byte[] content) {
    return parse(type.label(), content);
  }

  static Fields parse(String type, byte[] content) {
    if (content.length > MAX_BYTES) {
      throw new MalformedDocumentException(type, "longer than " + MAX_BYTES + " bytes");
    }
    Fields fields = new Fields(type, "", readObject(type, content));
    fields.requireType();
    return fields;
  }

  private static ObjectNode readObject(String type, byte[] content) {
    JsonNode node;
    try {
      node = MAPPER.readTree(content);
    } catch (IOException e) {
      throw new MalformedDocumentException(
          type, "not JSON, or a field twice, or nested too deeply; get the file again");
    }
    if (!(node instanceof ObjectNode object)) {
      throw new MalformedDocumentException(type, "not a JSON object");
    }
    if (!isCanonical(object, content)) {
      throw new MalformedDocumentException(
          type,
          "not in canonical form (RFC 8785); it was edited or re-encoded, get the file again");
    }
    return object;
  }

  private static boolean isCanonical(ObjectNode object, byte[] content) {
    byte[] canonical = bytes(object);
    boolean newline = content.length == canonical.length + 1 && content[content.length - 1] == '\n';
    byte[] body = newline ? Arrays.copyOf(content, canonical.length) : content;
    return Arrays.equals(canonical, body);
  }
}
