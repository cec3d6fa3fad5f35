package org.concordat.jurisdictions.agreement;

import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the parties make, models or works derived from them: whose it is, and who may do what.
 *
 * @param rights parties that have each right; a right that is not named is nobody's
 */
public record Work(Ownership ip, SortedMap<Right, SortedSet<String>> rights) {
  /** The two kinds. */
  public enum Kind {
    MODELS,
    DERIVED;

    /** As written in agreements. */
    public String text() {
      return this == MODELS ? "models" : "derived-works";
    }
  }

  public Work {
    SortedMap<Right, SortedSet<String>> sorted = new TreeMap<>();
    rights.forEach(
        (right, parties) ->
            sorted.put(right, Collections.unmodifiableSortedSet(new TreeSet<>(parties))));
    rights = Collections.unmodifiableSortedMap(sorted);
  }

  /** Those that have a right; perhaps nobody. */
  public SortedSet<String> holders(Right right) {
    return rights.getOrDefault(right, Collections.emptySortedSet());
  }
}
