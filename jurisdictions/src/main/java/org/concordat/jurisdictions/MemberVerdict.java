package org.concordat.jurisdictions;

import java.util.List;
import java.util.Set;

/**
 * The decision about one member whose data or update is touched.
 *
 * @param rules every rule of the action, in the policy's order
 * @param factsUsed facts in force that the rules read
 * @param missing facts that the rules asked for and that were not stated, or expired, or came from
 *     another source
 * @param obligations what must be done with an allowing verdict; empty when denied
 * @param smallestFlip the fewest changes, at most three, that flip this verdict; empty if none so
 *     small were found
 */
public record MemberVerdict(
    String member,
    Action action,
    boolean allowed,
    List<RuleOutcome> rules,
    List<Fact> factsUsed,
    List<MissingFact> missing,
    Set<Obligation> obligations,
    List<Change> smallestFlip) {

  /** The rules the verdict rests on. */
  public List<RuleOutcome> decidingRules() {
    return rules.stream().filter(RuleOutcome::decided).toList();
  }

  /** One line of plain words: the rule, the facts, the change that would flip a refusal. */
  public String explain() {
    return Explanation.of(this);
  }

  MemberVerdict withFlip(List<Change> changes) {
    return new MemberVerdict(
        member, action, allowed, rules, factsUsed, missing, obligations, changes);
  }
}
