package org.concordat.jurisdictions;

import java.util.LinkedHashSet;
import java.util.Set;

/** Notes which facts a condition read. */
final class Trace {
  private final Set<Fact> used = new LinkedHashSet<>();
  private final Set<MissingFact> missing = new LinkedHashSet<>();

  void used(Fact fact) {
    used.add(fact);
  }

  void missing(MissingFact fact) {
    missing.add(fact);
  }

  Set<Fact> used() {
    return used;
  }

  Set<MissingFact> missing() {
    return missing;
  }
}
