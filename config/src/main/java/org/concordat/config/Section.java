package org.concordat.config;

import java.math.BigDecimal;
import java.net.InetSocketAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * One mapping of a YAML file. Every getter notes a mistake (missing, of another type, out of
 * bounds) and returns a harmless value so that the next mistake is found too; call {@link #done} on
 * every section and then {@link Problems#throwIfAny} before using any value.
 */
public final class Section {
  private final Problems problems;
  private final String path;
  private final int line;
  private final Map<String, Node> values = new LinkedHashMap<>();
  private final Map<String, Integer> keyLines = new LinkedHashMap<>();
  private final Set<String> asked = new HashSet<>();

  Section(Problems problems, String path, MappingNode node) {
    this.problems = problems;
    this.path = path;
    this.line = lineOf(node);
    for (NodeTuple tuple : node.getValue()) {
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        problems.add(lineOf(tuple.getKeyNode()), "a key of " + label() + " is not plain text");
      } else {
        keyLines.put(key.getValue(), lineOf(key));
        if (values.put(key.getValue(), tuple.getValueNode()) != null) {
          problems.add(lineOf(key), "'" + name(key.getValue()) + "' is given twice");
        }
      }
    }
  }

  public Problems problems() {
    return problems;
  }

  /** The line on which this section, or one of its keys, stands. */
  public int line() {
    return line;
  }

  /** The line of a key, or the section's own where the key is absent. */
  public int line(String key) {
    return keyLines.getOrDefault(key, line);
  }

  /** Notes a mistake in the line of a key. */
  public void problem(String key, String message) {
    problems.add(line(key), message);
  }

  public boolean has(String key) {
    asked.add(key);
    return values.containsKey(key);
  }

  public Set<String> keys() {
    return values.keySet();
  }

  /** Required text, not blank. */
  public String text(String key) {
    String value = textOrNull(key);
    if (value == null && !values.containsKey(key)) {
      problems.add(line, "'" + name(key) + "' is missing");
    }
    return value == null ? "" : value;
  }

  public String text(String key, String fallback) {
    String value = textOrNull(key);
    return value == null ? fallback : value;
  }

  /** Text, or null where the key is absent. */
  public @Nullable String textOrNull(String key) {
    asked.add(key);
    Node node = values.get(key);
    if (node == null) {
      return null;
    }
    if (!(node instanceof ScalarNode scalar)) {
      problems.add(lineOf(node), "'" + name(key) + "' must be a single value");
      return null;
    }
    if (scalar.getValue().isBlank()) {
      problems.add(lineOf(node), "'" + name(key) + "' is empty");
      return null;
    }
    return scalar.getValue();
  }

  /** A whole number in [min, max]; required where the fallback is null. */
  public long integer(String key, long min, long max, @Nullable Long fallback) {
    String value = fallback == null ? text(key) : textOrNull(key);
    if (value == null || value.isEmpty()) {
      return fallback == null ? min : fallback;
    }
    try {
      long number = Long.parseLong(value.replace("_", ""));
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException notANumber) {
      // reported below, with the bounds
    }
    problems.add(
        line(key),
        "'"
            + name(key)
            + "' is '"
            + value
            + "': expected a whole number from "
            + min
            + " to "
            + max);
    return fallback == null ? min : fallback;
  }

  /** Where to listen, as {@code host:port}, or null where the key is absent. */
  public @Nullable InetSocketAddress listenOrNull(String key) {
    String value = textOrNull(key);
    if (value == null) {
      return null;
    }
    int colon = value.lastIndexOf(':');
    String digits = value.substring(colon + 1);
    if (colon > 0 && digits.matches("[0-9]{1,5}") && Integer.parseInt(digits) <= 65_535) {
      return new InetSocketAddress(value.substring(0, colon), Integer.parseInt(digits));
    }
    problems.add(
        line(key),
        "'" + name(key) + "' is '" + value + "': expected host:port, with a port from 0 to 65535");
    return null;
  }

  /** A finite number in [min, max]; required where the fallback is null. */
  public double number(String key, double min, double max, @Nullable Double fallback) {
    String value = fallback == null ? text(key) : textOrNull(key);
    if (value == null || value.isEmpty()) {
      return fallback == null ? min : fallback;
    }
    try {
      double number = new BigDecimal(value).doubleValue();
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException notANumber) {
      // reported below, with the bounds
    }
    problems.add(
        line(key),
        "'" + name(key) + "' is '" + value + "': expected a number from " + min + " to " + max);
    return fallback == null ? min : fallback;
  }

  public boolean flag(String key, boolean fallback) {
    String value = textOrNull(key);
    if (value == null) {
      return fallback;
    }
    if (value.equals("true") || value.equals("false")) {
      return value.equals("true");
    }
    problems.add(line(key), "'" + name(key) + "' is '" + value + "': expected true or false");
    return fallback;
  }

  /**
   * One of an enum's constants, written in lower case with hyphens; required where the fallback is
   * null.
   */
  public <E extends Enum<E>> E choice(String key, Class<E> type, @Nullable E fallback) {
    String value = fallback == null ? text(key) : textOrNull(key);
    E first = type.getEnumConstants()[0];
    if (value == null || value.isEmpty()) {
      return fallback == null ? first : fallback;
    }
    List<String> names = new ArrayList<>();
    for (E constant : type.getEnumConstants()) {
      String written = constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
      if (written.equals(value)) {
        return constant;
      }
      names.add(written);
    }
    problems.add(
        line(key),
        "'" + name(key) + "' is '" + value + "': expected one of " + String.join(", ", names));
    return fallback == null ? first : fallback;
  }

  /** A path, taken relative to the file it is written in. */
  public Path file(String key) {
    return resolve(key, text(key));
  }

  public @Nullable Path fileOrNull(String key) {
    String value = textOrNull(key);
    return value == null ? null : resolve(key, value);
  }

  /** A list of single values; empty where the key is absent. */
  public List<String> texts(String key) {
    asked.add(key);
    Node node = values.get(key);
    List<String> found = new ArrayList<>();
    if (node instanceof SequenceNode sequence) {
      for (Node item : sequence.getValue()) {
        if (item instanceof ScalarNode scalar && !scalar.getValue().isBlank()) {
          found.add(scalar.getValue());
        } else {
          problems.add(lineOf(item), "an item of '" + name(key) + "' must be a single value");
        }
      }
    } else if (node != null) {
      problems.add(lineOf(node), "'" + name(key) + "' must be a list");
    }
    return found;
  }

  /** A mapping; required. */
  public Section section(String key) {
    Section found = sectionOrNull(key);
    if (found == null && !values.containsKey(key)) {
      problems.add(line, "'" + name(key) + "' is missing");
    }
    return found == null ? empty(key) : found;
  }

  /** A mapping, or an empty one where the key is absent. */
  public Section sectionOrEmpty(String key) {
    Section found = sectionOrNull(key);
    return found == null ? empty(key) : found;
  }

  /** A list of mappings; empty where the key is absent. */
  public List<Section> sections(String key) {
    asked.add(key);
    Node node = values.get(key);
    List<Section> found = new ArrayList<>();
    if (node instanceof SequenceNode sequence) {
      int index = 0;
      for (Node item : sequence.getValue()) {
        String itemPath = name(key) + "[" + index++ + "]";
        if (item instanceof MappingNode mapping) {
          found.add(new Section(problems, itemPath, mapping));
        } else {
          problems.add(lineOf(item), "'" + itemPath + "' must be a mapping");
        }
      }
    } else if (node != null) {
      problems.add(lineOf(node), "'" + name(key) + "' must be a list");
    }
    return found;
  }

  /** Notes every key that nobody asked for. Call it after the last getter. */
  public void done() {
    for (Map.Entry<String, Integer> key : keyLines.entrySet()) {
      if (!asked.contains(key.getKey())) {
        String known = String.join(", ", asked.stream().sorted().toList());
        problems.add(
            key.getValue(), "unknown key '" + name(key.getKey()) + "': known here are " + known);
      }
    }
  }

  private @Nullable Section sectionOrNull(String key) {
    asked.add(key);
    Node node = values.get(key);
    if (node instanceof MappingNode mapping) {
      return new Section(problems, name(key), mapping);
    }
    if (node != null) {
      problems.add(lineOf(node), "'" + name(key) + "' must be a mapping");
    }
    return null;
  }

  private Section empty(String key) {
    MappingNode nothing =
        new MappingNode(
            org.snakeyaml.engine.v2.nodes.Tag.MAP,
            List.of(),
            org.snakeyaml.engine.v2.common.FlowStyle.BLOCK);
    return new Section(problems, name(key), nothing);
  }

  private Path resolve(String key, String value) {
    Path base = problems.file().toAbsolutePath().getParent();
    try {
      return base == null ? Path.of(value) : base.resolve(value).normalize();
    } catch (InvalidPathException invalid) {
      problems.add(line(key), "'" + name(key) + "' is not a path: " + invalid.getReason());
      return Path.of("invalid");
    }
  }

  private String name(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  private String label() {
    return path.isEmpty() ? "the file" : "'" + path + "'";
  }

  private static int lineOf(Node node) {
    return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
  }
}
