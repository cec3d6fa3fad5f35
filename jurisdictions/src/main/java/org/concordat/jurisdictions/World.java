package org.concordat.jurisdictions;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** All facts of one question. Immutable. */
record World(Facts alliance, SortedMap<String, Facts> members, Instant now) {
  /** Where a fact stands: at a member, or, without one, at the alliance. */
  record Slot(Optional<String> member, FactName fact) {}

  /**
   * Checks that every fact stands where it belongs, and states each member's id.
   *
   * @throws InvalidFactException if not, or if a member's id is not one
   */
  static World of(Facts alliance, Map<String, Facts> touched, Instant now) {
    requirePlace(alliance, false);
    SortedMap<String, Facts> members = new TreeMap<>();
    touched.forEach(
        (id, facts) -> members.put(id, isKeptUnder(id, facts) ? facts : withId(id, facts)));
    return new World(alliance, Collections.unmodifiableSortedMap(members), now);
  }

  /** Whether the facts state this id, rightly spelled, and belong to a member: the common case. */
  private static boolean isKeptUnder(String id, Facts facts) {
    Fact stated = facts.orNull(FactName.MEMBER);
    return stated != null
        && stated.value() instanceof FactValue.Text text
        && text.text().equals(id)
        && FactValues.isCode(id)
        && facts.mayAllBeStated(true);
  }

  /** The facts with the member's id, which must be spelled as one and not contradict them. */
  static Facts withId(String id, Facts facts) {
    requirePlace(facts, true);
    FactValue.Text value = FactValues.text(FactName.MEMBER, id);
    Optional<Fact> stated = facts.get(FactName.MEMBER);
    if (!value.text().equals(id) || stated.isPresent() && !stated.get().value().equals(value)) {
      throw new InvalidFactException(
          FactName.MEMBER,
          "these facts are kept under " + Quoted.text(id) + ", which must be the member's id");
    }
    return stated.isPresent()
        ? facts
        : facts.with(new Fact(FactName.MEMBER, value, FactSource.ROSTER, null));
  }

  private static void requirePlace(Facts facts, boolean ofMember) {
    if (facts.mayAllBeStated(ofMember)) {
      return;
    }
    for (Fact fact : facts.all()) {
      if (!fact.name().mayBeStated(ofMember)) {
        throw new InvalidFactException(fact.name(), FactReader.misplaced(fact.name(), ofMember));
      }
    }
  }

  View view(String member) {
    return new View(alliance, members.getOrDefault(member, Facts.none()), now);
  }

  Optional<Fact> stated(Slot slot) {
    return slot.member().isEmpty()
        ? alliance.get(slot.fact())
        : members.getOrDefault(slot.member().get(), Facts.none()).get(slot.fact());
  }

  /** The same world with one fact added or replaced. */
  World with(Slot slot, Fact fact) {
    if (slot.member().isEmpty()) {
      return new World(alliance.with(fact), members, now);
    }
    SortedMap<String, Facts> changed = new TreeMap<>(members);
    String member = slot.member().get();
    changed.put(member, members.getOrDefault(member, Facts.none()).with(fact));
    return new World(alliance, changed, now);
  }
}
