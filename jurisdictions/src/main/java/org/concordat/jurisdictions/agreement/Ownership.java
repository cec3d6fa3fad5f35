package org.concordat.jurisdictions.agreement;

import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;

/** Whose a model, or a derived work, is. */
public sealed interface Ownership {
  /** One party's alone. */
  record Retained(String by) implements Ownership {}

  /**
   * Several parties' together.
   *
   * @param shares percent of each, whole, 100 in all
   */
  record Joint(SortedMap<String, Integer> shares) implements Ownership {}

  /** One party's, which licenses it to others. */
  record Licensed(String by, SortedSet<String> to, boolean exclusive) implements Ownership {}

  /** Who grants rights in it. */
  default List<String> owners() {
    if (this instanceof Joint joint) {
      return List.copyOf(joint.shares().keySet());
    }
    return List.of(this instanceof Retained retained ? retained.by() : ((Licensed) this).by());
  }

  /** As written in agreements. */
  default String kind() {
    return this instanceof Retained ? "retained" : this instanceof Joint ? "joint" : "licensed";
  }
}
