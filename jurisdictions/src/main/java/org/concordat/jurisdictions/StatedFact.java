package org.concordat.jurisdictions;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * One fact that a member states about itself.
 *
 * @param evidence what it rests on and where that is filed, 1 to 200 printable characters; it goes
 *     into the alliance's log, so no name of a person belongs there
 * @param stated when it was said
 * @param expires the first instant at which it no longer counts
 */
public record StatedFact(
    FactName fact, FactValue value, String evidence, Instant stated, Instant expires) {
  /** A statement ends by itself: somebody must look again by then. */
  public static final Duration MAX_LIFE = Duration.ofDays(5 * 366);

  /**
   * @throws InvalidFactException naming what is wrong
   */
  public StatedFact {
    if (!FactSheet.STATABLE.contains(fact)) {
      throw new InvalidFactException(
          fact,
          "no member states it; those that members state are "
              + String.join(", ", FactSheet.STATABLE.stream().map(FactName::text).toList()));
    }
    if (evidence.length() > FactValues.MAX_REFERENCE_CHARS || !FactValues.isPrintable(evidence)) {
      throw new InvalidFactException(
          fact,
          "evidence "
              + Quoted.text(evidence)
              + " must be one line of 1 to 200 printable characters: say what it rests on, and"
              + " where that is filed");
    }
    if (!expires.isAfter(stated) || expires.isAfter(stated.plus(MAX_LIFE))) {
      throw new InvalidFactException(
          fact,
          "it ends at %s, and was stated at %s: it must end after that, and within five years"
              .formatted(expires, stated));
    }
  }

  /**
   * From the words that a person writes.
   *
   * @param words one, or for a set of jurisdictions one or more
   * @throws InvalidFactException naming what is wrong
   */
  public static StatedFact of(
      FactName fact, List<String> words, String evidence, Instant stated, Instant expires) {
    if (fact.type() != FactType.JURISDICTIONS && words.size() != 1) {
      throw new InvalidFactException(
          fact, words.size() + " values: it takes one, " + fact.type().expected());
    }
    FactValue value =
        fact.type() == FactType.JURISDICTIONS
            ? FactValues.set(fact, words)
            : FactValues.scalar(fact, words.get(0));
    return new StatedFact(fact, value, evidence, stated, expires);
  }

  /** As a policy sees it. */
  Fact toFact() {
    return new Fact(fact, value, FactSource.MEMBER_ATTESTED, expires);
  }
}
