package org.concordat.jurisdictions;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.snakeyaml.engine.v2.nodes.Node;

/** The mistakes found in one policy or agreement, so that all are reported at once. */
public final class Mistakes {
  private final Path file;
  private final List<InvalidPolicyException.Problem> found = new ArrayList<>();

  public Mistakes(Path file) {
    this.file = file;
  }

  /** Notes a mistake and goes on. */
  public void add(int line, String message) {
    found.add(new InvalidPolicyException.Problem(file, line, message));
  }

  public void add(Node node, String message) {
    add(line(node), message);
  }

  boolean isEmpty() {
    return found.isEmpty();
  }

  public void throwIfAny() {
    if (!found.isEmpty()) {
      found.sort(Comparator.comparingInt(InvalidPolicyException.Problem::line));
      throw new InvalidPolicyException(found);
    }
  }

  /** The line on which a node starts, from 1. */
  static int line(Node node) {
    return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
  }
}
