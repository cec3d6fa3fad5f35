package org.concordat.jurisdictions;

import java.util.List;
import java.util.SortedMap;

/** A policy as read: everything that its digest covers. */
record PolicyDocument(
    String name,
    long version,
    SortedMap<String, ValueList> lists,
    List<Rule> rules,
    List<TestCase> tests) {
  List<Rule> rulesFor(Action action) {
    return rules.stream().filter(rule -> rule.appliesTo(action)).toList();
  }
}
