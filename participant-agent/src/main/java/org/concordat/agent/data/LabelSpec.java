package org.concordat.agent.data;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a row's class is found.
 *
 * @param column of the label
 * @param rule tells class 1 from class 0 by a number; null where classes are listed
 * @param classes the canonical values of class 0, 1, …; empty where the rule decides
 */
record LabelSpec(String column, @Nullable LabelRule rule, List<String> classes) {
  /** How many classes there are. */
  int count() {
    return rule == null ? classes.size() : 2;
  }

  /** The class of a checked cell where classes are listed, or -1 where it is of none. */
  int classOf(String cell) {
    return classes.indexOf(Cells.canonical(cell));
  }
}
