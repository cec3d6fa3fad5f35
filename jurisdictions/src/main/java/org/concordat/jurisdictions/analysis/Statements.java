package org.concordat.jurisdictions.analysis;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.concordat.jurisdictions.Comparison;
import org.concordat.jurisdictions.Fact;
import org.concordat.jurisdictions.FactName;
import org.concordat.jurisdictions.FactSource;
import org.concordat.jurisdictions.FactValue;
import org.concordat.jurisdictions.Operand;
import org.concordat.jurisdictions.Stated;

/**
 * For each fact that some comparisons read, the statements that they might tell apart: none, and
 * each class of values from each class of sources. A member's id is always stated.
 */
final class Statements {
  private final Map<FactName, List<Comparison>> reading = new EnumMap<>(FactName.class);
  private final Map<FactName, Set<Set<FactSource>>> demands = new EnumMap<>(FactName.class);
  private final Map<FactName, Set<FactName>> together = new EnumMap<>(FactName.class);
  private final Work work;

  Statements(List<Comparison> comparisons, Work work) {
    this.work = work;
    for (Comparison one : comparisons) {
      note(one.fact(), one.from());
      reading.computeIfAbsent(one.fact(), unseen -> new ArrayList<>()).add(one);
      if (one.operand() instanceof Operand.OtherFact other) {
        note(other.fact(), other.from());
        join(one.fact(), other.fact());
      }
    }
  }

  private void note(FactName fact, Set<FactSource> from) {
    demands.computeIfAbsent(fact, unseen -> new LinkedHashSet<>()).add(from);
    together.computeIfAbsent(fact, EnumSet::of);
  }

  /** Facts that are compared with each other, directly or through others, share one set. */
  private void join(FactName one, FactName other) {
    Set<FactName> all = EnumSet.copyOf(group(one));
    all.addAll(group(other));
    all.forEach(fact -> together.put(fact, all));
  }

  private Set<FactName> group(FactName fact) {
    return together.getOrDefault(fact, EnumSet.of(fact));
  }

  /** In the catalogue's order; a list that may be added to. */
  List<Variable> variables() {
    List<Variable> variables = new ArrayList<>();
    for (FactName fact : demands.keySet()) {
      variables.add(new Variable(Optional.of(fact), choices(fact)));
    }
    return variables;
  }

  private List<Choice> choices(FactName fact) {
    List<Comparison> comparisons = new ArrayList<>();
    for (FactName one : group(fact)) {
      comparisons.addAll(reading.getOrDefault(one, List.of()));
    }
    List<Choice> choices = new ArrayList<>();
    if (fact != FactName.MEMBER) {
      choices.add(Choice.NOT_STATED);
    }
    List<FactSource> sources = sources(fact);
    for (ValueClasses.ValueClass values :
        ValueClasses.of(fact, comparisons, group(fact).size(), work)) {
      for (FactSource source : sources) {
        FactValue value = values.alike().get(0);
        choices.add(
            Choice.stated(new Fact(fact, value, source, null), values.alike(), values.others()));
      }
    }
    work.add(choices.size());
    return choices;
  }

  /** One of each class that the demands tell apart, those first from which programs state it. */
  private List<FactSource> sources(FactName fact) {
    Set<FactSource> usual = new LinkedHashSet<>();
    Stated.sources(fact).stream().sorted().forEach(usual::add);
    usual.add(FactSource.usual(fact.mayBeStated(true)));
    usual.addAll(List.of(FactSource.values()));
    Map<List<Boolean>, FactSource> classes = new LinkedHashMap<>();
    for (FactSource source : usual) {
      List<Boolean> taken =
          demands.getOrDefault(fact, Set.of()).stream()
              .map(from -> from.isEmpty() || from.contains(source))
              .toList();
      classes.putIfAbsent(taken, source);
    }
    return List.copyOf(classes.values());
  }
}
