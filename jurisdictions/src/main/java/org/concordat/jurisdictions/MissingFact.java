package org.concordat.jurisdictions;

/**
 * A fact that a rule asked for in vain.
 *
 * @param why not stated, expired, or from a source that the rule does not take
 */
public record MissingFact(FactName fact, String why) {}
