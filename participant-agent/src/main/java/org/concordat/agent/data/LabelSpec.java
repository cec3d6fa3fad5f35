package org.concordat.agent.data;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a row's class is found.
 *
 * @param column of the label
 * @param above class 1 is every number above it, class 0 the rest; null where classes are listed
 * @param classes the canonical values of class 0, 1, …; empty where {@code above} decides
 */
record LabelSpec(String column, @Nullable Double above, List<String> classes) {
  /** How many classes there are. */
  int count() {
    return above == null ? classes.size() : 2;
  }

  /** The class of a checked cell, or -1 where it is of none. */
  int classOf(String cell) {
    return above == null ? classes.indexOf(Cells.canonical(cell)) : Double.parseDouble(cell) > above ? 1 : 0;
  }
}
