package org.concordat.jurisdictions.page;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedSet;
import java.util.stream.Collectors;
import org.concordat.jurisdictions.Action;
import org.concordat.jurisdictions.Effect;
import org.concordat.jurisdictions.FactName;
import org.concordat.jurisdictions.Obligation;
import org.concordat.jurisdictions.Operand;
import org.concordat.jurisdictions.Policy;
import org.concordat.jurisdictions.PolicyText;
import org.concordat.jurisdictions.Rule;
import org.concordat.jurisdictions.Speaker;
import org.concordat.jurisdictions.TestCase;
import org.concordat.jurisdictions.ValueList;

/**
 * A whole policy as a page: what each action needs, each rule in a sentence with its reason and
 * sources, every list, who states each fact, the test cases, and what somebody should know before
 * signing.
 */
public final class PolicyPage {
  private static final String NOT_ADVICE =
      "An answer of this policy means that the policy was evaluated. It is not legal advice, and no"
          + " policy makes a transfer lawful by itself.";
  private static final String HOW =
      "A rule that forbids denies when its condition holds, and also when that is not known. A rule"
          + " that requires denies unless its condition is known to hold. What no rule denies still"
          + " needs one rule that permits it, for each member whose data or update is touched. A fact"
          + " that is not stated, or has expired, never gains a permission.";

  private final Policy policy;

  private PolicyPage(Policy policy) {
    this.policy = policy;
  }

  /**
   * The page.
   *
   * @param remarks in sentences without their full stop, such as those of the analysis
   */
  public static Page of(Policy policy, List<String> remarks) {
    PolicyPage page = new PolicyPage(policy);
    List<Page.Section> sections = new ArrayList<>();
    if (!remarks.isEmpty()) {
      sections.add(
          new Page.Section(
              "What to know before signing",
              remarks.stream()
                  .map(one -> (Page.Block) new Page.Paragraph(capital(one) + "."))
                  .toList()));
    }
    sections.add(page.actions());
    sections.add(page.rules());
    if (!policy.document().lists().isEmpty()) {
      sections.add(page.lists());
    }
    sections.add(page.facts());
    sections.add(page.tests());
    return new Page(
        "Policy '" + policy.name() + "', version " + policy.version(),
        List.of("SHA-256 of its signed form: " + policy.digest().hex() + ".", NOT_ADVICE, HOW),
        sections);
  }

  private static String capital(String sentence) {
    return sentence.substring(0, 1).toUpperCase(Locale.ROOT) + sentence.substring(1);
  }

  private Page.Section actions() {
    List<Page.Block> blocks = new ArrayList<>();
    for (Action action : Action.values()) {
      blocks.add(action(action));
    }
    return new Page.Section("What each action needs", blocks);
  }

  private Page.Entry action(Action action) {
    List<Rule> rules = policy.document().rulesFor(action);
    List<Page.Note> notes = new ArrayList<>();
    if (rules.stream().noneMatch(rule -> rule.effect() == Effect.PERMIT)) {
      return new Page.Entry(
          action.text(),
          Meanings.of(action) + ". Nothing permits it: it is always denied.",
          List.of());
    }
    note(notes, "Must be met", rules, Effect.REQUIRE);
    note(notes, "Must not apply", rules, Effect.FORBID);
    note(notes, "Permitted by", rules, Effect.PERMIT);
    return new Page.Entry(action.text(), Meanings.of(action) + ".", notes);
  }

  private static void note(List<Page.Note> notes, String label, List<Rule> rules, Effect effect) {
    String ids =
        rules.stream()
            .filter(rule -> rule.effect() == effect)
            .map(Rule::id)
            .collect(Collectors.joining(effect == Effect.PERMIT ? " or " : ", "));
    if (!ids.isEmpty()) {
      notes.add(new Page.Note(label, ids));
    }
  }

  private Page.Section rules() {
    List<Page.Block> blocks = new ArrayList<>();
    int number = 1;
    for (Rule rule : policy.document().rules()) {
      List<Page.Note> notes = new ArrayList<>();
      notes.add(new Page.Note("Reason", rule.because() + "."));
      for (ValueList list : lists(rule)) {
        notes.add(new Page.Note("Source", list.source() + " (list " + list.name() + ")."));
      }
      for (Obligation duty : EnumSet.allOf(Obligation.class)) {
        if (rule.obligations().contains(duty)) {
          String bound = policy.bound(duty).isPresent() ? " " + policy.bound(duty).getAsInt() : "";
          notes.add(new Page.Note("Obligation", duty + bound + ": " + Meanings.of(duty) + "."));
        }
      }
      for (FactName fact : rule.reads()) {
        notes.add(new Page.Note(fact + " is stated by", Speaker.all(fact) + "."));
      }
      blocks.add(
          new Page.Entry(
              number++ + ". " + rule.id(), "This rule " + PolicyText.clause(rule) + ".", notes));
    }
    return new Page.Section("Rules", blocks);
  }

  private static Collection<ValueList> lists(Rule rule) {
    Set<ValueList> lists = new LinkedHashSet<>();
    rule.when()
        .forEachComparison(
            one -> {
              if (one.operand() instanceof Operand.Named named) {
                lists.add(named.list());
              }
            });
    return lists;
  }

  private Page.Section lists() {
    List<Page.Block> blocks = new ArrayList<>();
    for (ValueList list : policy.document().lists().values()) {
      List<Page.Note> notes = new ArrayList<>();
      notes.add(new Page.Note("Source", list.source() + "."));
      notes.add(new Page.Note("As of", list.asOf() + "."));
      notes.add(
          new Page.Note(
              "In force until",
              list.expires() == null
                  ? "it is replaced."
                  : list.expires() + "; from then on, rules that use it deny."));
      blocks.add(new Page.Entry(list.name(), named(list.values()) + ".", notes));
    }
    return new Page.Section("Lists", blocks);
  }

  /** Countries with their English names. */
  private static String named(SortedSet<String> values) {
    return values.stream().map(PolicyPage::named).collect(Collectors.joining(", "));
  }

  private static String named(String value) {
    String code = value.toUpperCase(Locale.ROOT);
    boolean country = Locale.getISOCountries(Locale.IsoCountryCode.PART1_ALPHA2).contains(code);
    return country
        ? value + " (" + new Locale("", code).getDisplayCountry(Locale.ENGLISH) + ")"
        : value;
  }

  private Page.Section facts() {
    Set<FactName> read = EnumSet.noneOf(FactName.class);
    policy.document().rules().forEach(rule -> read.addAll(rule.reads()));
    List<Page.Block> blocks = new ArrayList<>();
    for (FactName fact : read) {
      blocks.add(
          new Page.Entry(
              fact.text(),
              "Here: " + fact.meaning() + ".",
              List.of(new Page.Note("Stated by", Speaker.all(fact) + "."))));
    }
    return new Page.Section("Facts, and who states them", blocks);
  }

  private Page.Section tests() {
    List<Page.Block> blocks = new ArrayList<>();
    for (TestCase test : policy.document().tests()) {
      String expected = test.expect().orElse(false) ? "allowed" : "denied";
      blocks.add(new Page.Paragraph(test.action() + ", " + expected + ": " + test.name() + "."));
    }
    return new Page.Section("Cases that it is tested with", blocks);
  }
}
