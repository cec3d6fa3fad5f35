package org.concordat.jurisdictions;

/**
 * A rule that applied to the action.
 *
 * @param value what its condition came to
 * @param decided whether the verdict rests on it
 * @param because the policy author's reason
 */
public record RuleOutcome(String rule, Effect effect, Ternary value, boolean decided, String because) {}
