package org.concordat.jurisdictions;

import java.util.List;
import java.util.SortedMap;

/**
 * A policy as read: everything that its digest covers.
 *
 * @param bounds the number of each obligation that has one and that some rule lays
 */
public record PolicyDocument(
    String name,
    long version,
    SortedMap<String, ValueList> lists,
    SortedMap<Obligation, Integer> bounds,
    List<Rule> rules,
    List<TestCase> tests) {
  /** The rules about an action, in their order. */
  public List<Rule> rulesFor(Action action) {
    return rules.stream().filter(rule -> rule.appliesTo(action)).toList();
  }
}
