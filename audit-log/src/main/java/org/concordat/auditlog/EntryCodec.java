package org.concordat.auditlog;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Entries to and from canonical JSON (RFC 8785). */
final class EntryCodec {
  /** The version of the entry's schema, field {@code v}. */
  static final int VERSION = 1;

  private static final int FIXED_CHARS = 384;
  private static final int PAIR_CHARS = 6;
  private static final int DIGEST_CHARS = 96;

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

  /**
   * RFC 8785: members in the order of their names, no white space. Of characters that need an
   * escape (§3.2.2.2) a checked entry has only two; its numbers are whole and below 2^53.
   */
  static byte[] encode(AuditEntry entry) {
    StringBuilder json = new StringBuilder(length(entry));
    json.append('{');
    put(json, "actor", entry.actor());
    entry.alliance().ifPresent(name -> put(json, "alliance", name));
    entry.attempt().ifPresent(number -> put(json, "attempt", number));
    putAll(json, "details", entry.details());
    putAll(json, "digests", entry.digests());
    put(json, "id", entry.id());
    entry.job().ifPresent(name -> put(json, "job", name));
    put(json, "outcome", entry.outcome().text());
    entry.round().ifPresent(number -> put(json, "round", number));
    put(json, "subject", entry.subject());
    name(json, "time");
    json.append('"');
    time(json, entry.time());
    json.append('"');
    put(json, "type", entry.type().text());
    put(json, "v", VERSION);
    return json.append('}').toString().getBytes(StandardCharsets.UTF_8);
  }

  /** About as long as the text will be: it is not copied while it grows. */
  private static int length(AuditEntry entry) {
    int length = FIXED_CHARS + entry.actor().length() + entry.id().length();
    for (Map.Entry<String, String> pair : entry.details().entrySet()) {
      length += pair.getKey().length() + pair.getValue().length() + PAIR_CHARS;
    }
    return length + entry.digests().size() * DIGEST_CHARS;
  }

  /** As {@link Instant#toString}, of the years from 2000 to 9999 and with milliseconds at most. */
  private static void time(StringBuilder json, Instant time) {
    LocalDateTime utc = LocalDateTime.ofEpochSecond(time.getEpochSecond(), 0, ZoneOffset.UTC);
    json.append(utc.getYear());
    digits(json.append('-'), utc.getMonthValue(), 10);
    digits(json.append('-'), utc.getDayOfMonth(), 10);
    digits(json.append('T'), utc.getHour(), 10);
    digits(json.append(':'), utc.getMinute(), 10);
    digits(json.append(':'), utc.getSecond(), 10);
    int millis = time.getNano() / 1_000_000;
    if (millis > 0) {
      digits(json.append('.'), millis, 100);
    }
    json.append('Z');
  }

  private static void digits(StringBuilder json, int value, int highest) {
    for (int place = highest; place > 0; place /= 10) {
      json.append((char) ('0' + value / place % 10));
    }
  }

  static AuditEntry decode(byte[] bytes) {
    if (bytes.length > AuditEntry.MAX_BYTES) {
      throw new MalformedEntryException(
          "entry", bytes.length + " bytes, at most " + AuditEntry.MAX_BYTES);
    }
    Optional<AuditEntry> plain = CanonicalReader.read(bytes);
    return plain.isPresent() ? plain.get() : parse(bytes);
  }

  /** Any entry, or what is wrong with it. */
  static AuditEntry parse(byte[] bytes) {
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

  private static void name(StringBuilder json, String name) {
    if (json.charAt(json.length() - 1) != '{') {
      json.append(',');
    }
    json.append('"').append(name).append("\":");
  }

  private static void put(StringBuilder json, String name, long value) {
    name(json, name);
    json.append(value);
  }

  private static void put(StringBuilder json, String name, String value) {
    name(json, name);
    json.append('"');
    if (value.indexOf('"') < 0 && value.indexOf('\\') < 0) {
      json.append(value);
    } else {
      json.append(value.replace("\\", "\\\\").replace("\"", "\\\""));
    }
    json.append('"');
  }

  private static void putAll(StringBuilder json, String name, Map<String, String> values) {
    if (!values.isEmpty()) {
      name(json, name);
      json.append('{');
      values.forEach((key, value) -> put(json, key, value));
      json.append('}');
    }
  }
}
