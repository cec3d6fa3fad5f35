package org.concordat.jurisdictions;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Reads the facts of a test case: {@code name: value} or {@code name: {value, source, expires}}.
 */
final class FactReader {
  private final Mistakes mistakes;

  FactReader(Mistakes mistakes) {
    this.mistakes = mistakes;
  }

  Facts read(YamlMap map, boolean ofMember) {
    Facts.Builder facts = Facts.builder();
    for (String key : List.copyOf(map.keys())) {
      Node node = map.nodeOrNull(key);
      Optional<FactName> name = FactName.of(key);
      if (name.isEmpty()) {
        mistakes.add(
            map.line(key),
            "unknown fact " + Quoted.text(key) + ": known are " + ConditionReader.FACTS);
      } else if (!name.get().mayBeStated(ofMember)) {
        mistakes.add(map.line(key), misplaced(name.get(), ofMember));
      } else if (node != null) {
        add(facts, name.get(), node, ofMember);
      }
    }
    return facts.build();
  }

  static String misplaced(FactName name, boolean ofMember) {
    return "fact '"
        + name
        + "' is one of the "
        + (ofMember ? "alliance" : "member")
        + "'s: state it there";
  }

  private void add(Facts.Builder facts, FactName name, Node node, boolean ofMember) {
    FactSource source = FactSource.usual(ofMember);
    Instant expires = null;
    Node value = node;
    if (node instanceof MappingNode mapping) {
      YamlMap map = new YamlMap(mapping, "fact '" + name + "'", mistakes);
      value = map.required("value").orElse(null);
      if (map.keys().contains("source")) {
        source = map.choice("source", FactSource::of, List.of(FactSource.values())).orElse(source);
      }
      expires = map.instantOrNull("expires");
      map.done();
    }
    if (value != null) {
      add(facts, name, value, source, expires);
    }
  }

  private void add(
      Facts.Builder facts, FactName name, Node node, FactSource source, @Nullable Instant expires) {
    try {
      facts.put(new Fact(name, value(name, node), source, expires));
    } catch (InvalidFactException wrong) {
      mistakes.add(node, String.valueOf(wrong.getMessage()));
    }
  }

  private static FactValue value(FactName name, Node node) {
    if (node instanceof ScalarNode scalar) {
      return FactValues.scalar(name, scalar.getValue());
    }
    List<String> words = new ArrayList<>();
    if (node instanceof SequenceNode sequence) {
      for (Node item : sequence.getValue()) {
        words.add(item instanceof ScalarNode scalar ? scalar.getValue() : "");
      }
    }
    return FactValues.set(name, words);
  }
}
