package org.concordat.jurisdictions.analysis;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import org.concordat.jurisdictions.Obligation;
import org.concordat.jurisdictions.Policy;
import org.concordat.jurisdictions.PolicyText;
import org.concordat.jurisdictions.Rule;
import org.concordat.jurisdictions.ValueList;

/** Which rules and lists are written otherwise, whether or not an answer changes. */
public final class TextChanges {
  private final List<String> changes = new ArrayList<>();

  private TextChanges() {}

  /** In sentences without their full stop; empty where rules and lists are the same. */
  public static List<String> between(Policy before, Policy after) {
    TextChanges texts = new TextChanges();
    texts.rules(rules(before), rules(after));
    for (Obligation duty : Obligation.values()) {
      if (!before.bound(duty).equals(after.bound(duty))) {
        texts.changes.add("the number of '" + duty + "' is another, or new, or gone");
      }
    }
    texts.lists(before.document().lists(), after.document().lists());
    return List.copyOf(texts.changes);
  }

  private static Map<String, Rule> rules(Policy policy) {
    Map<String, Rule> rules = new LinkedHashMap<>();
    policy.document().rules().forEach(rule -> rules.put(rule.id(), rule));
    return rules;
  }

  private void rules(Map<String, Rule> before, Map<String, Rule> after) {
    before.forEach(
        (id, was) -> {
          Rule is = after.get(id);
          if (is == null) {
            changes.add("rule '" + id + "' is gone: it " + PolicyText.clause(was));
          } else {
            rule(id, was, is);
          }
        });
    after.forEach(
        (id, is) -> {
          if (!before.containsKey(id)) {
            changes.add("rule '" + id + "' is new: it " + PolicyText.clause(is));
          }
        });
  }

  private void rule(String id, Rule was, Rule is) {
    String before = PolicyText.clause(was);
    String after = PolicyText.clause(is);
    if (!before.equals(after)) {
      changes.add("rule '" + id + "' is another: it " + before + "; now it " + after);
    }
    if (!was.obligations().equals(is.obligations())) {
      changes.add(
          "rule '%s' obliges to %s, before to %s"
              .formatted(id, new TreeSet<>(is.obligations()), new TreeSet<>(was.obligations())));
    }
    if (!was.because().equals(is.because())) {
      changes.add("rule '%s' has another reason: %s".formatted(id, is.because()));
    }
  }

  private void lists(Map<String, ValueList> before, Map<String, ValueList> after) {
    before.forEach(
        (name, was) -> {
          ValueList is = after.get(name);
          if (is == null) {
            changes.add("list '" + name + "' is gone");
          } else {
            list(was, is);
          }
        });
    after.forEach(
        (name, is) -> {
          if (!before.containsKey(name)) {
            changes.add("list '" + name + "' is new: " + String.join(", ", is.values()));
          }
        });
  }

  private void list(ValueList was, ValueList is) {
    words(is.name(), "has in addition", is.values(), was.values());
    words(is.name(), "no longer has", was.values(), is.values());
    changed(is.name(), "source", was.source(), is.source());
    changed(is.name(), "date", was.asOf(), is.asOf());
    changed(
        is.name(),
        "end",
        Objects.toString(was.expires(), "none"),
        Objects.toString(is.expires(), "none"));
  }

  private void words(String list, String what, SortedSet<String> those, SortedSet<String> not) {
    SortedSet<String> only = new TreeSet<>(those);
    only.removeAll(not);
    if (!only.isEmpty()) {
      changes.add("list '%s' %s %s".formatted(list, what, String.join(", ", only)));
    }
  }

  private void changed(String list, String what, String was, String is) {
    if (!was.equals(is)) {
      changes.add("list '%s' has another %s: %s, before %s".formatted(list, what, is, was));
    }
  }
}
