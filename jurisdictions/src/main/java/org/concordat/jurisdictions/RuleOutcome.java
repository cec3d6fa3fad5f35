package org.concordat.jurisdictions;

import java.util.List;

/**
 * A rule that applied to the action.
 *
 * @param value what its condition came to
 * @param decided whether the verdict rests on it
 * @param because the policy author's reason
 * @param facts facts in force that its condition read
 * @param missing facts that its condition asked for in vain
 */
public record RuleOutcome(
    String rule,
    Effect effect,
    Ternary value,
    boolean decided,
    String because,
    List<Fact> facts,
    List<MissingFact> missing) {}
