package org.concordat.bench;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.concordat.jurisdictions.Action;
import org.concordat.jurisdictions.FactName;
import org.concordat.jurisdictions.FactSource;
import org.concordat.jurisdictions.Facts;
import org.concordat.jurisdictions.Policy;

/**
 * Random policies with every effect, operator and form, and complete questions to them: each fact
 * is stated, in force and from the roster, which every rule takes.
 */
final class RandomQuestions {
  private static final Instant NOW = Instant.parse("2026-12-01T12:00:00Z");
  private static final List<String> WORDS = List.of("ra", "rb", "rc");
  private static final List<String> COUNTRIES = List.of("CH", "DE", "US");
  private static final List<String> REGIONS = List.of("ch", "eu", "us");
  private static final List<FactName> FACTS =
      List.of(
          FactName.PURPOSE,
          FactName.DATA_CLASS,
          FactName.COHORT_SIZE,
          FactName.COLLUDERS,
          FactName.SECURE_AGGREGATION,
          FactName.AGGREGATOR_COUNTRY,
          FactName.COUNTRY,
          FactName.JURISDICTION,
          FactName.SUBJECT_REGIONS);

  private final RandomGenerator random;

  RandomQuestions(RandomGenerator random) {
    this.random = random;
  }

  Policy policy() {
    StringBuilder text =
        new StringBuilder(
            "format: 1\npolicy: random\nversion: 1\nlists:\n"
                + "  words: {source: s, asOf: 2026-11-01, values: [ra, rb]}\nrules:\n");
    int rules = random.nextInt(1, 7);
    for (int i = 0; i < rules; i++) {
      text.append(
          "  - {id: r%d, effect: %s, actions: [%s], when: %s, because: test}\n"
              .formatted(
                  i,
                  pick(List.of("forbid", "require", "permit", "permit")),
                  pick(List.of("train", "train, submit", "submit")),
                  condition(3)));
    }
    text.append(
        "tests:\n  - {name: none, action: export, now: 2026-12-01T00:00:00Z, members: {aa: {}},"
            + " expect: denied}\n");
    return Policy.parse(Path.of("random"), text.toString().getBytes(StandardCharsets.UTF_8));
  }

  private String condition(int depth) {
    if (depth > 0 && random.nextInt(3) == 0) {
      return "{not: " + condition(depth - 1) + "}";
    }
    if (depth > 0 && random.nextInt(2) == 0) {
      String form = random.nextBoolean() ? "all" : "any";
      return "{%s: [%s, %s]}".formatted(form, condition(depth - 1), condition(depth - 1));
    }
    FactName fact = pick(FACTS);
    String from = random.nextInt(3) == 0 ? ", from: [roster, certificate]" : "";
    return "{fact: %s%s, %s}".formatted(fact, from, operator(fact));
  }

  private String operator(FactName fact) {
    if (random.nextInt(10) == 0) {
      return "present: true";
    }
    return switch (fact) {
      case COHORT_SIZE, COLLUDERS ->
          pick(List.of("atLeast", "atMost", "equals", "notEquals"))
              + ": "
              + (random.nextInt(4) == 0
                  ? other(fact == FactName.COHORT_SIZE ? FactName.COLLUDERS : FactName.COHORT_SIZE)
                  : random.nextInt(1, 5));
      case SECURE_AGGREGATION -> equality() + ": " + random.nextBoolean();
      case SUBJECT_REGIONS -> "subsetOf: " + some(REGIONS);
      case COUNTRY -> text(COUNTRIES, FactName.AGGREGATOR_COUNTRY);
      case AGGREGATOR_COUNTRY -> text(COUNTRIES, FactName.COUNTRY);
      case JURISDICTION ->
          random.nextBoolean()
              ? equality() + ": " + pick(REGIONS)
              : membership() + ": " + some(REGIONS);
      case PURPOSE -> text(WORDS, FactName.DATA_CLASS);
      default -> text(WORDS, FactName.PURPOSE);
    };
  }

  private String text(List<String> words, FactName alike) {
    return switch (random.nextInt(4)) {
      case 0 -> equality() + ": " + pick(words);
      case 1 -> equality() + ": " + other(alike);
      case 2 -> membership() + ": " + (words == WORDS ? "{list: words}" : some(words));
      default -> membership() + ": " + some(words);
    };
  }

  private String equality() {
    return pick(List.of("equals", "notEquals"));
  }

  private String membership() {
    return pick(List.of("in", "notIn"));
  }

  private static String other(FactName fact) {
    return "{fact: " + fact + ", from: [roster]}";
  }

  PolicyCase question() {
    Facts.Builder alliance = Facts.builder();
    Facts.Builder member = Facts.builder();
    alliance
        .put(FactName.PURPOSE, pick(WORDS), FactSource.ROSTER)
        .put(FactName.COHORT_SIZE, random.nextInt(1, 5), FactSource.ROSTER)
        .put(FactName.COLLUDERS, random.nextInt(1, 5), FactSource.ROSTER)
        .put(FactName.SECURE_AGGREGATION, random.nextBoolean(), FactSource.ROSTER)
        .put(FactName.AGGREGATOR_COUNTRY, pick(COUNTRIES), FactSource.ROSTER)
        .put(FactName.DATA_CLASS, pick(WORDS), FactSource.ROSTER);
    member
        .put(FactName.COUNTRY, pick(COUNTRIES), FactSource.ROSTER)
        .put(FactName.JURISDICTION, pick(REGIONS), FactSource.ROSTER)
        .put(FactName.SUBJECT_REGIONS, set(REGIONS), FactSource.ROSTER);
    if (random.nextBoolean()) { // then the member's counts
      member.put(FactName.DATA_CLASS, pick(WORDS), FactSource.ROSTER);
    }
    Action action = pick(List.of(Action.TRAIN, Action.SUBMIT, Action.EXPORT));
    return new PolicyCase(action, alliance.build(), "m1", member.build(), NOW);
  }

  private Set<String> set(List<String> words) {
    Set<String> some = new TreeSet<>(Set.of(pick(words)));
    some.add(pick(words));
    return some;
  }

  private String some(List<String> words) {
    return set(words).toString();
  }

  private <T> T pick(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }
}
