package org.concordat.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.concordat.jurisdictions.Policy;

/**
 * A policy in Cedar's language, from its canonical JSON. A {@code require} becomes {@code forbid
 * unless}; a fact is {@code context["name"]} with {@code value} and {@code source}.
 *
 * <p>What Cedar cannot say is left out: that a fact is unknown, that a list or a statement has
 * expired, obligations, reasons, and numbers that are not whole. Where every fact that a rule reads
 * is stated, in force and from a source that it takes, both mean the same: see {@code
 * docs/benchmarks.md}.
 */
final class CedarPolicy {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final JsonNode policy;

  private CedarPolicy(JsonNode policy) {
    this.policy = policy;
  }

  /**
   * @throws IllegalArgumentException for what Cedar cannot say
   */
  static String of(Policy policy) {
    try {
      return new CedarPolicy(MAPPER.readTree(policy.canonicalJson())).text();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  private String text() {
    StringJoiner rules = new StringJoiner("\n");
    for (JsonNode rule : policy.get("rules")) {
      String effect = rule.get("effect").asText();
      rules.add(
          "@id(%s)\n%s(principal, action in %s, resource)\n%s { %s };"
              .formatted(
                  quoted(rule.get("id").asText()),
                  effect.equals("permit") ? "permit" : "forbid",
                  actions(rule.get("actions")),
                  effect.equals("require") ? "unless" : "when",
                  condition(rule.get("when"))));
    }
    return rules.toString();
  }

  private static String actions(JsonNode actions) {
    StringJoiner joined = new StringJoiner(", ", "[", "]");
    actions.forEach(action -> joined.add("Action::" + quoted(action.asText())));
    return joined.toString();
  }

  private String condition(JsonNode when) {
    if (when.has("not")) {
      return "!(" + condition(when.get("not")) + ")";
    }
    for (Map.Entry<String, String> form : Map.of("all", " && ", "any", " || ").entrySet()) {
      if (when.has(form.getKey())) {
        StringJoiner parts = new StringJoiner(form.getValue(), "(", ")");
        when.get(form.getKey()).forEach(part -> parts.add(condition(part)));
        return parts.toString();
      }
    }
    String comparison = comparison(when);
    return when.has("from") ? "(" + from(when) + " && " + comparison + ")" : comparison;
  }

  private static String from(JsonNode reference) {
    return words(reference.get("from")) + ".contains(" + fact(reference) + ".source)";
  }

  private static String fact(JsonNode reference) {
    return "context[" + quoted(reference.get("fact").asText()) + "]";
  }

  private String comparison(JsonNode one) {
    String left = fact(one) + ".value";
    if (one.has("present")) {
      return "context has " + quoted(one.get("fact").asText());
    }
    for (Map.Entry<String, String> operator :
        Map.of("equals", "==", "notEquals", "!=", "atLeast", ">=", "atMost", "<=").entrySet()) {
      if (one.has(operator.getKey())) {
        JsonNode right = one.get(operator.getKey());
        String compared = left + " " + operator.getValue() + " " + operand(right);
        return right.has("from") ? "(" + from(right) + " && " + compared + ")" : compared;
      }
    }
    if (one.has("subsetOf")) {
      return list(one.get("subsetOf")) + ".containsAll(" + left + ")";
    }
    return one.has("in")
        ? list(one.get("in")) + ".contains(" + left + ")"
        : "!" + list(one.get("notIn")) + ".contains(" + left + ")";
  }

  private static String operand(JsonNode right) {
    if (right.isObject()) {
      return fact(right) + ".value";
    }
    if (right.isNumber()) {
      return Long.toString(CedarRequest.whole(right.asDouble()));
    }
    return right.isBoolean() ? right.toString() : quoted(right.asText());
  }

  private String list(JsonNode operand) {
    return words(
        operand.isObject()
            ? policy.get("lists").get(operand.get("list").asText()).get("values")
            : operand);
  }

  private static String words(JsonNode words) {
    List<String> quoted = new ArrayList<>();
    words.forEach(word -> quoted.add(quoted(word.asText())));
    return "[" + String.join(", ", quoted) + "]";
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
