package org.concordat.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.concordat.jurisdictions.Fact;
import org.concordat.jurisdictions.FactValue;
import org.concordat.jurisdictions.Facts;

/** One question about one member, as Cedar is asked it: facts in force only, the member's first. */
record CedarRequest(String policy, String member, String action, Map<String, Object> context) {

  static CedarRequest of(String policy, PolicyCase question) {
    Map<String, Object> context = new LinkedHashMap<>();
    add(question, question.alliance(), context);
    add(question, question.facts(), context);
    context.put("member", Map.of("value", question.member(), "source", "roster"));
    return new CedarRequest(policy, question.member(), question.action().text(), context);
  }

  private static void add(PolicyCase question, Facts facts, Map<String, Object> context) {
    for (Fact fact : facts.all()) {
      context.remove(fact.name().text()); // the member's own counts, expired or not
      if (fact.isInForce(question.now())) {
        context.put(
            fact.name().text(),
            Map.of("value", plain(fact.value()), "source", fact.source().text()));
      }
    }
  }

  private static Object plain(FactValue value) {
    if (value instanceof FactValue.Number number) {
      return whole(number.value());
    }
    if (value instanceof FactValue.TextSet set) {
      return List.copyOf(set.texts());
    }
    return value instanceof FactValue.Flag flag ? Boolean.valueOf(flag.value()) : value.toString();
  }

  /** Cedar's numbers are 64-bit integers. */
  static long whole(double number) {
    if (number != Math.rint(number) || Math.abs(number) > 1L << 53) {
      throw new IllegalArgumentException("Cedar has no number " + number);
    }
    return (long) number;
  }
}
