package org.concordat.jurisdictions.analysis;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.concordat.jurisdictions.Action;
import org.concordat.jurisdictions.Decision;
import org.concordat.jurisdictions.Fact;
import org.concordat.jurisdictions.FactName;
import org.concordat.jurisdictions.FactSource;
import org.concordat.jurisdictions.FactValue;
import org.concordat.jurisdictions.Facts;
import org.concordat.jurisdictions.Policy;

/**
 * Random policies over three facts, with every operator, dated lists and comparisons of facts; and
 * all worlds that they could tell apart, written down by hand.
 */
final class TinyPolicies {
  /** Facts and a time, put to a policy as anybody would. */
  record Asked(Facts alliance, Facts member, Instant now) {
    Decision of(Policy policy) {
      return policy.evaluateOnly(
          Action.TRAIN, alliance, new TreeMap<>(Map.of("some-member", member)), now);
    }
  }

  static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
  private static final Instant FIRST_END = Instant.parse("2027-01-01T00:00:00Z");
  private static final Instant SECOND_END = Instant.parse("2028-01-01T00:00:00Z");
  private static final List<Instant> TIMES = List.of(NOW, FIRST_END, SECOND_END);

  private static final List<List<FactName>> SUBJECTS =
      List.of(
          List.of(FactName.PURPOSE, FactName.COHORT_SIZE, FactName.COUNTRY),
          List.of(FactName.SECURE_AGGREGATION, FactName.SUBJECT_REGIONS, FactName.DATA_CLASS),
          List.of(FactName.COUNTRY, FactName.AGGREGATOR_COUNTRY, FactName.SECURE_AGGREGATION),
          List.of(FactName.DP_EPSILON_SPENT, FactName.DP_EPSILON_LIMIT, FactName.COHORT_SIZE));

  private static final List<String> WORDS = List.of("ra", "rb", "rc");
  private static final List<String> COUNTRIES = List.of("CH", "DE", "US");
  private static final List<String> REGIONS = List.of("ch", "eu", "us");

  private final RandomGenerator random;
  private final List<FactName> facts;

  TinyPolicies(RandomGenerator random) {
    this.random = random;
    this.facts = pick(SUBJECTS);
  }

  Policy policy(int mostRules) {
    List<String> rules = new ArrayList<>();
    int count = random.nextInt(1, mostRules + 1);
    for (int i = 0; i < count; i++) {
      rules.add(rule(i));
    }
    return policy(rules);
  }

  /** The same policy with a rule more, less, or another. */
  List<Policy> twoAlike(int mostRules) {
    List<String> rules = new ArrayList<>();
    int count = random.nextInt(1, mostRules + 1);
    for (int i = 0; i < count; i++) {
      rules.add(rule(i));
    }
    List<String> others = new ArrayList<>(rules);
    int at = random.nextInt(rules.size());
    switch (random.nextInt(4)) {
      case 0 -> others.add(rule(99));
      case 1 -> others.set(at, rule(at));
      case 2 -> Collections.shuffle(others, new Random(random.nextLong()));
      default -> others.set(at, others.get(at).replace("log-before-acting", "members-only"));
    }
    return List.of(policy(rules), policy(others));
  }

  private String rule(int number) {
    String effect = pick(List.of("forbid", "require", "permit", "permit"));
    String duty =
        effect.equals("forbid") || random.nextInt(3) > 0
            ? ""
            : ", obligations: [" + pick(List.of("log-before-acting", "members-only")) + "]";
    return "  - {id: r"
        + number
        + ", effect: "
        + effect
        + ", actions: [train], when: "
        + condition(2)
        + ", because: test"
        + duty
        + "}\n";
  }

  private static Policy policy(List<String> rules) {
    String text =
        "format: 1\npolicy: tiny\nversion: 1\nlists:\n"
            + "  words: {source: t, asOf: 2026-01-01, expires: 2027-01-01T00:00:00Z, values: [ra, rb]}\n"
            + "  places: {source: t, asOf: 2026-01-01, expires: 2028-01-01T00:00:00Z, values: [ch, de]}\n"
            + "rules:\n"
            + String.join("", rules)
            + "tests:\n"
            + "  - {name: n, action: export, now: 2026-11-21T00:00:00Z, members: {aa: {}}, expect: denied}\n";
    return Policy.parse(Path.of("tiny.yaml"), text.getBytes(StandardCharsets.UTF_8));
  }

  String condition(int depth) {
    if (depth > 0 && random.nextInt(3) == 0) {
      return "{not: " + condition(depth - 1) + "}";
    }
    if (depth > 0 && random.nextInt(2) == 0) {
      String form = random.nextBoolean() ? "all" : "any";
      return "{" + form + ": [" + condition(depth - 1) + ", " + condition(depth - 1) + "]}";
    }
    return comparison(pick(facts));
  }

  private String comparison(FactName fact) {
    return "{fact: " + fact + from() + ", " + operator(fact) + "}";
  }

  private String from() {
    return random.nextInt(4) == 0 ? ", from: [roster]" : "";
  }

  private String operator(FactName fact) {
    if (random.nextInt(8) == 0) {
      return "present: true";
    }
    return switch (fact) {
      case COHORT_SIZE ->
          pick(List.of("atLeast", "atMost", "equals", "notEquals")) + ": " + random.nextInt(2, 5);
      case SECURE_AGGREGATION -> pick(List.of("equals", "notEquals")) + ": " + random.nextBoolean();
      case SUBJECT_REGIONS ->
          "subsetOf: " + (random.nextInt(3) == 0 ? "{list: places}" : some(REGIONS));
      case COUNTRY -> place(FactName.AGGREGATOR_COUNTRY);
      case AGGREGATOR_COUNTRY -> place(FactName.COUNTRY);
      case DP_EPSILON_SPENT -> epsilon(FactName.DP_EPSILON_LIMIT);
      case DP_EPSILON_LIMIT -> epsilon(FactName.DP_EPSILON_SPENT);
      default -> text(WORDS, "words");
    };
  }

  private String place(FactName other) {
    boolean both = facts.contains(other) && random.nextInt(3) == 0;
    return both
        ? pick(List.of("equals", "notEquals")) + ": {fact: " + other + from() + "}"
        : text(COUNTRIES, "places");
  }

  private String epsilon(FactName other) {
    String operator = pick(List.of("atLeast", "atMost", "equals", "notEquals"));
    return operator
        + ": "
        + (random.nextBoolean() ? "{fact: " + other + from() + "}" : random.nextInt(1, 3));
  }

  private String text(List<String> words, String list) {
    if (random.nextBoolean()) {
      return pick(List.of("equals", "notEquals")) + ": " + pick(words);
    }
    return pick(List.of("in", "notIn"))
        + ": "
        + (random.nextInt(3) == 0 ? "{list: " + list + "}" : some(words));
  }

  private String some(List<String> words) {
    Set<String> some = new TreeSet<>(Set.of(pick(words)));
    some.add(pick(words));
    return some.toString();
  }

  /** Every world that a policy over these facts could tell apart, and many more. */
  void forEachWorld(Consumer<Asked> consumer) {
    for (Instant now : TIMES) {
      descend(0, new EnumMap<>(FactName.class), now, consumer);
    }
  }

  private void descend(
      int depth, Map<FactName, Optional<Fact>> stated, Instant now, Consumer<Asked> consumer) {
    if (depth == facts.size()) {
      Facts alliance = Facts.none();
      Facts member = Facts.none();
      for (Optional<Fact> fact : stated.values()) {
        if (fact.isPresent() && fact.get().name().mayBeStated(true)) {
          member = member.with(fact.get());
        } else if (fact.isPresent()) {
          alliance = alliance.with(fact.get());
        }
      }
      consumer.accept(new Asked(alliance, member, now));
      return;
    }
    FactName name = facts.get(depth);
    for (Optional<Fact> fact : statements(name, now)) {
      stated.put(name, fact);
      descend(depth + 1, stated, now, consumer);
    }
  }

  private static List<Optional<Fact>> statements(FactName name, Instant now) {
    List<Optional<Fact>> statements = new ArrayList<>();
    statements.add(Optional.empty());
    List<FactValue> values = values(name);
    statements.add(Optional.of(new Fact(name, values.get(0), FactSource.ROSTER, now)));
    for (FactValue value : values) {
      statements.add(Optional.of(new Fact(name, value, FactSource.ROSTER, null)));
      statements.add(Optional.of(new Fact(name, value, FactSource.MEASURED, null)));
    }
    return statements;
  }

  private static List<FactValue> values(FactName name) {
    List<FactValue> values = new ArrayList<>();
    switch (name) {
      case COHORT_SIZE -> List.of(1, 2, 3, 4, 5).forEach(n -> values.add(number(n)));
      case DP_EPSILON_SPENT, DP_EPSILON_LIMIT ->
          List.of(0.0, 0.5, 1.0, 1.2, 1.8, 2.0, 3.0, 4.0).forEach(n -> values.add(number(n)));
      case SECURE_AGGREGATION ->
          List.of(true, false).forEach(f -> values.add(new FactValue.Flag(f)));
      case COUNTRY, AGGREGATOR_COUNTRY -> texts(values, "CH", "DE", "US", "AR", "BR");
      case SUBJECT_REGIONS -> sets(List.of("ch", "de", "eu", "us", "br"), values);
      default -> texts(values, "ra", "rb", "rc", "rd");
    }
    return values;
  }

  private static FactValue number(double value) {
    return new FactValue.Number(value);
  }

  private static void texts(List<FactValue> values, String... words) {
    for (String word : words) {
      values.add(new FactValue.Text(word));
    }
  }

  private static void sets(List<String> words, List<FactValue> values) {
    for (int bits = 1; bits < 1 << words.size(); bits++) {
      TreeSet<String> set = new TreeSet<>();
      for (int i = 0; i < words.size(); i++) {
        if ((bits >> i & 1) == 1) {
          set.add(words.get(i));
        }
      }
      values.add(new FactValue.TextSet(set));
    }
  }

  List<FactName> facts() {
    return facts;
  }

  <T> T pick(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }
}
