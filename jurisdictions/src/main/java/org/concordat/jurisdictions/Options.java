package org.concordat.jurisdictions;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The statements worth trying in one place: for everything the rules can tell apart, one. Two
 * values that answer all comparisons alike make no difference, so trying one of them is trying
 * both.
 */
final class Options {
  /** A statement to try. */
  record Option(FactValue value, FactSource source, String wanted, boolean named) {}

  private final World.Slot slot;
  private final Optional<Fact> today;
  private final List<Comparison> left = new ArrayList<>();
  private final List<FactValue> others = new ArrayList<>();
  private final Set<Set<FactSource>> demands = new LinkedHashSet<>();

  private Options(List<Rule> rules, World world, World.Slot slot) {
    this.slot = slot;
    this.today = world.stated(slot);
    rules.forEach(rule -> rule.when().forEachComparison(one -> note(one, world)));
  }

  /** All of them, the most natural first. */
  static List<Option> of(List<Rule> rules, World world, World.Slot slot) {
    return new Options(rules, world, slot).list(world);
  }

  private void note(Comparison one, World world) {
    if (one.fact() == slot.fact()) {
      demands.add(one.from());
      if (one.operand() instanceof Operand.OtherFact other) {
        noteOther(other.fact(), world);
      } else {
        left.add(one);
      }
    } else if (one.operand() instanceof Operand.OtherFact other && other.fact() == slot.fact()) {
      demands.add(other.from());
      noteOther(one.fact(), world);
    }
  }

  private void noteOther(FactName other, World world) {
    world.alliance().get(other).ifPresent(fact -> others.add(fact.value()));
    world
        .members()
        .values()
        .forEach(facts -> facts.get(other).ifPresent(fact -> others.add(fact.value())));
  }

  private List<Option> list(World world) {
    ValueChoices choices = new ValueChoices(slot.fact(), left, others, today.map(Fact::value));
    Map<List<Boolean>, List<FactValue>> classes = new LinkedHashMap<>();
    for (FactValue value : choices.values()) {
      classes.computeIfAbsent(signature(value), unseen -> new ArrayList<>()).add(value);
    }
    List<Option> options = new ArrayList<>();
    boolean inForce = today.isPresent() && today.get().isInForce(world.now());
    for (List<FactValue> alike : classes.values()) {
      for (FactSource source : sources()) {
        FactValue value = alike.get(0);
        Fact option = new Fact(slot.fact(), value, source, null);
        boolean same =
            inForce && option.value().equals(today.get().value()) && source == today.get().source();
        if (!same) {
          options.add(
              new Option(value, source, words(choices, alike, source), choices.isNamed(value)));
        }
      }
    }
    return options;
  }

  /** What the rules can see of a value; values compared with other facts are each told apart. */
  private List<Boolean> signature(FactValue value) {
    List<Boolean> signature = new ArrayList<>();
    left.forEach(one -> signature.add(one.holds(value)));
    others.forEach(other -> signature.add(value.equals(other)));
    others.forEach(other -> signature.add(isAbove(value, other)));
    return signature;
  }

  private static boolean isAbove(FactValue value, FactValue other) {
    return value instanceof FactValue.Number one
        && other instanceof FactValue.Number two
        && one.value() > two.value();
  }

  /** Today's source, and one for each set of sources that some rule insists on. */
  private Set<FactSource> sources() {
    Set<FactSource> sources = new LinkedHashSet<>();
    sources.add(today.map(Fact::source).orElse(FactSource.usual(slot.member().isPresent())));
    for (Set<FactSource> demand : demands) {
      demand.stream().findFirst().ifPresent(sources::add);
    }
    return sources;
  }

  private String words(ValueChoices choices, List<FactValue> alike, FactSource source) {
    String value =
        today.isPresent() && today.get().value().equals(alike.get(0))
            ? "stated anew as " + alike.get(0)
            : choices.words(alike);
    boolean demanded = demands.stream().anyMatch(demand -> !demand.isEmpty());
    return demanded ? value + ", stated by " + source : value;
  }
}
