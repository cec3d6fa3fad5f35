package org.concordat.jurisdictions;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a policy says about one action. Whether it is allowed and what must be done is known at
 * once; why, member by member, is worked out when somebody asks for it. Immutable.
 */
public final class Decision {
  private final Action action;
  private final Policy policy;
  private final World world;
  private final CompiledRules.Answer answer;
  private final List<Change> smallestFlip;
  private volatile @Nullable SortedMap<String, MemberVerdict> members;

  Decision(Action action, Policy policy, World world, CompiledRules.Answer answer) {
    this(action, policy, world, answer, null, List.of());
  }

  Decision(
      Action action,
      Policy policy,
      World world,
      CompiledRules.Answer answer,
      @Nullable SortedMap<String, MemberVerdict> members,
      List<Change> smallestFlip) {
    this.action = action;
    this.policy = policy;
    this.world = world;
    this.answer = answer;
    this.members = members;
    this.smallestFlip = smallestFlip;
  }

  public Action action() {
    return action;
  }

  /** When it was asked. */
  public Instant at() {
    return world.now();
  }

  public String policyName() {
    return policy.name();
  }

  public long policyVersion() {
    return policy.version();
  }

  public PolicyDigest policyDigest() {
    return policy.digest();
  }

  /** One verdict for each member touched. */
  public SortedMap<String, MemberVerdict> members() {
    SortedMap<String, MemberVerdict> known = members;
    if (known == null) {
      known = Collections.unmodifiableSortedMap(policy.verdicts(action, world));
      members = known;
    }
    return known;
  }

  /**
   * The fewest changes, at most three, that flip the decision as a whole; empty if none so small
   * were found, or nobody looked for them.
   */
  public List<Change> smallestFlip() {
    return smallestFlip;
  }

  /** Whether every member touched is allowed; false when none is touched. */
  public boolean allowed() {
    return answer.allowed();
  }

  /** Ids of the rules that decided, over all members that share the decision's outcome. */
  public Set<String> rules() {
    Set<String> ids = new TreeSet<>();
    members().values().stream()
        .filter(verdict -> verdict.allowed() == allowed())
        .forEach(verdict -> verdict.decidingRules().forEach(rule -> ids.add(rule.rule())));
    return ids;
  }

  /** Facts used, over all members. */
  public Set<Fact> factsUsed() {
    Set<Fact> facts = new LinkedHashSet<>();
    members().values().forEach(verdict -> facts.addAll(verdict.factsUsed()));
    return facts;
  }

  /** Facts missing, over all members. */
  public Set<FactName> missing() {
    Set<FactName> names = EnumSet.noneOf(FactName.class);
    members().values().forEach(verdict -> verdict.missing().forEach(one -> names.add(one.fact())));
    return names;
  }

  /** What must be done when acting on it; empty when denied. */
  public Set<Obligation> obligations() {
    return answer.obligations();
  }

  /** Plain words, one line per member and a closing line with policy name, version and digest. */
  public String explain() {
    return Explanation.of(this);
  }

  /** For an audit entry: plain values (text, numbers, flags, lists, maps) in a stable order. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("action", action.text());
    map.put("allowed", allowed());
    map.put("at", at().toString());
    map.put(
        "policy",
        Map.of("name", policyName(), "version", policyVersion(), "digest", policyDigest().hex()));
    Map<String, Object> verdicts = new LinkedHashMap<>();
    members().forEach((id, verdict) -> verdicts.put(id, toMap(verdict)));
    map.put("members", verdicts);
    map.put("smallestFlip", smallestFlip.stream().map(Change::explain).toList());
    return map;
  }

  private static Map<String, Object> toMap(MemberVerdict verdict) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("allowed", verdict.allowed());
    map.put("rules", verdict.decidingRules().stream().map(RuleOutcome::rule).toList());
    List<Map<String, Object>> facts = new ArrayList<>();
    verdict.factsUsed().forEach(fact -> facts.add(toMap(fact)));
    map.put("facts", facts);
    Map<String, Object> missing = new LinkedHashMap<>();
    verdict.missing().forEach(one -> missing.put(one.fact().text(), one.why()));
    map.put("missing", missing);
    map.put("obligations", verdict.obligations().stream().sorted().map(Obligation::text).toList());
    return map;
  }

  private static Map<String, Object> toMap(Fact fact) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("fact", fact.name().text());
    map.put("value", PolicyJson.plain(fact.value()));
    map.put("source", fact.source().text());
    if (fact.expires() != null) {
      map.put("expires", fact.expires().toString());
    }
    return map;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Decision that
        && action == that.action
        && at().equals(that.at())
        && policyName().equals(that.policyName())
        && policyVersion() == that.policyVersion()
        && policyDigest().equals(that.policyDigest())
        && members().equals(that.members())
        && smallestFlip.equals(that.smallestFlip);
  }

  @Override
  public int hashCode() {
    return Objects.hash(action, at(), policyDigest(), members(), smallestFlip);
  }

  @Override
  public String toString() {
    return toMap().toString();
  }
}
