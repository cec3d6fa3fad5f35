package org.concordat.jurisdictions.analysis;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.concordat.jurisdictions.Comparison;
import org.concordat.jurisdictions.Operand;

/** The times that lists tell apart: before the first ends, and from each end on. */
final class Times {
  private Times() {}

  /** The time as a variable; empty where no list that is used ever ends. */
  static Optional<Variable> of(List<Comparison> comparisons, Instant now) {
    TreeSet<Instant> ends = new TreeSet<>();
    for (Comparison one : comparisons) {
      if (one.operand() instanceof Operand.Named named && named.list().expires() != null) {
        ends.add(named.list().expires());
      }
    }
    if (ends.isEmpty()) {
      return Optional.empty();
    }
    List<Choice> choices = new ArrayList<>();
    Instant first = ends.first();
    if (now.isBefore(first)) {
      choices.add(Choice.at(now));
    } else if (first.isAfter(Instant.MIN.plusSeconds(1))) {
      choices.add(Choice.at(first.minusSeconds(1)));
    }
    ends.forEach(end -> choices.add(Choice.at(end)));
    return Optional.of(new Variable(Optional.empty(), choices));
  }
}
