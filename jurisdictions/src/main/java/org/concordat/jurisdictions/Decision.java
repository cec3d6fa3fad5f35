package org.concordat.jurisdictions;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;

/**
 * What a policy says about one action.
 *
 * @param members one verdict for each member touched
 * @param smallestFlip the fewest changes, at most three, that flip the decision as a whole; empty if there are none so
 *     small
 */
public record Decision(
    Action action,
    Instant at,
    String policyName,
    long policyVersion,
    PolicyDigest policyDigest,
    SortedMap<String, MemberVerdict> members,
    List<Change> smallestFlip) {

  /** Whether every member touched is allowed; false when none is touched. */
  public boolean allowed() {
    return !members.isEmpty() && members.values().stream().allMatch(MemberVerdict::allowed);
  }

  /** Ids of the rules that decided, over all members. */
  public Set<String> rules() {
    throw new UnsupportedOperationException();
  }

  /** Facts used, over all members. */
  public Set<Fact> factsUsed() {
    throw new UnsupportedOperationException();
  }

  /** Facts missing, over all members. */
  public Set<FactName> missing() {
    throw new UnsupportedOperationException();
  }

  /** What must be done when acting on it; empty when denied. */
  public Set<Obligation> obligations() {
    throw new UnsupportedOperationException();
  }

  /** Plain words, one line per member and a closing line with policy name, version and digest. */
  public String explain() {
    throw new UnsupportedOperationException();
  }

  /** For an audit entry: a map of plain values (text, numbers, flags, lists, maps) in a stable order. */
  public java.util.Map<String, Object> toMap() {
    throw new UnsupportedOperationException();
  }
}
