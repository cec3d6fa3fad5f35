package org.concordat.jurisdictions.analysis;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.concordat.jurisdictions.Comparison;
import org.concordat.jurisdictions.FactName;
import org.concordat.jurisdictions.FactType;
import org.concordat.jurisdictions.FactValue;
import org.concordat.jurisdictions.FactValues;
import org.concordat.jurisdictions.Operand;

/**
 * Values of one fact, so many that every value answers all comparisons as one of them does. Where
 * facts are compared with each other, so many that this holds for all of these together.
 */
final class ValueClasses {
  /** Values that answer all comparisons alike; {@code others}: and so do values not named. */
  record ValueClass(List<FactValue> alike, boolean others) {}

  private final FactName fact;
  private final List<Comparison> comparisons;
  private final int together;
  private final Work work;

  private ValueClasses(FactName fact, List<Comparison> comparisons, int together, Work work) {
    this.fact = fact;
    this.comparisons = comparisons;
    this.together = together;
    this.work = work;
  }

  /**
   * @param comparisons those of this fact, and of every fact that it is compared with, directly or
   *     through others
   * @param together how many facts these are, itself included; 1 where it is compared with none
   */
  static List<ValueClass> of(FactName fact, List<Comparison> comparisons, int together, Work work) {
    ValueClasses classes = new ValueClasses(fact, comparisons, together, work);
    return switch (fact.type()) {
      case FLAG -> List.of(single(new FactValue.Flag(true)), single(new FactValue.Flag(false)));
      case NUMBER -> classes.numbers();
      case JURISDICTIONS -> classes.sets();
      default -> classes.texts();
    };
  }

  private static ValueClass single(FactValue value) {
    return new ValueClass(List.of(value), false);
  }

  /** For each word that is named, which comparisons name it. */
  private Map<String, BitSet> named() {
    Map<String, BitSet> named = new LinkedHashMap<>();
    for (int i = 0; i < comparisons.size(); i++) {
      int bit = i;
      SortedSet<String> words = words(comparisons.get(i).operand());
      work.add(words.size());
      words.forEach(word -> named.computeIfAbsent(word, unseen -> new BitSet()).set(bit));
    }
    return named;
  }

  private static SortedSet<String> words(Operand operand) {
    if (operand instanceof Operand.Literal literal) {
      return new TreeSet<>(Set.of(literal.value().toString()));
    }
    if (operand instanceof Operand.Words words) {
      return words.words();
    }
    return operand instanceof Operand.Named list ? list.words() : Collections.emptySortedSet();
  }

  private List<ValueClass> texts() {
    Map<String, BitSet> named = named();
    Map<BitSet, List<FactValue>> alike = new LinkedHashMap<>();
    List<ValueClass> classes = new ArrayList<>();
    for (String word : new TreeSet<>(named.keySet())) {
      FactValue value = new FactValue.Text(word);
      if (together > 1) {
        classes.add(single(value));
      } else {
        BitSet by = named.getOrDefault(word, new BitSet());
        alike.computeIfAbsent(by, unseen -> new ArrayList<>()).add(value);
      }
    }
    alike.values().forEach(values -> classes.add(new ValueClass(values, false)));
    for (String word : unnamed(named.keySet(), together)) {
      classes.add(new ValueClass(List.of(new FactValue.Text(word)), true));
    }
    return classes;
  }

  /** Up to so many words of the fact's type that nobody names; fewer where there are no more. */
  private List<String> unnamed(Set<String> named, int count) {
    Optional<SortedSet<String>> closed = closedList();
    if (closed.isPresent()) {
      return closed.get().stream().filter(word -> !named.contains(word)).limit(count).toList();
    }
    FactType type = fact.type();
    boolean jurisdiction = type == FactType.JURISDICTION || type == FactType.JURISDICTIONS;
    String stem = jurisdiction ? "zz" : "other";
    List<String> words = new ArrayList<>();
    String word = stem;
    for (int next = 1; words.size() < count; next++) {
      if (!named.contains(word)) {
        words.add(word);
      }
      word = stem + "-" + next;
    }
    return words;
  }

  private Optional<SortedSet<String>> closedList() {
    if (fact == FactName.ARTEFACT) {
      return Optional.of(new TreeSet<>(FactValues.ARTEFACTS));
    }
    return fact.type() == FactType.COUNTRY
        ? Optional.of(new TreeSet<>(Locale.getISOCountries(Locale.IsoCountryCode.PART1_ALPHA2)))
        : Optional.empty();
  }

  /** Each threshold, and between each two, below and above, as many as facts are compared. */
  private List<ValueClass> numbers() {
    TreeSet<Double> named = new TreeSet<>();
    for (Comparison one : comparisons) {
      if (one.operand() instanceof Operand.Literal literal
          && literal.value() instanceof FactValue.Number number) {
        named.add(number.value());
      }
    }
    work.add((long) (named.size() + 1) * together);
    TreeSet<Double> all = new TreeSet<>(named);
    if (named.isEmpty()) {
      all.addAll(Numbers.above(-1, together));
    } else {
      all.addAll(Numbers.below(named.first(), together));
      all.addAll(Numbers.above(named.last(), together));
    }
    Double before = null;
    for (Double number : named) {
      if (before != null) {
        all.addAll(Numbers.between(before, number, together));
      }
      before = number;
    }
    if (fact.isCount()) {
      all = counts(named);
    }
    return all.stream()
        .map(
            number ->
                new ValueClass(List.of(new FactValue.Number(number)), !named.contains(number)))
        .toList();
  }

  /** The same where only whole numbers from 0 on are: all there are, or as many as are compared. */
  private TreeSet<Double> counts(TreeSet<Double> named) {
    TreeSet<Double> all = new TreeSet<>();
    double low = -1;
    for (Double number : named) {
      all.addAll(Numbers.wholeBetween(low, number, together));
      if (number >= 0 && number == Math.rint(number)) {
        all.add(number);
      }
      low = Math.max(low, number);
    }
    all.addAll(Numbers.wholeBetween(low, Double.POSITIVE_INFINITY, together));
    return all;
  }

  /**
   * A set lies within a list if all its elements do. So what the lists say of a set is the meet of
   * what they say of its elements; all meets are found, each first with the fewest elements.
   */
  private List<ValueClass> sets() {
    Map<BitSet, String> elements = new LinkedHashMap<>();
    named().forEach((word, lists) -> elements.putIfAbsent(lists, word));
    unnamedElement(elements.values()).ifPresent(word -> elements.put(new BitSet(), word));
    Map<BitSet, SortedSet<String>> found = new LinkedHashMap<>();
    Map<BitSet, SortedSet<String>> last = Map.of(allLists(), Collections.emptySortedSet());
    for (int size = 1; size <= FactValues.MAX_SET_SIZE && !last.isEmpty(); size++) {
      Map<BitSet, SortedSet<String>> next = new LinkedHashMap<>();
      for (Map.Entry<BitSet, SortedSet<String>> set : last.entrySet()) {
        for (Map.Entry<BitSet, String> element : elements.entrySet()) {
          work.add(1);
          BitSet lists = (BitSet) set.getKey().clone();
          lists.and(element.getKey());
          if (!found.containsKey(lists)) {
            SortedSet<String> larger = new TreeSet<>(set.getValue());
            larger.add(element.getValue());
            found.put(lists, larger);
            next.put(lists, larger);
          }
        }
      }
      last = next;
    }
    return found.values().stream()
        .map(set -> new ValueClass(List.of(new FactValue.TextSet(set)), false))
        .toList();
  }

  private Optional<String> unnamedElement(java.util.Collection<String> representatives) {
    Set<String> named = new TreeSet<>(representatives);
    named.addAll(named().keySet());
    return unnamed(named, 1).stream().findFirst();
  }

  private BitSet allLists() {
    BitSet all = new BitSet();
    all.set(0, comparisons.size());
    return all;
  }
}
