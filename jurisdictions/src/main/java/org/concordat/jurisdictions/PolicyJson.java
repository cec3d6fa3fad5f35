package org.concordat.jurisdictions;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.erdtman.jcs.JsonCanonicalizer;

/**
 * A policy as canonical JSON (RFC 8785): the same keys as people write, every value in its one
 * spelling.
 */
final class PolicyJson {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private PolicyJson() {}

  static byte[] canonical(PolicyDocument policy) {
    return canonical(document(policy));
  }

  /** Plain values in canonical form. */
  static byte[] canonical(Map<String, Object> values) {
    try {
      return new JsonCanonicalizer(MAPPER.writeValueAsString(values)).getEncodedUTF8();
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("maps of plain values are always JSON", impossible);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  private static Map<String, Object> document(PolicyDocument policy) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("format", PolicyReader.FORMAT);
    map.put("policy", policy.name());
    map.put("version", policy.version());
    if (!policy.lists().isEmpty()) {
      Map<String, Object> lists = new LinkedHashMap<>();
      policy.lists().forEach((name, list) -> lists.put(name, list(list)));
      map.put("lists", lists);
    }
    if (!policy.bounds().isEmpty()) { // absent otherwise: older policies keep their digests
      Map<String, Object> bounds = new LinkedHashMap<>();
      policy.bounds().forEach((obligation, number) -> bounds.put(obligation.text(), number));
      map.put("bounds", bounds);
    }
    map.put("rules", policy.rules().stream().map(PolicyJson::rule).toList());
    map.put("tests", policy.tests().stream().map(PolicyJson::test).toList());
    return map;
  }

  private static Map<String, Object> list(ValueList list) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("source", list.source());
    map.put("asOf", list.asOf());
    if (list.expires() != null) {
      map.put("expires", list.expires().toString());
    }
    map.put("values", list.values());
    return map;
  }

  private static Map<String, Object> rule(Rule rule) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("id", rule.id());
    map.put("effect", rule.effect().text());
    map.put("actions", texts(rule.actions()));
    map.put("when", condition(rule.when()));
    map.put("because", rule.because());
    if (!rule.obligations().isEmpty()) {
      map.put("obligations", texts(rule.obligations()));
    }
    return map;
  }

  private static Map<String, Object> condition(Condition condition) {
    if (condition instanceof Condition.All all) {
      return Map.of("all", all.parts().stream().map(PolicyJson::condition).toList());
    }
    if (condition instanceof Condition.Any any) {
      return Map.of("any", any.parts().stream().map(PolicyJson::condition).toList());
    }
    if (condition instanceof Condition.Not not) {
      return Map.of("not", condition(not.part()));
    }
    Comparison comparison = (Comparison) condition;
    Map<String, Object> map = reference(comparison.fact(), comparison.from());
    map.put(comparison.operator().text(), operand(comparison.operand()));
    return map;
  }

  private static Object operand(Operand operand) {
    if (operand instanceof Operand.Literal literal) {
      return plain(literal.value());
    }
    if (operand instanceof Operand.OtherFact other) {
      return reference(other.fact(), other.from());
    }
    if (operand instanceof Operand.Words words) {
      return words.words();
    }
    return operand instanceof Operand.Named named
        ? Map.of("list", named.list().name())
        : Boolean.TRUE;
  }

  private static Map<String, Object> reference(FactName fact, Set<FactSource> from) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("fact", fact.text());
    if (!from.isEmpty()) {
      map.put("from", texts(from));
    }
    return map;
  }

  /** A test case as plain values, with the keys as people write them. */
  static Map<String, Object> test(TestCase test) {
    Map<String, Object> map = new LinkedHashMap<>();
    if (!test.name().isEmpty()) {
      map.put("name", test.name());
    }
    map.put("action", test.action().text());
    map.put("now", test.now().toString());
    map.put("alliance", facts(test.alliance()));
    Map<String, Object> members = new LinkedHashMap<>();
    test.members().forEach((id, facts) -> members.put(id, facts(facts)));
    map.put("members", members);
    test.expect().ifPresent(allowed -> map.put("expect", verdict(allowed)));
    Map<String, Object> expected = new LinkedHashMap<>();
    test.expectMembers().forEach((id, allowed) -> expected.put(id, verdict(allowed)));
    if (!expected.isEmpty()) {
      map.put("expectMembers", expected);
    }
    if (!test.decidedBy().isEmpty()) {
      map.put("decidedBy", test.decidedBy());
    }
    return map;
  }

  static Map<String, Object> facts(Facts facts) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (Fact fact : facts.all()) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("value", plain(fact.value()));
      one.put("source", fact.source().text());
      if (fact.expires() != null) {
        one.put("expires", fact.expires().toString());
      }
      map.put(fact.name().text(), one);
    }
    return map;
  }

  /** A value as JSON has it. */
  static Object plain(FactValue value) {
    if (value instanceof FactValue.Number number) {
      return number.value();
    }
    if (value instanceof FactValue.Flag flag) {
      return flag.value();
    }
    return value instanceof FactValue.TextSet set ? List.copyOf(set.texts()) : value.toString();
  }

  private static String verdict(boolean allowed) {
    return allowed ? "allowed" : "denied";
  }

  private static List<String> texts(Collection<? extends Enum<?>> constants) {
    List<String> texts = new ArrayList<>();
    constants.stream()
        .sorted((a, b) -> Integer.compare(a.ordinal(), b.ordinal()))
        .forEach(one -> texts.add(one.toString()));
    return texts;
  }
}
