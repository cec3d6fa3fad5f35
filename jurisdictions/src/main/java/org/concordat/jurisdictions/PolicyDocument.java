package org.concordat.jurisdictions;

import java.util.List;
import java.util.SortedMap;

/** A policy as read: everything that its digest covers. */
public record PolicyDocument(
    String name,
    long version,
    SortedMap<String, ValueList> lists,
    List<Rule> rules,
    List<TestCase> tests) {
  /** The rules about an action, in their order. */
  public List<Rule> rulesFor(Action action) {
    return rules.stream().filter(rule -> rule.appliesTo(action)).toList();
  }
}
