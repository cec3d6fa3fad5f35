package org.concordat.jurisdictions.page;

import java.util.ArrayList;
import java.util.List;
import org.concordat.jurisdictions.Change;
import org.concordat.jurisdictions.Decision;
import org.concordat.jurisdictions.Fact;
import org.concordat.jurisdictions.Facts;
import org.concordat.jurisdictions.MemberVerdict;
import org.concordat.jurisdictions.MissingFact;
import org.concordat.jurisdictions.RuleOutcome;
import org.concordat.jurisdictions.Ternary;
import org.concordat.jurisdictions.TestCase;

/** One decision as a page: the facts, what each rule said to them, and what would change it. */
public final class CasePage {
  private CasePage() {}

  /** The page of a policy's answer to a case. */
  public static Page of(TestCase asked, Decision decision) {
    List<Page.Section> sections = new ArrayList<>();
    sections.add(facts(asked));
    decision.members().values().forEach(verdict -> sections.add(verdict(verdict)));
    if (decision.members().isEmpty()) {
      String none = "No member is touched, so that no rule can permit it.";
      sections.add(new Page.Section("Why", List.of(new Page.Paragraph(none))));
    }
    if (decision.members().size() > 1 && !decision.smallestFlip().isEmpty()) {
      sections.add(
          new Page.Section(
              "What would flip the answer as a whole", changes(decision.smallestFlip())));
    }
    return new Page(
        decision.action() + (decision.allowed() ? " is allowed" : " is denied"),
        List.of(
            (asked.name().isEmpty() ? "" : "Case: " + asked.name() + ". ")
                + "Asked for "
                + decision.at()
                + ", answered by policy '"
                + decision.policyName()
                + "' version "
                + decision.policyVersion()
                + ", "
                + decision.policyDigest().hex()
                + "."),
        sections);
  }

  private static Page.Section facts(TestCase asked) {
    List<Page.Block> blocks = new ArrayList<>();
    blocks.add(facts("the alliance", asked.alliance()));
    asked.members().forEach((id, facts) -> blocks.add(facts("member " + id, facts)));
    return new Page.Section("Facts that were stated", blocks);
  }

  private static Page.Entry facts(String whose, Facts facts) {
    List<Page.Note> notes = new ArrayList<>();
    for (Fact fact : facts.all()) {
      String until = fact.expires() == null ? "" : ", until " + fact.expires();
      notes.add(
          new Page.Note(fact.name().text(), fact.value() + " [" + fact.source() + "]" + until));
    }
    return new Page.Entry("Of " + whose, notes.isEmpty() ? "None." : "", notes);
  }

  private static Page.Section verdict(MemberVerdict verdict) {
    List<Page.Block> blocks = new ArrayList<>();
    blocks.add(new Page.Paragraph(verdict.explain()));
    for (RuleOutcome rule : verdict.rules()) {
      List<Page.Note> notes = new ArrayList<>();
      notes.add(new Page.Note("Reason", rule.because() + "."));
      for (Fact fact : rule.facts()) {
        notes.add(new Page.Note(fact.name().text(), fact.value() + " [" + fact.source() + "]"));
      }
      for (MissingFact missing : rule.missing()) {
        notes.add(new Page.Note(missing.fact().text(), missing.why()));
      }
      String decided = rule.decided() ? " The answer rests on it." : "";
      blocks.add(
          new Page.Entry(
              rule.rule() + " (" + rule.effect() + ")",
              "Its condition " + holds(rule.value()) + "." + decided,
              notes));
    }
    if (!verdict.smallestFlip().isEmpty()) {
      blocks.add(new Page.Paragraph("The answer for this member would be another if:"));
      blocks.addAll(changes(verdict.smallestFlip()));
    }
    return new Page.Section(
        verdict.member() + ": " + (verdict.allowed() ? "allowed" : "denied"), blocks);
  }

  private static String holds(Ternary value) {
    return switch (value) {
      case TRUE -> "holds";
      case FALSE -> "does not hold";
      case UNKNOWN -> "is not known to hold";
    };
  }

  private static List<Page.Block> changes(List<Change> changes) {
    List<Page.Block> blocks = new ArrayList<>();
    for (Change change : changes) {
      String who = change.who().map(one -> ". Who could state that: " + one).orElse("");
      blocks.add(new Page.Paragraph("- " + change.explain() + who + "."));
    }
    return blocks;
  }
}
