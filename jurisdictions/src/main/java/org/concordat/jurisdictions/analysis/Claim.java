package org.concordat.jurisdictions.analysis;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.concordat.jurisdictions.Action;
import org.concordat.jurisdictions.Comparison;
import org.concordat.jurisdictions.Condition;
import org.concordat.jurisdictions.FactName;
import org.concordat.jurisdictions.FactType;
import org.concordat.jurisdictions.FactValue;
import org.concordat.jurisdictions.FactValues;
import org.concordat.jurisdictions.InvalidFactException;
import org.concordat.jurisdictions.Operand;
import org.concordat.jurisdictions.Operator;
import org.concordat.jurisdictions.Policy;
import org.concordat.jurisdictions.Quoted;
import org.concordat.jurisdictions.ValueList;

/**
 * Reads a claim in words, such as {@code no update of a ch member is aggregated outside ch}. The
 * grammar is closed, and described in {@code docs/policy.md}.
 */
public final class Claim {
  /** The grammar in one line, for messages and help. */
  public static final String FORMS =
      "no|every THING [of a WHERE member | of member ID] is|may be DONE [in|outside PLACE]"
          + " [under LAW law] [where FACT is [not|at least|at most] VALUE and ...]"
          + " [without FACT] [with all facts stated]";

  private static final Map<String, Action> DONE = new LinkedHashMap<>();
  private static final Map<Action, Set<String>> THINGS = new LinkedHashMap<>();

  static {
    add("dispatched", Action.DISPATCH, "task", "model");
    add("trained", Action.TRAIN, "update", "model");
    add("submitted", Action.SUBMIT, "update");
    add("revealed", Action.REVEAL, "share");
    add("aggregated", Action.AGGREGATE, "update");
    add("evaluated", Action.EVALUATE, "model");
    add("released", Action.RELEASE, "model");
    add("exported", Action.EXPORT, "model");
  }

  private static void add(String done, Action action, String... things) {
    DONE.put(done, action);
    THINGS.put(action, new TreeSet<>(Set.of(things)));
  }

  private final Words words;
  private final Policy policy;
  private final List<Condition> when = new ArrayList<>();
  private final List<FactName> without = new ArrayList<>();
  private boolean complete;

  private Claim(Words words, Policy policy) {
    this.words = words;
    this.policy = policy;
  }

  /**
   * The question that a claim asks.
   *
   * @param policy its lists may be named; a place that may be a country or a region is what its
   *     rules read
   * @throws InvalidClaimException if a word is not of the grammar, or a value not of its fact
   */
  public static Question parse(String claim, Policy policy) {
    return new Claim(new Words(claim, FORMS), policy).question();
  }

  private Question question() {
    boolean always = words.take("every");
    if (!always && !words.take("no")) {
      throw words.unexpected("'no' or 'every'");
    }
    String thing =
        words
            .takeOneOf(List.of("update", "share", "task", "model"))
            .orElseThrow(() -> words.unexpected("update, share, task or model"));
    if (words.take("of")) {
      member();
    }
    if (!words.take("may be") && (always || !words.take("is"))) {
      throw words.unexpected(always ? "'may be'" : "'is' or 'may be'");
    }
    String done =
        words
            .takeOneOf(List.copyOf(DONE.keySet()))
            .orElseThrow(() -> words.unexpected("one of " + String.join(", ", DONE.keySet())));
    Action action = DONE.getOrDefault(done, Action.TRAIN);
    Set<String> things = THINGS.getOrDefault(action, Set.of());
    if (!things.contains(thing)) {
      throw new InvalidClaimException(
          "no " + thing + " is " + done + ", but " + String.join(" or ", things));
    }
    while (!words.atEnd()) {
      clause(action);
    }
    return new Question(action, always, when, without, complete);
  }

  private void member() {
    if (words.take("member")) {
      when.add(is(FactName.MEMBER, Operator.EQUALS, words.any("a member's id")));
    } else if (words.takeOneOf(List.of("a", "an", "any")).isEmpty()) {
      throw words.unexpected("'a ... member' or 'member ...'");
    } else if (!words.take("member")) {
      when.add(is(FactName.JURISDICTION, Operator.EQUALS, words.any("a jurisdiction")));
      if (!words.take("member")) {
        throw words.unexpected("'member'");
      }
    }
  }

  private void clause(Action action) {
    if (words.take("with all facts stated")) {
      complete = true;
    } else if (words.take("without")) {
      words.takeOneOf(List.of("a", "an"));
      without.add(fact());
    } else if (words.take("where") || words.take("and")) {
      condition();
    } else if (words.take("under")) {
      law(action);
    } else if (words.take("outside")) {
      place(action, Operator.NOT_EQUALS, Operator.NOT_IN);
    } else if (words.take("inside") || words.take("in")) {
      place(action, Operator.EQUALS, Operator.IN);
    } else {
      throw words.unexpected("in, outside, under, where, and, without, or 'with all facts stated'");
    }
  }

  private void condition() {
    FactName fact = fact();
    if (!words.take("is") && !words.take("are")) {
      throw words.unexpected("'is'");
    }
    if (words.take("stated")) {
      when.add(new Comparison(fact, Set.of(), Operator.PRESENT, new Operand.Nothing()));
      return;
    }
    Operator operator =
        words.take("not")
            ? Operator.NOT_EQUALS
            : words.take("at least")
                ? Operator.AT_LEAST
                : words.take("at most") ? Operator.AT_MOST : Operator.EQUALS;
    when.add(is(fact, operator, words.any("a value of " + fact)));
  }

  private FactName fact() {
    String word = words.any("a fact");
    return FactName.of(word)
        .orElseThrow(
            () ->
                new InvalidClaimException(
                    "there is no fact " + Quoted.text(word) + ": known are " + FACTS));
  }

  private static final String FACTS =
      String.join(", ", List.of(FactName.values()).stream().map(FactName::text).toList());

  private void law(Action action) {
    String country = words.any("a country");
    if (!words.take("law")) {
      throw words.unexpected("'law'");
    }
    when.add(is(Places.of(action).law(), Operator.EQUALS, country));
  }

  private void place(Action action, Operator one, Operator many) {
    Places places = Places.of(action);
    if (words.take("country")) {
      when.add(is(places.country(), one, words.any("a country")));
    } else if (words.take("region")) {
      when.add(is(places.regionOrRefuse(action), one, words.any("a region")));
    } else if (words.take("list")) {
      when.add(among(places.country(), many, list(words.any("a list's name"))));
    } else {
      when.add(somewhere(action, places, one, words.any("a country or a region")));
    }
  }

  /** Of the two facts that may tell, those that the rules read; where they read none, both. */
  private Condition somewhere(Action action, Places places, Operator operator, String word) {
    List<FactName> telling = new ArrayList<>();
    if (isOf(places.country(), word)) {
      telling.add(places.country());
    }
    places.region().filter(region -> isOf(region, word)).ifPresent(telling::add);
    if (telling.isEmpty()) {
      return is(places.region().orElse(places.country()), operator, word); // tells what is wrong
    }
    Set<FactName> read = EnumSet.noneOf(FactName.class);
    policy.document().rulesFor(action).forEach(rule -> read.addAll(rule.reads()));
    List<FactName> both = telling.stream().filter(read::contains).toList();
    List<Condition> parts = new ArrayList<>();
    (both.isEmpty() ? telling : both).forEach(fact -> parts.add(is(fact, operator, word)));
    return parts.size() == 1 ? parts.get(0) : new Condition.Any(parts);
  }

  private static boolean isOf(FactName fact, String word) {
    try {
      FactValues.scalar(fact, word);
      return true;
    } catch (InvalidFactException no) {
      return false;
    }
  }

  private static Condition is(FactName fact, Operator operator, String word) {
    if (!operator.fits(fact.type())) {
      if (fact.type() == FactType.JURISDICTIONS && operator == Operator.EQUALS) {
        return among(fact, Operator.SUBSET_OF, List.of(word));
      }
      throw new InvalidClaimException(
          "'" + fact + "' is " + fact.type().expected() + ", which is not compared so");
    }
    try {
      FactValue value = FactValues.scalar(fact, word);
      return new Comparison(fact, Set.of(), operator, new Operand.Literal(value));
    } catch (InvalidFactException wrong) {
      throw new InvalidClaimException(String.valueOf(wrong.getMessage()));
    }
  }

  private static Condition among(FactName fact, Operator operator, Iterable<String> words) {
    List<String> raw = new ArrayList<>();
    words.forEach(raw::add);
    try {
      return new Comparison(
          fact, Set.of(), operator, new Operand.Words(FactValues.spellAll(fact, raw)));
    } catch (InvalidFactException wrong) {
      throw new InvalidClaimException(String.valueOf(wrong.getMessage()));
    }
  }

  /** A list's values as they stand, in force or not: the claim is about places. */
  private Iterable<String> list(String name) {
    return Optional.ofNullable(policy.document().lists().get(name))
        .map(ValueList::values)
        .orElseThrow(
            () ->
                new InvalidClaimException(
                    "the policy has no list "
                        + Quoted.text(name)
                        + ": known are "
                        + policy.document().lists().keySet()));
  }
}
