package org.concordat.jurisdictions;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * What a decision was made with, in a compact form: so that a log can be asked what another policy
 * would have said. Members of whom the same is known are named together.
 *
 * @param members by id, without the fact {@code member}, which the id says
 */
public record DecisionFacts(Facts alliance, SortedMap<String, Facts> members) {
  private static final String ALLIANCE = "alliance";

  private static final String MEMBERS = "members";
  private static final String IDS = "ids";
  private static final String FACTS = "facts";
  private static final int MAX_ID_CHARS = 64;

  public DecisionFacts {
    SortedMap<String, Facts> without = new TreeMap<>();
    members.forEach((id, facts) -> without.put(id, facts.without(FactName.MEMBER)));
    members = Collections.unmodifiableSortedMap(without);
  }

  /** Canonical JSON (RFC 8785). */
  public String json() {
    Map<Facts, List<String>> alike = new LinkedHashMap<>();
    members.forEach((id, facts) -> alike.computeIfAbsent(facts, f -> new ArrayList<>()).add(id));
    List<Map<String, Object>> groups = new ArrayList<>();
    alike.forEach((facts, ids) -> groups.add(Map.of(IDS, ids, FACTS, PolicyJson.facts(facts))));
    Map<String, Object> all = new LinkedHashMap<>();
    all.put(ALLIANCE, PolicyJson.facts(alliance));
    if (!groups.isEmpty()) {
      all.put(MEMBERS, groups);
    }
    return new String(PolicyJson.canonical(all), StandardCharsets.UTF_8);
  }

  /**
   * Reads {@link #json}.
   *
   * @param nameForErrors named in messages; nothing is read from it
   * @throws InvalidPolicyException when it is none
   */
  public static DecisionFacts parse(Path nameForErrors, String json) {
    Mistakes mistakes = new Mistakes(nameForErrors);
    Optional<MappingNode> root = YamlTree.read(json.getBytes(StandardCharsets.UTF_8), mistakes);
    mistakes.throwIfAny();
    YamlMap map = new YamlMap(root.orElseThrow(), "the facts", mistakes);
    Facts alliance =
        map.required(ALLIANCE)
            .flatMap(node -> YamlMap.of(node, "'alliance'", mistakes))
            .map(facts -> new FactReader(mistakes).read(facts, false))
            .orElse(Facts.none());
    SortedMap<String, Facts> members = new TreeMap<>();
    map.items(MEMBERS, true)
        .forEach(
            node ->
                YamlMap.of(node, "a group of members", mistakes)
                    .ifPresent(group -> read(group, members, mistakes)));
    map.done();
    mistakes.throwIfAny();
    return new DecisionFacts(alliance, members);
  }

  private static void read(YamlMap group, SortedMap<String, Facts> members, Mistakes mistakes) {
    Facts facts =
        group
            .required(FACTS)
            .flatMap(node -> YamlMap.of(node, "'facts'", mistakes))
            .map(one -> new FactReader(mistakes).read(one, true))
            .orElse(Facts.none());
    for (Node id : group.items(IDS, false)) {
      members.put(group.word(id, IDS, MAX_ID_CHARS), facts);
    }
    group.done();
  }
}
