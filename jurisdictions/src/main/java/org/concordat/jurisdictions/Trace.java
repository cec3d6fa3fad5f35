package org.concordat.jurisdictions;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Notes which facts a condition read, in the order of reading. */
public final class Trace {
  /** Notes nothing. */
  public static final Trace NONE = new Trace(false);

  private final boolean noting;
  private final Set<Fact> used = new LinkedHashSet<>();
  private final Set<MissingFact> missing = new LinkedHashSet<>();

  Trace() {
    this(true);
  }

  private Trace(boolean noting) {
    this.noting = noting;
  }

  void used(Fact fact) {
    if (noting) {
      used.add(fact);
    }
  }

  void missing(MissingFact fact) {
    if (noting) {
      missing.add(fact);
    }
  }

  List<Fact> used() {
    return List.copyOf(used);
  }

  List<MissingFact> missing() {
    return List.copyOf(missing);
  }
}
