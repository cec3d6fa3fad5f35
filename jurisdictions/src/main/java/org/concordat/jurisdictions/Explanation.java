package org.concordat.jurisdictions;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Decisions in plain words. */
final class Explanation {
  private static final int MAX_PERMITS = 3;

  private Explanation() {}

  static String of(Decision decision) {
    List<String> lines = new ArrayList<>();
    decision.members().values().forEach(verdict -> lines.add(of(verdict)));
    if (decision.members().isEmpty()) {
      lines.add(
          "denied: " + decision.action() + " touches no member, so that no rule can permit it");
    }
    if (!decision.allowed()
        && decision.members().size() > 1
        && !decision.smallestFlip().isEmpty()) {
      lines.add("All would be allowed if " + changes(decision.smallestFlip()) + ".");
    }
    lines.add(
        "Policy evaluated: "
            + decision.policyName()
            + " version "
            + decision.policyVersion()
            + ", digest "
            + decision.policyDigest());
    return String.join("\n", lines);
  }

  static String of(MemberVerdict verdict) {
    String head =
        verdict.member() + ": " + verdict.action() + (verdict.allowed() ? " allowed" : " denied");
    return verdict.allowed() ? head + allowed(verdict) : head + denied(verdict);
  }

  private static String allowed(MemberVerdict verdict) {
    String rules =
        verdict.decidingRules().stream()
            .map(rule -> "'" + rule.rule() + "'")
            .collect(Collectors.joining(", "));
    String duties =
        verdict.obligations().isEmpty()
            ? ""
            : "; obligations: "
                + verdict.obligations().stream()
                    .sorted()
                    .map(Obligation::text)
                    .collect(Collectors.joining(", "));
    return ". Rule " + rules + " permits it" + duties + ".";
  }

  private static String denied(MemberVerdict verdict) {
    List<RuleOutcome> deciding = verdict.decidingRules();
    StringBuilder text = new StringBuilder(". ");
    boolean unpermitted = deciding.stream().noneMatch(rule -> rule.effect() != Effect.PERMIT);
    if (unpermitted) {
      text.append(deciding.isEmpty() ? "No rule is about this action. " : "No rule permits it. ");
    }
    deciding.stream()
        .limit(unpermitted ? MAX_PERMITS : deciding.size())
        .forEach(rule -> text.append(rule(rule)).append(' '));
    if (!verdict.smallestFlip().isEmpty()) {
      text.append("It would be allowed if ").append(changes(verdict.smallestFlip())).append(". ");
    }
    text.append(unstated(deciding));
    return text.toString().strip();
  }

  /** What is asked for in vain, whatever anybody does: no remedy is told that is none. */
  private static String unstated(List<RuleOutcome> deciding) {
    String facts =
        deciding.stream()
            .flatMap(rule -> rule.missing().stream())
            .map(MissingFact::fact)
            .filter(fact -> !Stated.isStated(fact))
            .distinct()
            .sorted()
            .map(FactName::text)
            .collect(Collectors.joining(", "));
    return facts.isEmpty()
        ? ""
        : "No program of this version states " + facts + ", and only another policy changes that.";
  }

  private static String rule(RuleOutcome rule) {
    return "Rule '"
        + rule.rule()
        + "' "
        + effect(rule)
        + " ("
        + rule.because()
        + "); it read "
        + facts(rule)
        + ".";
  }

  private static String effect(RuleOutcome rule) {
    boolean unknown = rule.value() == Ternary.UNKNOWN;
    return switch (rule.effect()) {
      case FORBID -> unknown ? "forbids it unless it is known not to apply" : "forbids it";
      case REQUIRE -> unknown ? "requires what is not known" : "requires what is not so";
      case PERMIT -> unknown ? "would permit it if more were known" : "does not permit it";
    };
  }

  private static String facts(RuleOutcome rule) {
    List<String> read = new ArrayList<>();
    rule.facts()
        .forEach(fact -> read.add(fact.name() + " = " + fact.value() + " [" + fact.source() + "]"));
    rule.missing().forEach(fact -> read.add(fact.fact() + ": " + fact.why()));
    return String.join(", ", read);
  }

  private static String changes(List<Change> changes) {
    String all = changes.stream().map(Change::explain).collect(Collectors.joining(" and "));
    String who =
        changes.stream()
            .flatMap(change -> change.who().stream())
            .distinct()
            .collect(Collectors.joining("; "));
    return who.isEmpty() ? all : all + ". Who could state that: " + who;
  }
}
