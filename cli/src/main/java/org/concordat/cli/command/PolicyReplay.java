package org.concordat.cli.command;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.concordat.auditlog.AuditEntry;
import org.concordat.auditlog.AuditField;
import org.concordat.auditlog.AuditFilter;
import org.concordat.auditlog.AuditQuery;
import org.concordat.auditlog.EntryOutcome;
import org.concordat.auditlog.EntryType;
import org.concordat.auditlog.LogVerifierKey;
import org.concordat.auditlog.LoggedEntry;
import org.concordat.jurisdictions.Action;
import org.concordat.jurisdictions.Decision;
import org.concordat.jurisdictions.DecisionFacts;
import org.concordat.jurisdictions.InvalidPolicyException;
import org.concordat.jurisdictions.Obligation;
import org.concordat.jurisdictions.Policy;

/** What a policy says to the decisions of a log: with the same facts, at the same times. */
final class PolicyReplay {
  /** Decisions that come out otherwise, of which more is kept than their number. */
  static final int MAX_KEPT = 1000;

  /**
   * A decision that comes out otherwise.
   *
   * @param wasAllowed by the policy then; whether the program could meet its obligations is another
   *     question
   */
  record Otherwise(LoggedEntry logged, boolean wasAllowed, Decision now) {}

  private final Policy candidate;
  private final Map<String, String> factsByDigest = new HashMap<>();
  private final List<Otherwise> kept = new ArrayList<>();
  private final Map<String, Long> notReplayed = new TreeMap<>();
  private long replayed;
  private long otherwise;
  private long otherObligations;

  PolicyReplay(Policy candidate) {
    this.candidate = candidate;
  }

  /**
   * Reads the decisions of a log; each is proved to be under the head that the key signed.
   *
   * @throws org.concordat.auditlog.AuditLogException if the folder is not what the key signed
   */
  void run(Path folder, LogVerifierKey key) {
    AuditFilter decisions = AuditFilter.ALL.with(AuditField.TYPE, EntryType.DECISION.text());
    try (Stream<LoggedEntry> entries = AuditQuery.run(folder, key, decisions)) {
      entries.forEach(this::replay);
    }
  }

  private void replay(LoggedEntry logged) {
    AuditEntry entry = logged.entry();
    Optional<String> digest = Optional.ofNullable(entry.digests().get("facts"));
    Optional<Action> action = Action.of(entry.subject());
    if (digest.isEmpty() || action.isEmpty()) {
      notReplayed("the entry is of an older program, which did not log facts");
      return;
    }
    Optional.ofNullable(entry.details().get("facts"))
        .ifPresent(facts -> factsByDigest.put(digest.get(), facts));
    String facts = factsByDigest.get(digest.get());
    if (facts == null) {
      notReplayed("the facts did not fit the entry: it has their digest only");
      return;
    }
    try {
      DecisionFacts then = DecisionFacts.parse(Path.of("entry-" + logged.index()), facts);
      compare(
          logged, candidate.evaluate(action.get(), then.alliance(), then.members(), entry.time()));
    } catch (InvalidPolicyException unknown) {
      notReplayed("this program does not know a fact of the entry");
    }
  }

  private void notReplayed(String why) {
    notReplayed.merge(why, 1L, Long::sum);
  }

  private void compare(LoggedEntry logged, Decision now) {
    replayed++;
    AuditEntry entry = logged.entry();
    String obligations = entry.details().getOrDefault("obligations", "");
    boolean wasAllowed = entry.outcome() == EntryOutcome.ALLOW || !obligations.isEmpty();
    if (wasAllowed != now.allowed()) {
      otherwise++;
      if (kept.size() < MAX_KEPT) {
        kept.add(new Otherwise(logged, wasAllowed, now));
      }
    } else if (!obligations.equals(
        String.join(",", now.obligations().stream().map(Obligation::text).toList()))) {
      otherObligations++;
    }
  }

  long replayed() {
    return replayed;
  }

  long otherwise() {
    return otherwise;
  }

  /** Decisions with the same answer and other obligations. */
  long otherObligations() {
    return otherObligations;
  }

  /** The first {@value #MAX_KEPT}. */
  List<Otherwise> kept() {
    return List.copyOf(kept);
  }

  /** How many decisions could not be asked again, by reason. */
  Map<String, Long> notReplayed() {
    return notReplayed;
  }
}
