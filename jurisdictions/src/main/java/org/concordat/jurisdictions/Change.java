package org.concordat.jurisdictions;

import java.util.Optional;

/**
 * One fact that would have to be another.
 *
 * @param member whose fact, or empty for a fact of the alliance
 * @param from the statement that counts today, expired or not; empty for none
 * @param to a value that flips the decision (together with the other changes)
 * @param source who would have to state it
 * @param wanted {@code to} in words; where many values do, it says which
 */
public record Change(
    Optional<String> member,
    FactName fact,
    Optional<Fact> from,
    FactValue to,
    FactSource source,
    String wanted) {

  /** The fact as changed, without expiry. */
  public Fact toFact() {
    return new Fact(fact, to, source, null);
  }

  /** Such as {@code transfer-mechanism of geneva were sccs (now not stated)}. */
  public String explain() {
    String whose = member.map(id -> " of " + id).orElse("");
    return fact + whose + " were " + wanted + " (now " + now() + ")";
  }

  /** Who could make it, a member by its id; empty where nobody can. */
  public Optional<String> who() {
    return Speaker.of(fact, source)
        .map(
            who ->
                member.map(id -> who.replaceFirst("^the member( itself)?(?=,)", id)).orElse(who));
  }

  private String now() {
    return from.map(
            stated ->
                stated.value() + (stated.expires() == null ? "" : " until " + stated.expires()))
        .orElse("not stated");
  }
}
