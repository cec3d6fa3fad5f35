package org.concordat.cli.command;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.concordat.agent.sitelog.SiteEntries;
import org.concordat.auditlog.AuditEntry;
import org.concordat.auditlog.EntryOutcome;
import org.concordat.auditlog.EntryType;
import org.concordat.auditlog.LoggedEntry;
import org.concordat.secureagg.Digest;

/**
 * A site's own log beside the alliance's: what was asked or answered and is not logged, and what is
 * logged of this member that the site does not know. Read the site's first, then {@link #take} the
 * alliance's in order.
 */
final class SiteCrossCheck {
  /** Of each kind, the first so many are named. */
  static final int MAX_NAMED = 1000;

  /**
   * A disagreement.
   *
   * @param index in the alliance's log, or -1 where it is not in it
   * @param entry the site's where it is not logged, else the alliance's
   */
  record Finding(long index, AuditEntry entry, String why) {}

  private final String member;
  private final List<AuditEntry> site;
  private final Instant since;
  private final Set<String> answered = new HashSet<>();
  private final Map<String, Set<String>> logged = new HashMap<>();
  private final Set<String> ended = new HashSet<>();
  private final List<Finding> notKnown = new ArrayList<>();
  private boolean begun;
  private long older;
  private long entries;
  private Instant last = Instant.EPOCH;

  /**
   * @param since before which the site cannot know what the alliance's log says; of entries behind
   *     the first that is not older all count, whatever time they claim
   */
  SiteCrossCheck(String member, List<AuditEntry> site, Instant since) {
    this.member = member;
    this.site = List.copyOf(site);
    this.since = since;
    for (AuditEntry entry : site) {
      String job = entry.job().orElse("");
      if (isAnswer(entry)) {
        answered.add("consent " + job + " " + entry.outcome());
        answered.add("dataSet " + job + " " + entry.digests().get("dataSet"));
        answered.add("approval " + job + " " + entry.digests().get("approval"));
      } else if (entry.digests().containsKey("root")) {
        answered.add("upload " + task(entry) + " " + entry.digests().get("root"));
      }
    }
  }

  /** The next entry of the alliance's log. */
  void take(LoggedEntry next) {
    AuditEntry entry = next.entry();
    entries++;
    last = entry.time().isAfter(last) ? entry.time() : last;
    begun |= !entry.time().isBefore(since);
    String job = entry.job().orElse("");
    switch (entry.type()) {
      case JOB -> {
        note("spec " + job, entry.digests().getOrDefault("spec", ""));
        if (entry.details().containsKey("state")) {
          ended.add(job);
        }
      }
      case CONSENT -> {
        if (entry.actor().equals(member)) {
          note("consent " + job, entry.outcome().text());
          claim(next, "consent " + job + " " + entry.outcome(), "this site never answered so");
        } else if (member.equals(entry.details().get("site"))) {
          claim(
              next,
              "approval " + job + " " + entry.digests().get("approval"),
              "no person of this site approved this");
        }
      }
      case DATASET -> {
        if (entry.actor().equals(member)) {
          claim(
              next,
              "dataSet " + job + " " + entry.digests().get("dataSet"),
              "this site never offered this data");
        }
      }
      case PHASE, MODEL_RELEASE -> phase(next);
      default -> {
        // nothing that this site could know
      }
    }
  }

  private void phase(LoggedEntry next) {
    AuditEntry entry = next.entry();
    String task = task(entry);
    note("task", task);
    note("sum " + task, entry.digests().getOrDefault("sum", ""));
    List<String> roots =
        entry.digests().entrySet().stream()
            .filter(each -> each.getKey().startsWith("upload."))
            .map(Map.Entry::getValue)
            .filter(root -> !root.equals(Digest.NONE.hex()))
            .sorted()
            .toList();
    if (!roots.isEmpty()) {
      note("uploads " + task, SiteEntries.uploads(String.join(",", roots)));
    }
    String own = entry.digests().getOrDefault("upload." + member, Digest.NONE.hex());
    if (!own.equals(Digest.NONE.hex())) {
      claim(next, "upload " + task + " " + own, "this site never uploaded this");
    }
  }

  private void note(String key, String value) {
    if (!value.isEmpty()) {
      logged.computeIfAbsent(key, none -> new HashSet<>()).add(value);
    }
  }

  private void claim(LoggedEntry next, String what, String otherwise) {
    if (!begun) {
      older++;
    } else if (!answered.contains(what)) {
      notKnown.add(new Finding(next.index(), next.entry(), otherwise));
    }
  }

  /** What is logged of this member, and the site does not know. */
  List<Finding> notKnown() {
    return List.copyOf(notKnown);
  }

  /**
   * What was asked or answered until then, and is not in the alliance's log.
   *
   * @param until exclusive, by the site's clock
   */
  List<Finding> notLogged(Instant until) {
    return site.stream()
        .filter(entry -> entry.time().isBefore(until))
        .flatMap(entry -> missing(entry).map(why -> new Finding(-1, entry, why)).stream())
        .toList();
  }

  private Optional<String> missing(AuditEntry entry) {
    String job = entry.job().orElse("");
    String task = task(entry);
    if (entry.subject().equals(SiteEntries.PROPOSAL)) {
      return unless(
          isLogged("spec " + job, entry.digests().getOrDefault("message", "")),
          "this job was proposed and is not logged");
    }
    if (isAnswer(entry)) {
      return unless(
          ended.contains(job) || isLogged("consent " + job, entry.outcome().text()),
          "this site's answer is not logged");
    }
    if (task.isEmpty()) {
      return Optional.empty(); // the alliance's log does not have it one by one
    }
    if (!isLogged("task", task)) {
      return Optional.of("this task is not logged");
    }
    String uploads = entry.digests().get(SiteEntries.UPLOADS);
    if (uploads != null) {
      return unless(
          isLogged("uploads " + task, uploads), "another set of uploads is logged, or none");
    }
    String sum = entry.digests().get("sum");
    return unless(
        sum == null || !logged.containsKey("sum " + task) || isLogged("sum " + task, sum),
        "another sum is logged");
  }

  private static Optional<String> unless(boolean logged, String why) {
    return logged ? Optional.empty() : Optional.of(why);
  }

  private boolean isLogged(String key, String value) {
    return logged.getOrDefault(key, Set.of()).contains(value);
  }

  private boolean isAnswer(AuditEntry entry) {
    return entry.type() == EntryType.CONSENT
        && entry.actor().equals(member)
        && (entry.outcome() == EntryOutcome.ALLOW || entry.outcome() == EntryOutcome.DENY);
  }

  private static String task(AuditEntry entry) {
    return entry.digests().getOrDefault("task", "");
  }

  /** Entries about this member that are older than what the site knows. */
  long older() {
    return older;
  }

  /** How many of the alliance's log were taken. */
  long entries() {
    return entries;
  }

  /** The latest time that the alliance's log names. */
  Instant last() {
    return last;
  }
}
