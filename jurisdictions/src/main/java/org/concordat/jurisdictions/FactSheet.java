package org.concordat.jurisdictions;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.erdtman.jcs.JsonCanonicalizer;
import org.jspecify.annotations.Nullable;

/**
 * All that one member states about itself, as one numbered document: the next number says all of it
 * anew, so that a statement is withdrawn by leaving it out, and an older sheet is known as one. The
 * member signs its canonical JSON (RFC 8785). Immutable.
 */
public final class FactSheet {
  /** Payload type of the envelope that a member signs it in. */
  public static final String TYPE = "member.facts";

  /** No sheet is larger, as JSON. */
  public static final int MAX_BYTES = 1 << 14;

  /** What a member may state; all else is known from the roster, the job, or measured. */
  public static final Set<FactName> STATABLE =
      Collections.unmodifiableSet(
          EnumSet.of(
              FactName.TRANSFER_MECHANISM,
              FactName.TRANSFER_REFERENCE,
              FactName.KEY_LOCATION,
              FactName.HOSTING,
              FactName.HOSTING_CONTROL,
              FactName.SUBJECT_REGIONS));

  /** JSON's numbers are exact so far (RFC 8785 section 3.2.2.3). */
  private static final long MAX_NUMBER = (1L << 53) - 1;

  private static final int FORMAT = 1;
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final String member;
  private final long number;
  private final Map<FactName, StatedFact> facts;

  private FactSheet(String member, long number, Map<FactName, StatedFact> facts) {
    this.member = FactValues.text(FactName.MEMBER, member).text();
    if (!this.member.equals(member)) {
      throw new MalformedSheetException("member " + Quoted.text(member) + " is no member's id");
    }
    if (number < 0 || number > MAX_NUMBER) {
      throw new MalformedSheetException("number " + number + " is not between 0 and " + MAX_NUMBER);
    }
    this.number = number;
    this.facts = Collections.unmodifiableMap(facts);
  }

  /** Number 0, nothing stated: what a member begins with. */
  public static FactSheet empty(String member) {
    return new FactSheet(member, 0, new EnumMap<>(FactName.class));
  }

  public String member() {
    return member;
  }

  /** Counts up from 1. */
  public long number() {
    return number;
  }

  /** In the catalogue's order. */
  public Collection<StatedFact> stated() {
    return facts.values();
  }

  /** The next sheet, with one fact stated, or stated anew. */
  public FactSheet with(StatedFact fact) {
    Map<FactName, StatedFact> more = copy();
    more.put(fact.fact(), fact);
    return new FactSheet(member, number + 1, more);
  }

  /** The next sheet, without one. */
  public FactSheet without(FactName fact) {
    Map<FactName, StatedFact> less = copy();
    less.remove(fact);
    return new FactSheet(member, number + 1, less);
  }

  /** The same statements under another number: a copy of the home has given this one away. */
  public FactSheet after(long other) {
    return new FactSheet(member, Math.max(number, other), copy());
  }

  private Map<FactName, StatedFact> copy() {
    Map<FactName, StatedFact> copy = new EnumMap<>(FactName.class);
    copy.putAll(facts);
    return copy;
  }

  /** One of them, expired or not. */
  public Optional<StatedFact> find(FactName fact) {
    return Optional.ofNullable(facts.get(fact));
  }

  /** The latest moment at which one of them was stated; the beginning of time for none. */
  public Instant lastStated() {
    return facts.values().stream()
        .map(StatedFact::stated)
        .max(Instant::compareTo)
        .orElse(Instant.EPOCH);
  }

  /** Adds them to what is known of this member from elsewhere. */
  public void addTo(Facts.Builder builder) {
    facts.values().forEach(fact -> builder.put(fact.toFact()));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof FactSheet that
        && member.equals(that.member)
        && number == that.number
        && facts.equals(that.facts);
  }

  @Override
  public int hashCode() {
    return Objects.hash(member, number, facts);
  }

  /** RFC 8785 bytes. */
  public byte[] toBytes() {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("format", FORMAT).put("member", member).put("number", number);
    ArrayNode all = node.putArray("facts");
    for (StatedFact fact : facts.values()) {
      all.addObject()
          .put("fact", fact.fact().text())
          .put("evidence", fact.evidence())
          .put("stated", fact.stated().toString())
          .put("expires", fact.expires().toString())
          .set("value", MAPPER.valueToTree(PolicyJson.plain(fact.value())));
    }
    try {
      return new JsonCanonicalizer(MAPPER.writeValueAsString(node)).getEncodedUTF8();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  /**
   * Reads a sheet; only its canonical form is one.
   *
   * @throws MalformedSheetException naming what is wrong
   */
  public static FactSheet parse(byte[] canonicalJson) {
    if (canonicalJson.length > MAX_BYTES) {
      throw new MalformedSheetException(
          canonicalJson.length + " bytes; a sheet of facts has at most " + MAX_BYTES);
    }
    FactSheet read;
    try {
      read = read(MAPPER.readTree(canonicalJson));
    } catch (JsonProcessingException noJson) {
      throw new MalformedSheetException("it is no JSON: " + noJson.getOriginalMessage());
    } catch (IOException | InvalidFactException | DateTimeParseException wrong) {
      throw new MalformedSheetException(String.valueOf(wrong.getMessage()));
    }
    if (!Arrays.equals(read.toBytes(), canonicalJson)) {
      throw new MalformedSheetException("it is not in its one canonical form");
    }
    return read;
  }

  /**
   * The sheet out of an envelope whose signature is good.
   *
   * @param type the envelope's payload type
   * @param sender who signed it
   * @throws MalformedSheetException if it is another thing, or about somebody else
   */
  public static FactSheet stated(String type, String sender, byte[] payload) {
    if (!type.equals(TYPE)) {
      throw new MalformedSheetException("it is a " + Quoted.text(type));
    }
    FactSheet sheet = parse(payload);
    if (!sheet.member().equals(sender)) {
      throw new MalformedSheetException(
          Quoted.text(sender) + " states facts about " + Quoted.text(sheet.member()));
    }
    return sheet;
  }

  private static FactSheet read(JsonNode node) {
    if (node.path("format").asInt() != FORMAT) {
      throw new MalformedSheetException("its format is not " + FORMAT);
    }
    Map<FactName, StatedFact> facts = new EnumMap<>(FactName.class);
    for (JsonNode one : node.path("facts")) {
      StatedFact fact = fact(one);
      if (facts.put(fact.fact(), fact) != null) {
        throw new MalformedSheetException("fact '" + fact.fact() + "' is stated twice");
      }
    }
    return new FactSheet(node.path("member").asText(), node.path("number").asLong(), facts);
  }

  private static StatedFact fact(JsonNode node) {
    String name = node.path("fact").asText();
    FactName fact =
        FactName.of(name)
            .orElseThrow(() -> new MalformedSheetException("unknown fact " + Quoted.text(name)));
    JsonNode value = node.path("value");
    List<String> words = new ArrayList<>();
    if (value.isArray()) {
      value.forEach(word -> words.add(word.asText()));
    } else {
      words.add(value.asText());
    }
    return StatedFact.of(
        fact,
        words,
        node.path("evidence").asText(),
        Instant.parse(node.path("stated").asText()),
        Instant.parse(node.path("expires").asText()));
  }

  /** Not a sheet of facts. */
  public static final class MalformedSheetException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MalformedSheetException(String message) {
      super("not a sheet of facts: " + message);
    }
  }
}
