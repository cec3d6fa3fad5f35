package org.concordat.jurisdictions;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/** Small random policies and facts over a handful of facts, with every operator. */
final class RandomPolicies {
  static final List<FactName> FACTS =
      List.of(
          FactName.PURPOSE,
          FactName.COHORT_SIZE,
          FactName.SECURE_AGGREGATION,
          FactName.COUNTRY,
          FactName.SUBJECT_REGIONS,
          FactName.DATA_CLASS);

  private static final List<String> WORDS = List.of("ra", "rb", "rc");
  private static final List<String> COUNTRIES = List.of("CH", "DE", "US");
  private static final List<String> REGIONS = List.of("ch", "eu", "us");

  private final RandomGenerator random;

  RandomPolicies(RandomGenerator random) {
    this.random = random;
  }

  /** The policy's rules as YAML. */
  List<String> rules(int most) {
    List<String> rules = new ArrayList<>();
    int count = random.nextInt(1, most + 1);
    for (int i = 0; i < count; i++) {
      rules.add(Samples.rule("r" + i, effect(), condition(2)));
    }
    return rules;
  }

  String effect() {
    return pick(List.of("forbid", "require", "permit", "permit"));
  }

  String condition(int depth) {
    if (depth > 0 && random.nextInt(3) == 0) {
      return "{not: " + condition(depth - 1) + "}";
    }
    if (depth > 0 && random.nextInt(2) == 0) {
      String form = random.nextBoolean() ? "all" : "any";
      return "{" + form + ": [" + condition(depth - 1) + ", " + condition(depth - 1) + "]}";
    }
    return comparison(pick(FACTS));
  }

  private String comparison(FactName fact) {
    String from = random.nextInt(4) == 0 ? ", from: [roster]" : "";
    return "{fact: " + fact + from + ", " + operator(fact) + "}";
  }

  private String operator(FactName fact) {
    if (random.nextInt(8) == 0) {
      return "present: true";
    }
    return switch (fact) {
      case COHORT_SIZE ->
          pick(List.of("atLeast", "atMost", "equals", "notEquals")) + ": " + random.nextInt(2, 5);
      case SECURE_AGGREGATION -> pick(List.of("equals", "notEquals")) + ": " + random.nextBoolean();
      case SUBJECT_REGIONS -> "subsetOf: " + some(REGIONS);
      case COUNTRY -> text(COUNTRIES);
      default -> text(WORDS);
    };
  }

  private String text(List<String> words) {
    return random.nextBoolean()
        ? pick(List.of("equals", "notEquals")) + ": " + pick(words)
        : pick(List.of("in", "notIn")) + ": " + some(words);
  }

  /** Facts of the alliance or of a member; some missing, some expired, from various sources. */
  Facts facts(boolean ofMember) {
    Facts.Builder builder = Facts.builder();
    for (FactName fact : FACTS) {
      if (fact.mayBeStated(ofMember) && random.nextInt(3) > 0) {
        FactSource source = pick(List.of(FactSource.ROSTER, FactSource.usual(ofMember)));
        builder.put(
            new Fact(
                fact, pick(values(fact)), source, random.nextInt(5) == 0 ? Samples.NOW : null));
      }
    }
    return builder.build();
  }

  /** Everything that the random policies can tell apart. */
  static List<FactValue> values(FactName fact) {
    List<FactValue> values = new ArrayList<>();
    switch (fact) {
      case COHORT_SIZE -> List.of(1, 2, 3, 4, 5).forEach(n -> values.add(new FactValue.Number(n)));
      case SECURE_AGGREGATION ->
          Set.of(true, false).forEach(f -> values.add(new FactValue.Flag(f)));
      case COUNTRY ->
          List.of("CH", "DE", "US", "AR").forEach(w -> values.add(new FactValue.Text(w)));
      case SUBJECT_REGIONS -> sets(List.of("ch", "eu", "us", "br"), values);
      default -> List.of("ra", "rb", "rc", "rd").forEach(w -> values.add(new FactValue.Text(w)));
    }
    return values;
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

  private String some(List<String> words) {
    Set<String> some = new TreeSet<>(Set.of(pick(words)));
    some.add(pick(words));
    return some.toString();
  }

  <T> T pick(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }
}
