package org.concordat.jurisdictions;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;

/** Reads a policy document and notes every mistake in it. */
final class PolicyReader {
  /** The version of the policy language. */
  static final int FORMAT = 1;

  static final int MAX_RULES = 1000;
  static final int MAX_TEXT_CHARS = 500;

  private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9-]{0,63}");
  private static final Pattern DATE = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}");

  private final Mistakes mistakes;
  private final SortedMap<String, ValueList> lists = new TreeMap<>();
  private final SortedMap<Obligation, Integer> bounds = new TreeMap<>();
  private final Set<String> ruleIds = new LinkedHashSet<>();

  private PolicyReader(Mistakes mistakes) {
    this.mistakes = mistakes;
  }

  /** The document; throws {@link InvalidPolicyException} with every mistake. */
  static PolicyDocument read(Path file, byte[] text) {
    Mistakes mistakes = new Mistakes(file);
    Optional<MappingNode> root = YamlTree.read(text, mistakes);
    mistakes.throwIfAny();
    PolicyDocument document = new PolicyReader(mistakes).document(root.orElseThrow());
    mistakes.throwIfAny();
    return document;
  }

  private PolicyDocument document(MappingNode root) {
    YamlMap map = new YamlMap(root, "the policy", mistakes);
    whole(map, "format", FORMAT, FORMAT);
    String name = id(map, "policy");
    long version = whole(map, "version", 1, 1L << 53);
    Node listsNode = map.nodeOrNull("lists");
    if (listsNode != null) {
      YamlMap.of(listsNode, "'lists'", mistakes).ifPresent(this::readLists);
    }
    Node boundsNode = map.nodeOrNull("bounds");
    if (boundsNode != null) {
      YamlMap.of(boundsNode, "'bounds'", mistakes).ifPresent(this::readBounds);
    }
    List<Rule> rules = new ArrayList<>();
    List<Node> items = map.items("rules", false);
    if (items.size() > MAX_RULES) {
      mistakes.add(map.line("rules"), items.size() + " rules: at most " + MAX_RULES + " are taken");
    }
    items.forEach(item -> rule(item).ifPresent(rules::add));
    for (Obligation bound : bounds.keySet()) {
      if (rules.stream().noneMatch(rule -> rule.obligations().contains(bound))) {
        mistakes.add(
            map.line("bounds"), "no rule has the obligation '" + bound + "': leave it out");
      }
    }
    List<TestCase> tests = new ArrayList<>();
    TestReader reader = new TestReader(ruleIds, mistakes);
    map.items("tests", false).forEach(item -> reader.read(item).ifPresent(tests::add));
    map.done();
    return new PolicyDocument(
        name,
        version,
        Collections.unmodifiableSortedMap(lists),
        Collections.unmodifiableSortedMap(bounds),
        List.copyOf(rules),
        List.copyOf(tests));
  }

  private void readLists(YamlMap map) {
    for (String name : List.copyOf(map.keys())) {
      Node node = map.nodeOrNull(name);
      if (!ID.matcher(name).matches()) {
        mistakes.add(
            map.line(name), "list name " + Quoted.text(name) + " must be of a-z, 0-9 and '-'");
      }
      if (node != null) {
        YamlMap.of(node, "list " + Quoted.text(name), mistakes).ifPresent(one -> list(name, one));
      }
    }
  }

  private void readBounds(YamlMap map) {
    for (Obligation one : Obligation.values()) {
      if (one.hasBound() && map.keys().contains(one.text())) {
        bounds.put(one, (int) whole(map, one.text(), one.least(), one.most()));
      }
    }
    map.done();
  }

  private void list(String name, YamlMap map) {
    String source = map.text("source", MAX_TEXT_CHARS);
    String asOf = map.text("asOf", 10);
    if (!asOf.isEmpty() && !DATE.matcher(asOf).matches()) {
      mistakes.add(map.line("asOf"), "'asOf' must be a date such as 2026-11-21");
    }
    java.time.@Nullable Instant expires = map.instantOrNull("expires");
    SortedSet<String> values = new TreeSet<>();
    for (Node item : map.items("values", false)) {
      values.add(map.word(item, "values", FactValues.MAX_REFERENCE_CHARS));
    }
    map.done();
    lists.put(
        name,
        new ValueList(name, source, asOf, expires, Collections.unmodifiableSortedSet(values)));
  }

  private Optional<Rule> rule(Node node) {
    Optional<YamlMap> read = YamlMap.of(node, "a rule", mistakes);
    if (read.isEmpty()) {
      return Optional.empty();
    }
    YamlMap map = read.get();
    String id = id(map, "id");
    if (!id.isEmpty() && !ruleIds.add(id)) {
      mistakes.add(map.line("id"), "rule '" + id + "' is given twice");
    }
    Optional<Effect> effect = map.choice("effect", Effect::of, "forbid, require, permit");
    List<Action> actions = map.choices("actions", Action::of, List.of(Action.values()), false);
    Optional<Condition> when =
        map.required("when").flatMap(new ConditionReader(lists, mistakes)::read);
    String because = map.text("because", MAX_TEXT_CHARS);
    List<Obligation> obligations =
        map.choices("obligations", Obligation::of, List.of(Obligation.values()), true);
    if (!obligations.isEmpty() && effect.equals(Optional.of(Effect.FORBID))) {
      mistakes.add(map.line("obligations"), "a forbid lays no obligations: use require or permit");
    }
    for (Obligation one : obligations) {
      if (one.hasBound() && !bounds.containsKey(one)) {
        mistakes.add(
            map.line("obligations"),
            "obligation '%s' needs its number: 'bounds: {%s: %d}' beside the rules"
                .formatted(one, one, one.least()));
      }
    }
    map.done();
    if (effect.isEmpty() || actions.isEmpty() || when.isEmpty()) {
      return Optional.empty();
    }
    Set<Obligation> duties = EnumSet.noneOf(Obligation.class);
    duties.addAll(obligations);
    return Optional.of(
        new Rule(id, effect.get(), EnumSet.copyOf(actions), when.get(), because, duties));
  }

  private String id(YamlMap map, String key) {
    String id = map.text(key, 64);
    if (!id.isEmpty() && !ID.matcher(id).matches()) {
      mistakes.add(
          map.line(key), "'" + key + "' must be 1 to 64 of a-z, 0-9 and '-': " + Quoted.text(id));
    }
    return id;
  }

  private long whole(YamlMap map, String key, long min, long max) {
    String text = map.text(key, 20);
    if (text.matches("[0-9]{1,17}") && Long.parseLong(text) >= min && Long.parseLong(text) <= max) {
      return Long.parseLong(text);
    }
    if (!text.isEmpty()) {
      mistakes.add(
          map.line(key),
          "'"
              + key
              + "' is "
              + Quoted.text(text)
              + ": expected a whole number"
              + (min == max
                  ? ", " + min + " in this release"
                  : " from " + min + (max <= Integer.MAX_VALUE ? " to " + max : "")));
    }
    return min;
  }
}
