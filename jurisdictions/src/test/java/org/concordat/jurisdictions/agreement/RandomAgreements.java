package org.concordat.jurisdictions.agreement;

import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.random.RandomGenerator;

/** Random agreements as YAML, with every kind of everything. */
final class RandomAgreements {
  private static final List<String> NAMES = List.of("berlin", "doha", "lyon", "oslo", "zurich");
  private static final List<String> PURPOSES = List.of("education", "medical-research", "x/y.z");

  private final RandomGenerator random;
  private final List<String> parties;
  private final List<String> granted = new ArrayList<>();

  RandomAgreements(RandomGenerator random) {
    this.random = random;
    this.parties = NAMES.subList(0, random.nextInt(2, NAMES.size() + 1));
  }

  String yaml() {
    StringBuilder text = new StringBuilder("format: 1\nagreement: random\nversion: ");
    text.append(random.nextInt(1, 5)).append("\nbegins: 2027-01-0").append(random.nextInt(1, 9));
    text.append(random.nextBoolean() ? "\nends: 2030-02-28" : "");
    text.append("\npartnership: ").append(partnership()).append("\nparties:\n");
    for (String party : parties) {
      text.append(
          "  - {id: %s, name: \"%s's \\\"board\\\"\", jurisdiction: %s}\n"
              .formatted(party, party, pick(List.of("eu", "ch", "us-ca"))));
    }
    text.append("clauses:\n");
    int clauses = random.nextInt(1, 4);
    for (int i = 0; i < clauses; i++) {
      text.append(
          "  - {id: c%d, purposes: [%s], models: %s, derived-works: %s}\n"
              .formatted(i, some(PURPOSES), work(), work()));
    }
    text.append("liability: ").append(liability()).append("\nexit: ").append(exit()).append('\n');
    if (random.nextBoolean()) {
      text.append("model-keys: {needed: 1, holders: ").append(holders()).append("}\n");
    }
    return text.toString();
  }

  private String partnership() {
    return switch (random.nextInt(3)) {
      case 0 -> "{kind: federated-alliance}";
      case 1 ->
          "{kind: joint-consortium, repository: {jurisdiction: %s, keeper: %s}}"
              .formatted(pick(List.of("eu", "us-ca")), pick(parties));
      default -> "{kind: co-investment-pool, capacity: " + shares() + "}";
    };
  }

  private String work() {
    String ip =
        switch (random.nextInt(3)) {
          case 0 -> "{kind: retained, by: " + pick(parties) + "}";
          case 1 -> "{kind: joint, shares: " + shares() + "}";
          default ->
              "{kind: licensed, by: %s, to: %s, exclusive: %s}"
                  .formatted(pick(parties), holders(), random.nextBoolean());
        };
    StringJoiner rights = new StringJoiner(", ", ", rights: {", "}").setEmptyValue("");
    for (Right right : Right.values()) {
      if (random.nextBoolean()) {
        rights.add(right + ": " + holders());
        granted.add(right.text());
      }
    }
    return "{ip: " + ip + rights + "}";
  }

  private String holders() {
    return random.nextInt(3) == 0 ? "all" : "[" + some(parties) + "]";
  }

  private String liability() {
    String cap =
        random.nextBoolean()
            ? ", cap: {amount: " + random.nextLong(1, 1L << 53) + ", currency: CHF}"
            : "";
    return switch (random.nextInt(3)) {
      case 0 -> "{kind: own-fault, law: CH" + cap + "}";
      case 1 -> "{kind: joint-and-several, law: FR" + cap + "}";
      default -> "{kind: by-share, shares: " + shares() + ", law: QA" + cap + "}";
    };
  }

  private String exit() {
    StringJoiner days = new StringJoiner(", ", ", rights-go-on-days: {", "}").setEmptyValue("");
    for (Right right : Right.values()) {
      if (granted.contains(right.text()) && random.nextBoolean()) {
        days.add(right + ": " + random.nextInt(1, 1000));
      }
    }
    return "{notice-days: %d, delete-within-days: %d%s}"
        .formatted(random.nextInt(400), random.nextInt(400), days);
  }

  private String shares() {
    StringJoiner shares = new StringJoiner(", ", "{", "}");
    int left = 100;
    for (int i = 0; i < parties.size() - 1; i++) {
      int share = random.nextInt(1, left - (parties.size() - i) + 2);
      left -= share;
      shares.add(parties.get(i) + ": " + share);
    }
    return shares.add(parties.get(parties.size() - 1) + ": " + left).toString();
  }

  private String some(List<String> words) {
    List<String> some = new ArrayList<>(words);
    some.removeIf(word -> random.nextBoolean());
    return String.join(", ", some.isEmpty() ? List.of(pick(words)) : some);
  }

  private String pick(List<String> words) {
    return words.get(random.nextInt(words.size()));
  }
}
