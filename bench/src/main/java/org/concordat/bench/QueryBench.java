package org.concordat.bench;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.concordat.auditlog.AuditEntry;
import org.concordat.auditlog.AuditField;
import org.concordat.auditlog.AuditFilter;
import org.concordat.auditlog.AuditLog;
import org.concordat.auditlog.EntryOutcome;
import org.concordat.auditlog.EntryType;
import org.concordat.auditlog.LogSigner;
import org.concordat.auditlog.LoggedEntry;

/**
 * One page of a query over a large log, as the coordinator answers it: what the page holds lies in
 * a few bundles, in many, or in none.
 */
final class QueryBench {
  static final int ENTRIES = 10_000_000;
  private static final int BATCH = 8192;
  private static final int PAGE = 100;
  private static final int WARM_UPS = 3;
  private static final int RUNS = 9;
  private static final int ROUNDS_A_JOB = 1000;

  /** Of so many entries one is the access of a person, and of so many of those one is denied. */
  private static final int ACCESS_EVERY = 50;

  private static final int DENIED_EVERY = 40;
  private static final int PEOPLE = 5000;
  private static final List<String> MEMBERS = List.of("zurich", "geneva", "lyon", "munich");

  private final int entries;

  QueryBench(int entries) {
    this.entries = entries;
  }

  /** By query the milliseconds of each run. */
  Map<String, Samples> run(Path folder, LogSigner signer) throws Exception {
    Map<String, Samples> figures = new LinkedHashMap<>();
    try (AuditLog log = AuditLog.open(folder, signer)) {
      for (int from = 0; from < entries; from += BATCH) {
        log.append(entries(from, Math.min(entries, from + BATCH)));
        if (from / BATCH % 100 == 0) {
          Progress.say(from + " of " + entries + " entries");
        }
      }
      for (Map.Entry<String, AuditFilter> query : queries().entrySet()) {
        figures.put(query.getKey(), millis(log, query.getValue()));
      }
    }
    return figures;
  }

  private static Samples millis(AuditLog log, AuditFilter filter) throws Exception {
    double[] millis = new double[RUNS];
    for (int run = -WARM_UPS; run < RUNS; run++) {
      List<LoggedEntry> page = new ArrayList<>();
      double seconds = Timing.seconds(() -> log.query(filter).forEach(page::add));
      if (!page.stream().allMatch(found -> filter.matches(found.entry()))) {
        throw new IllegalStateException("a page holds what does not match " + filter);
      }
      if (run >= 0) {
        millis[run] = 1000 * seconds;
      }
    }
    return new Samples(millis);
  }

  private Map<String, AuditFilter> queries() {
    AuditFilter page = AuditFilter.ALL.limit(PAGE);
    Instant late = AuditEntries.time(entries / 10 * 9);
    Map<String, AuditFilter> queries = new LinkedHashMap<>();
    queries.put(
        "roundOfAJob",
        page.with(AuditField.JOB, job(entries / 2)).with(AuditField.ROUND, round(entries / 2)));
    queries.put("person", page.with(AuditField.PERSON, "person-77"));
    queries.put(
        "deniedOfAMember",
        page.with(AuditField.MEMBER, "lyon").with(EntryOutcome.DENY).since(late));
    queries.put("typeFromTheMiddle", page.ofType(EntryType.DECISION).from(entries / 2));
    queries.put(
        "aMinute", page.since(late).until(late.plusSeconds(60)).ofType(EntryType.MODEL_RELEASE));
    queries.put("nothing", page.with(AuditField.ACTOR, "nobody").with(EntryOutcome.DENY));
    queries.put(
        "neverTogether", page.with(AuditField.ACTOR, "coordinator").with(EntryOutcome.DENY));
    return queries;
  }

  private static List<AuditEntry> entries(int from, int to) {
    List<AuditEntry> entries = new ArrayList<>(to - from);
    for (int i = from; i < to; i++) {
      entries.add(i % ACCESS_EVERY == 0 ? access(i) : AuditEntries.entry(i, job(i), roundOf(i)));
    }
    return entries;
  }

  private static AuditEntry access(int number) {
    int which = number / ACCESS_EVERY;
    return AuditEntry.of(
            "access/" + number,
            AuditEntries.time(number),
            EntryType.ACCESS,
            MEMBERS.get(which % MEMBERS.size()),
            "concordat.v1.Operations/SubmitJob",
            which / MEMBERS.size() % DENIED_EVERY == 0 ? EntryOutcome.DENY : EntryOutcome.ALLOW)
        .inAlliance("hospitals.example")
        .detail("person", "person-" + which % PEOPLE)
        .detail("role", "operator")
        .detail("rule", "submit-job");
  }

  private static String job(int number) {
    return "job-" + number / AuditEntries.A_ROUND / ROUNDS_A_JOB;
  }

  private static int roundOf(int number) {
    return number / AuditEntries.A_ROUND % ROUNDS_A_JOB + 1;
  }

  private static String round(int number) {
    return String.valueOf(roundOf(number));
  }
}
