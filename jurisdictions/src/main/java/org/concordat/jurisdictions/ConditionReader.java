package org.concordat.jurisdictions;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Reads conditions; a condition with a mistake is nothing, with the mistake noted. */
public final class ConditionReader {
  static final String OPERATORS =
      Stream.of(Operator.values()).map(Operator::text).collect(Collectors.joining(", "));
  static final String FACTS =
      Stream.of(FactName.values()).map(FactName::text).collect(Collectors.joining(", "));

  private final SortedMap<String, ValueList> lists;
  private final Mistakes mistakes;

  ConditionReader(SortedMap<String, ValueList> lists, Mistakes mistakes) {
    this.lists = lists;
    this.mistakes = mistakes;
  }

  /**
   * Reads one condition that stands alone.
   *
   * @param nameForErrors named in messages
   * @param lists that it may name
   * @throws InvalidPolicyException with every mistake
   */
  public static Condition parse(
      Path nameForErrors, String text, SortedMap<String, ValueList> lists) {
    Mistakes mistakes = new Mistakes(nameForErrors);
    Optional<MappingNode> root = YamlTree.read(text.getBytes(UTF_8), mistakes);
    mistakes.throwIfAny();
    Optional<Condition> read = new ConditionReader(lists, mistakes).read(root.orElseThrow());
    mistakes.throwIfAny();
    return read.orElseThrow();
  }

  Optional<Condition> read(Node node) {
    Optional<YamlMap> read = YamlMap.of(node, "a condition", mistakes);
    if (read.isEmpty()) {
      return Optional.empty();
    }
    YamlMap map = read.get();
    for (String form : List.of("all", "any", "not")) {
      if (map.keys().contains(form)) {
        return combination(map, form);
      }
    }
    return comparison(map);
  }

  private Optional<Condition> combination(YamlMap map, String form) {
    Optional<Condition> result;
    if (form.equals("not")) {
      result = map.required(form).flatMap(this::read).map(Condition.Not::new);
    } else {
      List<Condition> parts = new ArrayList<>();
      List<Node> items = map.items(form, false);
      items.forEach(item -> read(item).ifPresent(parts::add));
      boolean complete = !items.isEmpty() && parts.size() == items.size();
      Condition combined = form.equals("all") ? new Condition.All(parts) : new Condition.Any(parts);
      result = complete ? Optional.of(combined) : Optional.empty();
    }
    map.done();
    return result;
  }

  private Optional<Condition> comparison(YamlMap map) {
    Optional<FactName> fact = map.choice("fact", FactName::of, FACTS);
    Optional<Set<FactSource>> from = sources(map);
    Optional<Operator> operator = operator(map);
    if (fact.isEmpty() || operator.isEmpty() || from.isEmpty()) {
      return Optional.empty();
    }
    String key = operator.get().text();
    Optional<Operand> operand =
        map.required(key).flatMap(node -> operand(fact.get(), operator.get(), node));
    map.done();
    return operand.map(right -> new Comparison(fact.get(), from.get(), operator.get(), right));
  }

  /** Exactly one key besides 'fact' and 'from' must be an operator. */
  private Optional<Operator> operator(YamlMap map) {
    Set<String> others = new TreeSet<>(map.keys());
    others.removeAll(Set.of("fact", "from"));
    if (others.size() != 1) {
      mistakes.add(map.line(), "a comparison takes exactly one operator of " + OPERATORS);
      return Optional.empty();
    }
    String word = others.iterator().next();
    Optional<Operator> operator = Operator.of(word);
    if (operator.isEmpty()) {
      mistakes.add(
          map.line(word), "unknown operator " + Quoted.text(word) + ": known are " + OPERATORS);
    }
    return operator;
  }

  private Optional<Set<FactSource>> sources(YamlMap map) {
    List<FactSource> found =
        map.choices("from", FactSource::of, List.of(FactSource.values()), true);
    if (map.keys().contains("from") && found.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(found.isEmpty() ? Set.of() : EnumSet.copyOf(found));
  }

  private Optional<Operand> operand(FactName fact, Operator operator, Node node) {
    if (!operator.fits(fact.type())) {
      mistakes.add(
          node,
          "'"
              + operator.text()
              + "' does not compare '"
              + fact
              + "', which is "
              + fact.type().expected());
      return Optional.empty();
    }
    if (operator == Operator.PRESENT) {
      return present(node);
    }
    if (operator.takesList()) {
      return node instanceof MappingNode ? namedList(fact, node) : words(fact, operator, node);
    }
    return node instanceof MappingNode ? otherFact(fact, node) : literal(fact, node);
  }

  private Optional<Operand> present(Node node) {
    if (node instanceof ScalarNode scalar && scalar.getValue().equals("true")) {
      return Optional.of(new Operand.Nothing());
    }
    mistakes.add(
        node, "'present' takes true only; a missing fact is unknown, which already denies");
    return Optional.empty();
  }

  private Optional<Operand> literal(FactName fact, Node node) {
    if (!(node instanceof ScalarNode scalar)) {
      mistakes.add(node, "'" + fact + "' is compared with one value, not with a list: use 'in'");
      return Optional.empty();
    }
    try {
      return Optional.of(new Operand.Literal(FactValues.scalar(fact, scalar.getValue())));
    } catch (InvalidFactException wrong) {
      mistakes.add(node, String.valueOf(wrong.getMessage()));
      return Optional.empty();
    }
  }

  private Optional<Operand> otherFact(FactName fact, Node node) {
    Optional<YamlMap> read = YamlMap.of(node, "the other fact", mistakes);
    if (read.isEmpty()) {
      return Optional.empty();
    }
    YamlMap map = read.get();
    Optional<FactName> other = map.choice("fact", FactName::of, FACTS);
    Optional<Set<FactSource>> from = sources(map);
    map.done();
    if (other.isPresent() && (other.get() == fact || other.get().type() != fact.type())) {
      mistakes.add(
          node,
          "'"
              + fact
              + "' cannot be compared with '"
              + other.get()
              + "': name another fact of the same type");
      return Optional.empty();
    }
    return other.isEmpty() || from.isEmpty()
        ? Optional.empty()
        : Optional.of(new Operand.OtherFact(other.get(), from.get()));
  }

  private Optional<Operand> words(FactName fact, Operator operator, Node node) {
    if (!(node instanceof SequenceNode sequence) || sequence.getValue().isEmpty()) {
      mistakes.add(
          node, "'" + operator.text() + "' takes a list with at least one value, or {list: name}");
      return Optional.empty();
    }
    SortedSet<String> words = new TreeSet<>();
    boolean right = true;
    for (Node item : sequence.getValue()) {
      right &= addWord(fact, item, words);
    }
    return right ? Optional.of(new Operand.Words(words)) : Optional.empty();
  }

  private boolean addWord(FactName fact, Node item, SortedSet<String> words) {
    if (!(item instanceof ScalarNode scalar)) {
      mistakes.add(item, "an item of a list must be a single value");
      return false;
    }
    try {
      words.addAll(FactValues.spellAll(fact, List.of(scalar.getValue())));
      return true;
    } catch (InvalidFactException wrong) {
      mistakes.add(item, String.valueOf(wrong.getMessage()));
      return false;
    }
  }

  private Optional<Operand> namedList(FactName fact, Node node) {
    Optional<YamlMap> read = YamlMap.of(node, "a list reference", mistakes);
    if (read.isEmpty()) {
      return Optional.empty();
    }
    YamlMap map = read.get();
    Optional<ValueList> list =
        map.choice("list", name -> Optional.ofNullable(lists.get(name)), lists.keySet());
    map.done();
    try {
      return list.map(found -> new Operand.Named(found, FactValues.spellAll(fact, found.values())));
    } catch (InvalidFactException wrong) {
      mistakes.add(
          node,
          "list '"
              + list.map(ValueList::name).orElse("")
              + "' does not fit: "
              + wrong.getMessage());
      return Optional.empty();
    }
  }
}
