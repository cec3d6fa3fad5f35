package org.concordat.jurisdictions.agreement;

/**
 * Who agreed.
 *
 * @param id the member's id in the roster
 * @param name as it signs
 * @param jurisdiction of the alliance, such as {@code eu}
 */
public record Party(String id, String name, String jurisdiction) {}
