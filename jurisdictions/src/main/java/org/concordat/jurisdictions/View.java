package org.concordat.jurisdictions;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the rules see when they are applied to one member. */
public record View(Facts alliance, Facts member, Instant now) {
  /** A fact in force, or why there is none; exactly one of both. */
  record Found(@Nullable Fact fact, @Nullable MissingFact missing) {}

  /** Looks a fact up; {@code from} empty takes any source. */
  Found find(FactName name, Set<FactSource> from) {
    Optional<Fact> stated = stated(name);
    if (stated.isEmpty()) {
      return none(name, "not stated");
    }
    Fact fact = stated.get();
    if (!fact.isInForce(now)) {
      return none(name, "expired at " + fact.expires());
    }
    if (!from.isEmpty() && !from.contains(fact.source())) {
      return none(
          name, "stated by " + fact.source() + ", the rule takes it from " + from + " only");
    }
    return new Found(fact, null);
  }

  /** The statement that counts, in force or not. */
  Optional<Fact> stated(FactName name) {
    return switch (name.place()) {
      case ALLIANCE -> alliance.get(name);
      case MEMBER -> member.get(name);
      case BOTH -> member.get(name).isPresent() ? member.get(name) : alliance.get(name);
    };
  }

  private static Found none(FactName name, String why) {
    return new Found(null, new MissingFact(name, why));
  }
}
