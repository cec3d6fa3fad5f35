package org.concordat.jurisdictions;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Values of one fact that some rule might tell apart: those the rules name, and one that they do
 * not.
 */
final class ValueChoices {
  private static final int MAX_SETS = 64;
  private static final int MAX_WORDS = 5;

  private final FactName fact;
  private final SortedSet<String> words = new TreeSet<>();
  private final List<SortedSet<String>> wordSets = new ArrayList<>();
  private final SortedSet<Double> numbers = new TreeSet<>();
  private final Set<FactValue> values = new LinkedHashSet<>();

  /**
   * @param comparisons those with literals and lists
   * @param others values of the facts that this one is compared with
   */
  ValueChoices(
      FactName fact,
      List<Comparison> comparisons,
      List<FactValue> others,
      Optional<FactValue> today) {
    this.fact = fact;
    today.ifPresent(values::add);
    comparisons.forEach(one -> note(one.operand()));
    others.forEach(this::note);
    switch (fact.type()) {
      case FLAG -> List.of(true, false).forEach(flag -> values.add(new FactValue.Flag(flag)));
      case NUMBER -> addNumbers();
      case JURISDICTIONS -> addSets(today);
      default -> addTexts();
    }
  }

  Set<FactValue> values() {
    return values;
  }

  /** Whether the policy, or another fact, names this value. */
  boolean isNamed(FactValue value) {
    return switch (fact.type()) {
      case FLAG -> true;
      case NUMBER -> numbers.contains(((FactValue.Number) value).value());
      case JURISDICTIONS -> words.containsAll(((FactValue.TextSet) value).texts());
      default -> words.contains(value.toString());
    };
  }

  private void note(Operand operand) {
    if (operand instanceof Operand.Literal literal) {
      note(literal.value());
    } else if (operand instanceof Operand.Words list) {
      noteWords(list.words());
    } else if (operand instanceof Operand.Named list) {
      noteWords(list.words());
    }
  }

  private void noteWords(SortedSet<String> list) {
    words.addAll(list);
    wordSets.add(list);
  }

  private void note(FactValue value) {
    if (value instanceof FactValue.Number number) {
      numbers.add(number.value());
    } else if (value instanceof FactValue.TextSet set) {
      noteWords(set.texts());
    } else {
      words.add(value.toString());
    }
  }

  private void addTexts() {
    words.forEach(word -> values.add(new FactValue.Text(word)));
    values.add(new FactValue.Text(unnamed()));
  }

  /** A word of the right type that nobody named. */
  private String unnamed() {
    if (fact == FactName.ARTEFACT) {
      return new TreeSet<>(FactValues.ARTEFACTS)
          .stream().filter(word -> !words.contains(word)).findFirst().orElse("model");
    }
    if (fact.type() == FactType.COUNTRY) {
      return new TreeSet<>(Locale.getISOCountries(Locale.IsoCountryCode.PART1_ALPHA2))
          .stream().filter(word -> !words.contains(word)).findFirst().orElse("ZW");
    }
    boolean jurisdiction =
        fact.type() == FactType.JURISDICTION || fact.type() == FactType.JURISDICTIONS;
    int next = 0;
    String word = jurisdiction ? "zz" : "other";
    while (words.contains(word)) {
      word = (jurisdiction ? "zz-" : "other-") + next++;
    }
    return word;
  }

  /** Each threshold, one number between each two, one below and one above. */
  private void addNumbers() {
    List<Double> sorted = List.copyOf(numbers);
    sorted.forEach(number -> values.add(new FactValue.Number(number)));
    if (sorted.isEmpty()) {
      values.add(new FactValue.Number(0));
      return;
    }
    addFinite(below(sorted.get(0)));
    for (int i = 1; i < sorted.size(); i++) {
      addFinite(between(sorted.get(i - 1), sorted.get(i)));
    }
    addFinite(above(sorted.get(sorted.size() - 1)));
  }

  private void addFinite(double number) {
    if (Double.isFinite(number)) {
      values.add(new FactValue.Number(number));
    }
  }

  private static double below(double number) {
    double next = Math.ceil(number) - 1;
    return next < number ? next : Math.nextDown(number);
  }

  private static double above(double number) {
    double next = Math.floor(number) + 1;
    return next > number ? next : Math.nextUp(number);
  }

  private static double between(double low, double high) {
    double whole = above(low);
    return whole < high ? whole : low / 2 + high / 2;
  }

  /**
   * Today's set without what a list lacks, each list, each word alone, and what those have in
   * common.
   */
  private void addSets(Optional<FactValue> today) {
    Set<SortedSet<String>> sets = new LinkedHashSet<>();
    if (today.isPresent() && today.get() instanceof FactValue.TextSet set) {
      wordSets.forEach(list -> sets.add(common(set.texts(), list)));
    }
    sets.addAll(wordSets);
    for (SortedSet<String> list : wordSets) {
      for (SortedSet<String> one : List.copyOf(sets)) {
        if (sets.size() < MAX_SETS) {
          sets.add(common(one, list));
        }
      }
    }
    sets.add(new TreeSet<>(Set.of(unnamed())));
    words.stream().limit(MAX_SETS).forEach(word -> sets.add(new TreeSet<>(Set.of(word))));
    sets.stream()
        .filter(set -> !set.isEmpty())
        .forEach(set -> values.add(new FactValue.TextSet(set)));
  }

  private static SortedSet<String> common(SortedSet<String> one, SortedSet<String> other) {
    SortedSet<String> both = new TreeSet<>(one);
    both.retainAll(other);
    return both;
  }

  /** Values that no rule tells apart, in words. */
  String words(List<FactValue> alike) {
    if (fact.type() == FactType.NUMBER) {
      return numberWords(alike);
    }
    if (!fact.type().isText()) {
      return alike.get(0).toString();
    }
    SortedSet<String> names = new TreeSet<>();
    alike.forEach(value -> names.add(value.toString()));
    if (names.contains(unnamed())) {
      SortedSet<String> excluded = new TreeSet<>(words);
      excluded.removeAll(names);
      return excluded.isEmpty() ? "stated" : "anything but " + listed(excluded);
    }
    return names.size() == 1 ? names.first() : "one of " + listed(names);
  }

  private static String listed(SortedSet<String> names) {
    String some = names.stream().limit(MAX_WORDS).collect(Collectors.joining(", "));
    return names.size() <= MAX_WORDS ? some : some + " and " + (names.size() - MAX_WORDS) + " more";
  }

  private String numberWords(List<FactValue> alike) {
    TreeSet<Double> own = new TreeSet<>();
    alike.forEach(value -> own.add(((FactValue.Number) value).value()));
    double low = own.first();
    double high = own.last();
    boolean toTheTop = numbers.isEmpty() || high > numbers.last();
    boolean toTheBottom = numbers.isEmpty() || low < numbers.first();
    long inside =
        values.stream()
            .map(value -> ((FactValue.Number) value).value())
            .filter(n -> n >= low && n <= high)
            .count();
    if (toTheTop && toTheBottom || inside != own.size()) {
      return numbers.isEmpty() ? "stated" : "such as " + alike.get(0);
    }
    if (toTheTop) {
      return numbers.contains(low) ? "at least " + show(low) : "above " + show(numbers.last());
    }
    if (toTheBottom) {
      return numbers.contains(high) ? "at most " + show(high) : "below " + show(numbers.first());
    }
    return own.size() == 1 ? show(low) : "such as " + alike.get(0);
  }

  private static String show(double number) {
    return new FactValue.Number(number).toString();
  }
}
