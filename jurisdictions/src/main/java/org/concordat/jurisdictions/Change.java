package org.concordat.jurisdictions;

import java.util.Optional;

/**
 * One fact that would have to be another.
 *
 * @param member whose fact, or empty for a fact of the alliance
 * @param from the value in force, or empty for none
 * @param to a value that flips the decision (together with the other changes)
 * @param wanted {@code to} in words; where many values do, it says which
 */
public record Change(
    Optional<String> member,
    FactName fact,
    Optional<FactValue> from,
    FactValue to,
    String wanted) {}
