package org.concordat.jurisdictions.analysis;

import java.util.List;
import java.util.stream.Collectors;
import org.concordat.jurisdictions.Action;
import org.concordat.jurisdictions.Decision;
import org.concordat.jurisdictions.Effect;
import org.concordat.jurisdictions.MemberVerdict;
import org.concordat.jurisdictions.Obligation;
import org.concordat.jurisdictions.RuleOutcome;
import org.concordat.jurisdictions.Ternary;
import org.concordat.jurisdictions.TestCase;

/**
 * Something that two policies answer otherwise, with a case that shows it.
 *
 * @param who the members that it is about, in words
 * @param entirely whether the one policy allows it to them in no case at all
 * @param duties obligations that are new, gone or have another number; empty where the answer
 *     itself is another
 * @param bounds the obligation's numbers where they are others, else empty
 */
public record Difference(
    Action action,
    Kind kind,
    String who,
    boolean entirely,
    List<Obligation> duties,
    TestCase example,
    Decision before,
    Decision after,
    String bounds) {

  /** Which way. */
  public enum Kind {
    MAY_NOW("may-now"),
    MAY_NO_MORE("may-no-more"),
    MUST_NOW("must-now"),
    MUST_NO_MORE("must-no-more"),
    MUST_OTHERWISE("must-otherwise");

    private final String text;

    Kind(String text) {
      this.text = text;
    }

    /** As written in JSON. */
    public String text() {
      return text;
    }
  }

  /** One sentence, and why, without the example. */
  public String text() {
    return text(List.of(action));
  }

  /** The same where it is so of several actions. */
  public String text(List<Action> actions) {
    String act = actions.stream().map(Difference::words).collect(Collectors.joining(", "));
    String some = " in cases in which they could not before";
    return switch (kind) {
      case MAY_NOW ->
          who + " may now " + act + (entirely ? ", and never could before" : some) + reason();
      case MAY_NO_MORE ->
          who
              + " may no longer "
              + act
              + (entirely ? ", in no case" : " in cases in which they could before")
              + reason();
      case MUST_NOW -> who + " may " + act + " as before, but now with " + duty() + ".";
      case MUST_NO_MORE -> who + " may " + act + " as before, but no longer with " + duty() + ".";
      case MUST_OTHERWISE -> who + " may " + act + " as before, but with another " + duty() + ".";
    };
  }

  /** Whether one sentence can tell both. */
  public boolean isLike(Difference other) {
    return kind == other.kind
        && who.equals(other.who)
        && entirely == other.entirely
        && duties.equals(other.duties)
        && reason().equals(other.reason());
  }

  private String reason() {
    return switch (kind) {
      case MAY_NOW -> ". Before, " + why(before) + ".";
      case MAY_NO_MORE -> ". Now " + why(after) + ".";
      case MUST_NOW, MUST_NO_MORE, MUST_OTHERWISE -> bounds;
    };
  }

  private static String words(Action action) {
    return switch (action) {
      case DISPATCH -> "receive tasks (dispatch)";
      case TRAIN -> "train";
      case SUBMIT -> "submit updates";
      case REVEAL -> "reveal shares";
      case AGGREGATE -> "have updates aggregated";
      case EVALUATE -> "evaluate models";
      case RELEASE -> "have models released";
      case EXPORT -> "have models exported";
    };
  }

  private String duty() {
    String all = duties.stream().map(Obligation::text).collect(Collectors.joining(", "));
    return bounds.isEmpty() ? all : all + " (" + bounds + ")";
  }

  /** Why it is denied in the example. */
  private static String why(Decision denied) {
    List<RuleOutcome> deciding =
        denied.members().values().stream()
            .map(MemberVerdict::decidingRules)
            .flatMap(List::stream)
            .toList();
    if (deciding.stream().allMatch(rule -> rule.effect() == Effect.PERMIT)) {
      return "no rule permits it in such a case";
    }
    return deciding.stream().map(Difference::why).distinct().collect(Collectors.joining(" and "));
  }

  private static String why(RuleOutcome rule) {
    boolean known = rule.value() != Ternary.UNKNOWN;
    String does =
        rule.effect() == Effect.FORBID
            ? known ? "forbids it" : "forbids it while it is not known otherwise"
            : known ? "requires what is not so" : "requires what is not known";
    return "rule '" + rule.rule() + "' " + does + " (" + rule.because() + ")";
  }
}
