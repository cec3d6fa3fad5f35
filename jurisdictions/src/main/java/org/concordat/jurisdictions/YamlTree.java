package org.concordat.jurisdictions;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
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

/**
 * Bytes to a tree of YAML nodes; JSON is YAML. Anchors and aliases are refused: a policy is read as
 * it stands.
 */
public final class YamlTree {
  /** Deeper nesting is refused before the tree is built, which would recurse. */
  static final int MAX_DEPTH = 64;

  private YamlTree() {}

  /** The root mapping, or nothing, with the mistake noted. */
  public static Optional<MappingNode> read(byte[] bytes, Mistakes mistakes) {
    if (bytes.length > Policy.MAX_BYTES) {
      mistakes.add(
          1,
          "the file has more than " + Policy.MAX_BYTES + " bytes, which is the most that is read");
      return Optional.empty();
    }
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return compose(text, mistakes);
    } catch (CharacterCodingException binary) {
      mistakes.add(1, "the file is not UTF-8 text");
    } catch (MarkedYamlEngineException malformed) {
      int line = malformed.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1);
      mistakes.add(line, "not YAML: " + Quoted.text(malformed.getProblem()));
    } catch (YamlEngineException | IllegalArgumentException malformed) {
      // The second is what the library throws at a tag with spaces around it.
      mistakes.add(1, "not YAML: " + Quoted.text(String.valueOf(malformed.getMessage())));
    }
    return Optional.empty();
  }

  private static Optional<MappingNode> compose(String text, Mistakes mistakes) {
    LoadSettings settings =
        LoadSettings.builder()
            .setLabel("policy")
            .setMaxAliasesForCollections(0)
            .setCodePointLimit(Policy.MAX_BYTES)
            .build();
    checkShape(settings, text, mistakes);
    if (!mistakes.isEmpty()) {
      return Optional.empty();
    }
    Optional<Node> root = new Compose(settings).composeString(text);
    if (root.isPresent() && root.get() instanceof MappingNode mapping) {
      return Optional.of(mapping);
    }
    mistakes.add(1, "expected a mapping of keys to values");
    return Optional.empty();
  }

  private static void checkShape(LoadSettings settings, String text, Mistakes mistakes) {
    int depth = 0;
    for (Event event : new Parse(settings).parseString(text)) {
      int line = event.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
      if (event instanceof CollectionStartEvent) {
        depth++;
      } else if (event instanceof CollectionEndEvent) {
        depth--;
      } else if (event instanceof AliasEvent) {
        mistakes.add(line, "aliases are not taken: write the value out");
        return;
      }
      if (depth > MAX_DEPTH) {
        mistakes.add(line, "nested deeper than " + MAX_DEPTH + " levels");
        return;
      }
    }
  }
}
