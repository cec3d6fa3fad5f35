package org.concordat.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.concordat.jurisdictions.Action;
import org.concordat.jurisdictions.FactName;
import org.concordat.jurisdictions.FactSource;
import org.concordat.jurisdictions.Facts;
import org.concordat.jurisdictions.Policy;
import org.jspecify.annotations.Nullable;

/** One question about one member. */
record PolicyCase(Action action, Facts alliance, String member, Facts facts, Instant now) {
  /** The questions that a policy's own test cases ask, one for each member in them. */
  static List<PolicyCase> of(Policy policy) {
    List<PolicyCase> cases = new ArrayList<>();
    for (JsonNode test : tests(policy)) {
      for (Map.Entry<String, JsonNode> member : test.get("members").properties()) {
        cases.add(
            new PolicyCase(
                Action.of(test.get("action").asText()).orElseThrow(),
                facts(test.get("alliance")),
                member.getKey(),
                facts(member.getValue()),
                Instant.parse(test.get("now").asText())));
      }
    }
    return cases;
  }

  private static JsonNode tests(Policy policy) {
    try {
      return new ObjectMapper().readTree(policy.canonicalJson()).get("tests");
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  private static Facts facts(JsonNode json) {
    Facts.Builder facts = Facts.builder();
    for (Map.Entry<String, JsonNode> entry : json.properties()) {
      FactName name = FactName.of(entry.getKey()).orElseThrow();
      JsonNode stated = entry.getValue();
      FactSource source = FactSource.of(stated.get("source").asText()).orElseThrow();
      @Nullable Instant expires =
          stated.has("expires") ? Instant.parse(stated.get("expires").asText()) : null;
      JsonNode value = stated.get("value");
      switch (name.type()) {
        case FLAG -> facts.put(name, value.asBoolean(), source, expires);
        case NUMBER -> facts.put(name, value.asDouble(), source, expires);
        case JURISDICTIONS -> {
          Set<String> words = new TreeSet<>();
          value.forEach(word -> words.add(word.asText()));
          facts.put(name, words, source, expires);
        }
        default -> facts.put(name, value.asText(), source, expires);
      }
    }
    return facts.build();
  }

  /** As {@link Policy#evaluateOnly} takes it. */
  SortedMap<String, Facts> touched() {
    return new TreeMap<>(Map.of(member, facts));
  }
}
