package org.concordat.coordinator.round;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Why members do not go on with an attempt, in their own words, and the same of the attempt before.
 * Who declined the task is known to secure aggregation; who refused a message counts as away.
 * Immutable.
 *
 * @param now by member
 * @param before of the attempt before; empty for the first one
 * @param away members that refused a message of this step
 */
record Reasons(SortedMap<String, String> now, SortedMap<String, String> before, Set<String> away) {
  static final Reasons NONE = new Reasons(new TreeMap<>(), new TreeMap<>(), new TreeSet<>());

  private static final int MAX_LENGTH = 500;

  /** The member gives a reason. */
  Reasons with(String member, String reason) {
    SortedMap<String, String> all = new TreeMap<>(now);
    all.put(member, printable(reason));
    return new Reasons(all, before, away);
  }

  /** The member refused a message, for a reason. */
  Reasons refused(String member, String reason) {
    Set<String> all = new TreeSet<>(away);
    all.add(member);
    return new Reasons(with(member, reason).now, before, all);
  }

  /** The member goes on after all. */
  Reasons without(String member) {
    if (!now.containsKey(member)) {
      return this;
    }
    SortedMap<String, String> others = new TreeMap<>(now);
    others.remove(member);
    Set<String> here = new TreeSet<>(away);
    here.remove(member);
    return new Reasons(others, before, here);
  }

  /** Who refused the last step's message may well answer this one's. */
  Reasons nextStep() {
    return away.isEmpty() ? this : new Reasons(now, before, new TreeSet<>());
  }

  Reasons nextAttempt() {
    return new Reasons(new TreeMap<>(), now, new TreeSet<>());
  }

  /** How many of these members gave the same reason in both attempts; numbers in it may differ. */
  long again(Collection<String> members) {
    return members.stream()
        .filter(now::containsKey)
        .filter(before::containsKey)
        .filter(member -> withoutNumbers(now, member).equals(withoutNumbers(before, member)))
        .count();
  }

  private static String withoutNumbers(Map<String, String> reasons, String member) {
    return Objects.requireNonNull(reasons.get(member)).replaceAll("[0-9a-f]*[0-9][0-9a-f.]*", "#");
  }

  /** One line a member: {@code MEMBER: REASON}. */
  List<String> lines() {
    return now.entrySet().stream().map(each -> each.getKey() + ": " + each.getValue()).toList();
  }

  /** In one line, members with the same reason together; empty if nobody gave one. */
  String text() {
    SortedMap<String, List<String>> byReason =
        now.keySet().stream()
            .collect(
                Collectors.groupingBy(
                    member -> Objects.requireNonNull(now.get(member)),
                    TreeMap::new,
                    Collectors.toList()));
    return byReason.entrySet().stream()
        .map(each -> String.join(", ", each.getValue()) + ": " + each.getKey())
        .sorted()
        .collect(Collectors.joining("; "));
  }

  /** A peer's words: short, in one line. */
  private static String printable(String text) {
    String line = text.replaceAll("\\p{Cntrl}+", " ").strip();
    String cut = line.length() > MAX_LENGTH ? line.substring(0, MAX_LENGTH) + "…" : line;
    return cut.isEmpty() ? "no reason given" : cut;
  }
}
