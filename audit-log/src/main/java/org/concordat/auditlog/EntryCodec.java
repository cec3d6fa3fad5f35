package org.concordat.auditlog;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.erdtman.jcs.JsonCanonicalizer;
import org.jspecify.annotations.Nullable;

/** Entries to and from canonical JSON (RFC 8785). */
final class EntryCodec {
  /** The version of the entry's schema, field {@code v}. */
  static final int VERSION = 1;

  private static final JsonMapper JSON =
      JsonMapper.builder(
              com.fasterxml.jackson.core.JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(4)
                          .maxNumberLength(20)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private EntryCodec() {}

  static byte[] encode(AuditEntry entry) {
    ObjectNode json = JSON.createObjectNode();
    json.put("v", VERSION);
    json.put("id", entry.id());
    json.put("time", entry.time().toString());
    json.put("type", entry.type().text());
    json.put("actor", entry.actor());
    json.put("subject", entry.subject());
    json.put("outcome", entry.outcome().text());
    entry.alliance().ifPresent(name -> json.put("alliance", name));
    entry.job().ifPresent(name -> json.put("job", name));
    entry.round().ifPresent(number -> json.put("round", number));
    entry.attempt().ifPresent(number -> json.put("attempt", number));
    putAll(json, "details", entry.details());
    putAll(json, "digests", entry.digests());
    try {
      return new JsonCanonicalizer(json.toString()).getEncodedUTF8();
    } catch (IOException impossible) {
      throw new IllegalStateException("a checked entry has a canonical form", impossible);
    }
  }

  static AuditEntry decode(byte[] bytes) {
    if (bytes.length > AuditEntry.MAX_BYTES) {
      throw new MalformedEntryException(
          "entry", bytes.length + " bytes, at most " + AuditEntry.MAX_BYTES);
    }
    AuditEntry entry = read(tree(bytes));
    // also refuses unknown fields, other spellings of numbers and times, and malformed UTF-8
    if (!Arrays.equals(encode(entry), bytes)) {
      throw new MalformedEntryException(
          "entry", "not in canonical form, or with fields of no known schema");
    }
    return entry;
  }

  private static JsonNode tree(byte[] bytes) {
    try {
      JsonNode node = JSON.readTree(bytes);
      if (node != null && node.isObject()) {
        return node;
      }
    } catch (JsonProcessingException notJson) {
      throw new MalformedEntryException("entry", "not JSON: " + notJson.getOriginalMessage());
    } catch (IOException notText) { // bytes that look like UTF-16 or UTF-32 and are not
      throw new MalformedEntryException("entry", "not UTF-8: " + notText.getMessage());
    }
    throw new MalformedEntryException("entry", "not a JSON object");
  }

  private static AuditEntry read(JsonNode json) {
    if (integer(json, "v").orElse(-1) != VERSION) {
      throw new MalformedEntryException("v", "expected schema version " + VERSION);
    }
    String type = text(json, "type");
    String outcome = text(json, "outcome");
    return new AuditEntry(
        text(json, "id"),
        time(text(json, "time")),
        EntryType.of(type).orElseThrow(() -> new MalformedEntryException("type", "unknown")),
        text(json, "actor"),
        text(json, "subject"),
        EntryOutcome.of(outcome)
            .orElseThrow(() -> new MalformedEntryException("outcome", "unknown")),
        optional(json, "alliance"),
        optional(json, "job"),
        integer(json, "round"),
        integer(json, "attempt"),
        map(json, "details"),
        map(json, "digests"));
  }

  private static Instant time(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeException malformed) {
      throw new MalformedEntryException("time", "not RFC 3339 in UTC");
    }
  }

  private static String text(JsonNode json, String field) {
    return optional(json, field).orElseThrow(() -> new MalformedEntryException(field, "missing"));
  }

  private static Optional<String> optional(JsonNode json, String field) {
    @Nullable JsonNode node = json.get(field);
    if (node == null) {
      return Optional.empty();
    }
    if (!node.isTextual()) {
      throw new MalformedEntryException(field, "expected text");
    }
    return Optional.of(node.textValue());
  }

  private static OptionalLong integer(JsonNode json, String field) {
    @Nullable JsonNode node = json.get(field);
    if (node == null) {
      return OptionalLong.empty();
    }
    if (!node.isIntegralNumber() || !node.canConvertToLong()) {
      throw new MalformedEntryException(field, "expected a whole number");
    }
    return OptionalLong.of(node.longValue());
  }

  private static Map<String, String> map(JsonNode json, String field) {
    @Nullable JsonNode node = json.get(field);
    Map<String, String> values = new TreeMap<>();
    if (node == null) {
      return values;
    }
    if (!node.isObject() || node.isEmpty()) {
      throw new MalformedEntryException(field, "expected an object with at least one member");
    }
    for (Iterator<Map.Entry<String, JsonNode>> each = node.fields(); each.hasNext(); ) {
      Map.Entry<String, JsonNode> pair = each.next();
      values.put(pair.getKey(), text(node, pair.getKey()));
    }
    return values;
  }

  private static void putAll(ObjectNode json, String field, Map<String, String> values) {
    if (!values.isEmpty()) {
      ObjectNode object = json.putObject(field);
      values.forEach(object::put);
    }
  }
}
