package org.concordat.cli.command;

import java.util.ArrayList;
import java.util.List;
import org.concordat.jurisdictions.Fact;
import org.concordat.jurisdictions.Facts;
import org.concordat.jurisdictions.TestCase;

/** A case on one line. */
final class CaseText {
  private CaseText() {}

  static String line(TestCase one) {
    List<String> parts = new ArrayList<>();
    one.members().forEach((id, facts) -> parts.add(id + facts(facts)));
    if (!one.alliance().all().isEmpty()) {
      parts.add("the alliance" + facts(one.alliance()));
    }
    return String.join("; ", parts) + "; at " + one.now() + ".";
  }

  private static String facts(Facts facts) {
    List<String> words = new ArrayList<>();
    for (Fact fact : facts.all()) {
      words.add(fact.name() + " = " + fact.value() + " [" + fact.source() + "]");
    }
    return words.isEmpty() ? " (nothing stated)" : " with " + String.join(", ", words);
  }
}
