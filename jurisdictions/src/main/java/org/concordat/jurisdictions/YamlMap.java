package org.concordat.jurisdictions;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * A mapping of a policy or of an agreement. A getter that finds a mistake notes it and returns a
 * harmless value, so that the next mistake is found too. Keys that nobody asked for are mistakes:
 * call {@link #done}.
 */
public final class YamlMap {
  private final Mistakes mistakes;
  private final String label;
  private final int line;
  private final Map<String, Node> values = new LinkedHashMap<>();
  private final Map<String, Integer> lines = new LinkedHashMap<>();
  private final Set<String> asked = new HashSet<>();

  public YamlMap(MappingNode node, String label, Mistakes mistakes) {
    this.mistakes = mistakes;
    this.label = label;
    this.line = Mistakes.line(node);
    for (NodeTuple tuple : node.getValue()) {
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        mistakes.add(tuple.getKeyNode(), "a key of " + label + " is not plain text");
      } else if (values.putIfAbsent(key.getValue(), tuple.getValueNode()) != null) {
        mistakes.add(key, Quoted.text(key.getValue()) + " is given twice in " + label);
      } else {
        lines.put(key.getValue(), Mistakes.line(key));
      }
    }
  }

  /** A mapping, or nothing with a mistake noted. */
  public static Optional<YamlMap> of(Node node, String label, Mistakes mistakes) {
    if (node instanceof MappingNode mapping) {
      return Optional.of(new YamlMap(mapping, label, mistakes));
    }
    mistakes.add(node, label + " must be a mapping of keys to values");
    return Optional.empty();
  }

  public int line() {
    return line;
  }

  public Set<String> keys() {
    return values.keySet();
  }

  /** The line of a key, or of the mapping where the key is absent. */
  public int line(String key) {
    return lines.getOrDefault(key, line);
  }

  public @Nullable Node nodeOrNull(String key) {
    asked.add(key);
    return values.get(key);
  }

  public Optional<Node> required(String key) {
    Node node = nodeOrNull(key);
    if (node == null) {
      mistakes.add(line, label + " lacks '" + key + "'");
    }
    return Optional.ofNullable(node);
  }

  /** Required text of at most this many characters, on one line, printable. */
  public String text(String key, int maxChars) {
    return required(key).map(node -> word(node, key, maxChars)).orElse("");
  }

  /** A required text, one of a closed list. */
  public <T> Optional<T> choice(
      String key, java.util.function.Function<String, Optional<T>> known, Object all) {
    return required(key).flatMap(node -> choice(node, key, known, all));
  }

  /** A required list of words of a closed list. */
  public <T> List<T> choices(
      String key,
      java.util.function.Function<String, Optional<T>> known,
      Object all,
      boolean mayBeAbsent) {
    List<T> found = new ArrayList<>();
    for (Node item : items(key, mayBeAbsent)) {
      choice(item, key, known, all).ifPresent(found::add);
    }
    return found;
  }

  /** An instant such as 2026-11-21T00:00:00Z, or null where the key is absent. */
  @Nullable Instant instantOrNull(String key) {
    Node node = nodeOrNull(key);
    if (node == null) {
      return null;
    }
    String text = word(node, key, 40);
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException malformed) {
      mistakes.add(
          node,
          "'"
              + key
              + "' is "
              + Quoted.text(text)
              + ": expected a time such as 2026-11-21T00:00:00Z");
      return null;
    }
  }

  /** The items of a list, not empty unless it may be absent. */
  public List<Node> items(String key, boolean mayBeAbsent) {
    Node node = nodeOrNull(key);
    if (node == null) {
      if (!mayBeAbsent) {
        mistakes.add(line, label + " lacks '" + key + "'");
      }
      return List.of();
    }
    if (!(node instanceof SequenceNode sequence) || sequence.getValue().isEmpty()) {
      mistakes.add(node, "'" + key + "' must be a list with at least one item");
      return List.of();
    }
    return sequence.getValue();
  }

  /** The text of a scalar, printable, or the empty text with a mistake noted. */
  public String word(Node node, String key, int maxChars) {
    if (!(node instanceof ScalarNode scalar)) {
      mistakes.add(node, "'" + key + "' must be a single value");
      return "";
    }
    String text = scalar.getValue();
    if (text.length() > maxChars || !FactValues.isPrintable(text)) {
      mistakes.add(
          node, "'" + key + "' must have 1 to " + maxChars + " printable characters on one line");
      return "";
    }
    return text;
  }

  private <T> Optional<T> choice(
      Node node, String key, java.util.function.Function<String, Optional<T>> known, Object all) {
    String text = word(node, key, 100);
    Optional<T> found = text.isEmpty() ? Optional.empty() : known.apply(text);
    if (found.isEmpty() && !text.isEmpty()) {
      mistakes.add(node, "'" + key + "' has unknown " + Quoted.text(text) + ": known are " + all);
    }
    return found;
  }

  /** Notes every key that nobody asked for. Call it after the last getter. */
  public void done() {
    for (Map.Entry<String, Integer> key : lines.entrySet()) {
      if (!asked.contains(key.getKey())) {
        mistakes.add(
            key.getValue(),
            "unknown key "
                + Quoted.text(key.getKey())
                + " in "
                + label
                + ": known are "
                + String.join(", ", new TreeSet<>(asked)));
      }
    }
  }
}
