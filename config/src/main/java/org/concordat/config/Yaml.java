package org.concordat.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;

/** Reads a YAML file into its root {@link Section}. */
public final class Yaml {
  /** No configuration file is larger. */
  public static final int MAX_BYTES = 1 << 20;

  /** Deeper nesting is refused. */
  static final int MAX_DEPTH = 64;

  private Yaml() {}

  /**
   * Reads a file whose root is a mapping.
   *
   * @throws Problems.InvalidConfigurationException if it is missing, unreadable, too large or not
   *     YAML
   */
  public static Section read(Path file) {
    Problems problems = new Problems(file);
    String text = "";
    try {
      if (Files.size(file) > MAX_BYTES) {
        problems.add(
            1, "the file has " + Files.size(file) + " bytes, at most " + MAX_BYTES + " are read");
      } else {
        text = Files.readString(file);
        if (text.indexOf('\0') >= 0) {
          problems.add(1, "this is UTF-16 text, or none at all: save it as UTF-8");
        }
      }
    } catch (MalformedInputException binary) {
      problems.add(
          1,
          isUtf16(file)
              ? "this is UTF-16 text: save it as UTF-8"
              : "the file is not UTF-8 text: save it as UTF-8");
    } catch (NoSuchFileException missing) {
      problems.add(1, "there is no such file: check the path");
    } catch (IOException failure) {
      problems.add(
          1,
          Files.isDirectory(file)
              ? "this is a directory, a file is expected"
              : "the file cannot be read ("
                  + failure.getClass().getSimpleName()
                  + "): check its permissions");
    }
    problems.throwIfAny();
    return parse(file, text);
  }

  /** By its byte order mark, as Windows' editors write it (RFC 2781 section 3.2). */
  private static boolean isUtf16(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      int first = in.read();
      int second = in.read();
      return first == 0xff && second == 0xfe || first == 0xfe && second == 0xff;
    } catch (IOException unreadable) {
      return false;
    }
  }

  /** Parses text; {@code file} is only named in errors. */
  public static Section parse(Path file, String text) {
    Problems problems = new Problems(file);
    Optional<Node> root = Optional.empty();
    try {
      LoadSettings settings =
          LoadSettings.builder().setLabel(file.toString()).setCodePointLimit(MAX_BYTES).build();
      checkShape(settings, text, problems);
      root = new Compose(settings).composeString(text);
    } catch (MarkedYamlEngineException malformed) {
      int line = malformed.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1);
      problems.add(line, "not YAML: " + malformed.getProblem());
    } catch (YamlEngineException | IllegalArgumentException malformed) {
      // The second is what the library throws at a tag with spaces around it.
      problems.add(1, "not YAML: " + malformed.getMessage());
    }
    problems.throwIfAny();
    if (root.isEmpty() || !(root.get() instanceof MappingNode mapping)) {
      problems.add(1, "expected a mapping of keys to values, as in the samples in examples/");
      problems.throwIfAny();
      throw new IllegalStateException("unreachable");
    }
    return new Section(problems, "", mapping);
  }

  /** Throws at the first alias or too deep level: composing recurses. */
  private static void checkShape(LoadSettings settings, String text, Problems problems) {
    int depth = 0;
    for (Event event : new Parse(settings).parseString(text)) {
      int line = event.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
      if (event instanceof CollectionStartEvent) {
        depth++;
      } else if (event instanceof CollectionEndEvent) {
        depth--;
      } else if (event instanceof AliasEvent) {
        problems.add(
            line, "anchors and aliases (& and *) are not taken: write the value out each time");
      }
      if (depth > MAX_DEPTH) {
        problems.add(line, "nested deeper than " + MAX_DEPTH + " levels");
      }
      problems.throwIfAny();
    }
  }
}
