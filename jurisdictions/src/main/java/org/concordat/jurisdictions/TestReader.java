package org.concordat.jurisdictions;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.snakeyaml.engine.v2.nodes.Node;

/** Reads test cases: those that ship with a policy, and those in files of their own. */
final class TestReader {
  private static final int MAX_NAME_CHARS = 200;

  private final Set<String> ruleIds;
  private final Mistakes mistakes;

  TestReader(Set<String> ruleIds, Mistakes mistakes) {
    this.ruleIds = ruleIds;
    this.mistakes = mistakes;
  }

  Optional<TestCase> read(Node node) {
    Optional<YamlMap> read = YamlMap.of(node, "a test", mistakes);
    if (read.isEmpty()) {
      return Optional.empty();
    }
    return read(read.get(), true);
  }

  /** A case that nothing need be expected of. */
  Optional<TestCase> readAlone(Node node) {
    return YamlMap.of(node, "the case", mistakes).flatMap(map -> read(map, false));
  }

  private Optional<TestCase> read(YamlMap map, boolean inPolicy) {
    boolean named = inPolicy || map.nodeOrNull("name") != null;
    String name = named ? map.text("name", MAX_NAME_CHARS) : "";
    Optional<Action> action = map.choice("action", Action::of, List.of(Action.values()));
    map.required("now");
    Instant now = map.instantOrNull("now");
    Facts alliance =
        section(map, "alliance")
            .map(facts -> new FactReader(mistakes).read(facts, false))
            .orElse(Facts.none());
    SortedMap<String, Facts> members = members(map);
    boolean expecting = inPolicy || map.nodeOrNull("expect") != null;
    Optional<Boolean> expect =
        expecting ? map.choice("expect", TestReader::verdict, "allowed, denied") : Optional.empty();
    SortedMap<String, Boolean> expectMembers = expectMembers(map, members.keySet());
    List<String> decidedBy = decidedBy(map);
    map.done();
    if (action.isEmpty() || now == null || expecting && expect.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new TestCase(name, action.get(), now, alliance, members, expect, expectMembers, decidedBy));
  }

  private Optional<YamlMap> section(YamlMap map, String key) {
    Node node = map.nodeOrNull(key);
    return node == null ? Optional.empty() : YamlMap.of(node, "'" + key + "'", mistakes);
  }

  private SortedMap<String, Facts> members(YamlMap map) {
    SortedMap<String, Facts> members = new TreeMap<>();
    Optional<YamlMap> section = map.required("members").flatMap(node -> section(map, "members"));
    if (section.isEmpty()) {
      return members;
    }
    for (String id : List.copyOf(section.get().keys())) {
      Node node = section.get().nodeOrNull(id);
      if (node != null) {
        YamlMap.of(node, "a member", mistakes).ifPresent(facts -> member(id, facts, members));
      }
    }
    return members;
  }

  private void member(String id, YamlMap map, SortedMap<String, Facts> members) {
    Facts facts = new FactReader(mistakes).read(map, true);
    try {
      World.withId(id, facts);
    } catch (InvalidFactException wrong) {
      mistakes.add(map.line(), String.valueOf(wrong.getMessage()));
    }
    members.put(id, facts);
  }

  private SortedMap<String, Boolean> expectMembers(YamlMap map, Set<String> members) {
    SortedMap<String, Boolean> expected = new TreeMap<>();
    section(map, "expectMembers")
        .ifPresent(
            section -> {
              for (String id : List.copyOf(section.keys())) {
                if (!members.contains(id)) {
                  mistakes.add(
                      section.line(id), "member " + Quoted.text(id) + " is not in this test");
                }
                section
                    .choice(id, TestReader::verdict, "allowed, denied")
                    .ifPresent(allowed -> expected.put(id, allowed));
              }
            });
    return expected;
  }

  private List<String> decidedBy(YamlMap map) {
    List<String> rules = new ArrayList<>();
    for (Node item : map.items("decidedBy", true)) {
      String id = map.word(item, "decidedBy", MAX_NAME_CHARS);
      if (!id.isEmpty() && !ruleIds.contains(id)) {
        mistakes.add(item, "there is no rule " + Quoted.text(id));
      }
      rules.add(id);
    }
    return rules;
  }

  private static Optional<Boolean> verdict(String word) {
    return switch (word) {
      case "allowed" -> Optional.of(true);
      case "denied" -> Optional.of(false);
      default -> Optional.empty();
    };
  }
}
