package org.concordat.jurisdictions.agreement;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** What another version of an agreement changes: first who may do what, then every other term. */
final class AgreementChanges {
  private final Agreement before;
  private final Agreement after;
  private final List<String> lines = new ArrayList<>();

  private AgreementChanges(Agreement before, Agreement after) {
    this.before = before;
    this.after = after;
  }

  static List<String> between(Agreement before, Agreement after) {
    AgreementChanges changes = new AgreementChanges(before, after);
    changes.rights();
    changes.others();
    return List.copyOf(changes.lines);
  }

  private void rights() {
    SortedSet<String> clauses = new TreeSet<>();
    before.clauses().forEach(clause -> clauses.add(clause.id()));
    after.clauses().forEach(clause -> clauses.add(clause.id()));
    for (String id : clauses) {
      for (Work.Kind kind : Work.Kind.values()) {
        for (Right right : Right.values()) {
          SortedSet<String> then = holders(before, id, kind, right);
          SortedSet<String> now = holders(after, id, kind, right);
          said(now, then, " may now ", right, kind, id);
          said(then, now, " may no longer ", right, kind, id);
        }
      }
    }
  }

  private static SortedSet<String> holders(
      Agreement agreement, String clause, Work.Kind kind, Right right) {
    Optional<Clause> found = agreement.clause(clause);
    return found.isEmpty() ? new TreeSet<>() : found.get().work(kind).holders(right);
  }

  private void said(
      Set<String> some, Set<String> without, String may, Right right, Work.Kind kind, String id) {
    for (String party : some) {
      if (!without.contains(party)) {
        lines.add(party + may + right + " " + kind.text() + " under clause '" + id + "'.");
      }
    }
  }

  private void others() {
    List<String> then = AgreementText.terms(before);
    List<String> now = AgreementText.terms(after);
    now.stream().filter(line -> !then.contains(line)).forEach(line -> lines.add("New: " + line));
    then.stream().filter(line -> !now.contains(line)).forEach(line -> lines.add("Gone: " + line));
  }
}
