package org.concordat.cli.lineage;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.concordat.auditlog.AuditEntry;
import org.concordat.auditlog.EntryOutcome;
import org.concordat.auditlog.EntryType;
import org.concordat.auditlog.LoggedEntry;

/** Reads a lineage out of a job's entries, and notes what is not there. */
final class LineageReader {
  /** With so much missing, rounds are no longer looked for. */
  static final int MAX_MISSING = 100;

  private final String job;
  private final long version;
  private final List<LoggedEntry> entries;
  private final SortedMap<Long, LoggedEntry> used = new TreeMap<>();
  private final List<String> missing = new ArrayList<>();

  LineageReader(String job, long version, List<LoggedEntry> entries) {
    this.job = job;
    this.version = version;
    this.entries =
        entries.stream().filter(one -> one.entry().job().equals(Optional.of(job))).toList();
  }

  Lineage read() {
    Lineage.Proposal proposal = proposal();
    List<LoggedEntry> consents = consents();
    List<RoundPart> rounds = new ArrayList<>();
    for (long round = 1; round <= version; round++) {
      if (missing.size() >= MAX_MISSING) {
        missing.add("whatever else: rounds from " + round + " on were not looked at");
        break;
      }
      round(round).ifPresent(rounds::add);
    }
    requireChain(rounds);
    SortedMap<String, Map<String, List<Long>>> members = members(rounds);
    return new Lineage(
        job,
        version,
        model(rounds),
        proposal,
        rounds,
        members,
        consents,
        List.copyOf(used.values()),
        missing);
  }

  private LoggedEntry use(LoggedEntry entry) {
    used.put(entry.index(), entry);
    return entry;
  }

  private static boolean is(LoggedEntry entry, EntryType type) {
    return entry.entry().type() == type;
  }

  private static String digest(AuditEntry entry, String name) {
    return entry.digests().getOrDefault(name, "");
  }

  private static String detail(AuditEntry entry, String name) {
    return entry.details().getOrDefault(name, "");
  }

  private Lineage.Proposal proposal() {
    Optional<LoggedEntry> found =
        entries.stream()
            .filter(one -> is(one, EntryType.JOB) && one.entry().digests().containsKey("spec"))
            .findFirst()
            .map(this::use);
    if (found.isEmpty()) {
      missing.add("the entry that proposed job '" + job + "'");
      return new Lineage.Proposal("", "", "", "", "");
    }
    AuditEntry entry = found.get().entry();
    return new Lineage.Proposal(
        entry.actor(),
        digest(entry, "spec"),
        detail(entry, "purpose"),
        detail(entry, "dataSet"),
        detail(entry, "clause"));
  }

  /** Members' answers, and people's approvals. */
  private List<LoggedEntry> consents() {
    return entries.stream().filter(one -> is(one, EntryType.CONSENT)).map(this::use).toList();
  }

  private Optional<LoggedEntry> published(long number) {
    return entries.stream()
        .filter(one -> is(one, EntryType.MODEL_RELEASE))
        .filter(one -> one.entry().subject().equals(job + "/" + number))
        .filter(one -> detail(one.entry(), "step").equals("published"))
        .findFirst()
        .map(this::use);
  }

  private Optional<RoundPart> round(long round) {
    Optional<LoggedEntry> released =
        entries.stream()
            .filter(one -> is(one, EntryType.MODEL_RELEASE))
            .filter(one -> one.entry().round().orElse(0) == round)
            .filter(one -> detail(one.entry(), "kind").equals("TRAIN"))
            .findFirst()
            .map(this::use);
    if (released.isEmpty()) {
      missing.add("the entry that released round " + round);
      return Optional.empty();
    }
    AuditEntry release = released.get().entry();
    Optional<AuditEntry> told = published(round).map(LoggedEntry::entry);
    told.filter(entry -> !digest(entry, "model").equals(digest(release, "model")))
        .ifPresent(entry -> missing.add("one model of round " + round + ": two are named"));
    RoundPart.Versioned policy =
        told.map(entry -> versioned(entry, "policy"))
            .orElseGet(() -> new RoundPart.Versioned("", ""));
    return Optional.of(
        new RoundPart(
            round,
            release.attempt().orElse(0),
            survivors(round, release),
            digest(release, "model"),
            told.map(entry -> digest(entry, "base")).orElse(""),
            decided(round, policy),
            told.map(entry -> versioned(entry, "agreement"))
                .orElseGet(() -> new RoundPart.Versioned("", "")),
            told.map(entry -> detail(entry, "software")).orElse(""),
            released.get().index()));
  }

  private static RoundPart.Versioned versioned(AuditEntry entry, String name) {
    return new RoundPart.Versioned(digest(entry, name), detail(entry, name + "Version"));
  }

  /** The decision to release it, under a policy that the model's entry names, too. */
  private RoundPart.Versioned decided(long round, RoundPart.Versioned told) {
    String words = "job " + job + ", round " + round;
    List<AuditEntry> decisions =
        entries.stream()
            .filter(one -> is(one, EntryType.DECISION))
            .filter(one -> one.entry().subject().equals("release"))
            .filter(one -> one.entry().outcome() == EntryOutcome.ALLOW)
            .filter(one -> isOf(detail(one.entry(), "context"), words))
            .map(this::use)
            .map(LoggedEntry::entry)
            .toList();
    if (decisions.isEmpty()) {
      missing.add("the policy's decision to release round " + round);
      return told;
    }
    String decided = digest(decisions.get(decisions.size() - 1), "policy");
    if (told.isKnown() && !told.digest().equals(decided)) {
      missing.add("one policy of round " + round + ": its release was decided under another one");
    }
    return told.isKnown() ? told : new RoundPart.Versioned(decided, "");
  }

  private static boolean isOf(String context, String words) {
    return context.equals(words) || context.startsWith(words + ",");
  }

  /** Of one cohort the release has them; of several each cohort's sum in that very list. */
  private SortedSet<String> survivors(long round, AuditEntry release) {
    SortedSet<String> found = new TreeSet<>();
    String sums = digest(release, "sums");
    entries.stream()
        .filter(one -> one.entry().round().orElse(0) == round)
        .filter(one -> one.entry().attempt().equals(release.attempt()))
        .filter(one -> one.entry().digests().containsKey("sum"))
        .filter(one -> digest(one.entry(), "sums").equals(sums))
        .filter(one -> one.entry().details().containsKey("survivors"))
        .map(this::use)
        .forEach(one -> found.addAll(Arrays.asList(detail(one.entry(), "survivors").split(","))));
    long cohorts =
        entries.stream()
            .filter(one -> one.entry().round().orElse(0) == round)
            .filter(one -> digest(one.entry(), "sums").equals(sums))
            .map(one -> detail(one.entry(), "cohort"))
            .filter(cohort -> !cohort.isEmpty())
            .distinct()
            .count();
    String wanted = detail(release, "cohorts");
    if (found.isEmpty() || (!wanted.isEmpty() && !wanted.equals(String.valueOf(cohorts)))) {
      missing.add("the entries with the sums of round " + round);
    }
    return found;
  }

  /** Each round begins from what the one before it led to. */
  private void requireChain(List<RoundPart> rounds) {
    String before = published(0).map(entry -> digest(entry.entry(), "model")).orElse("");
    for (RoundPart round : rounds) {
      if (!before.isEmpty() && !round.base().isEmpty() && !before.equals(round.base())) {
        missing.add(
            "the version that round " + round.round() + " began from: it is not the one before");
      }
      before = round.model();
    }
  }

  private String model(List<RoundPart> rounds) {
    return version == 0
        ? published(0).map(entry -> digest(entry.entry(), "model")).orElse("")
        : rounds.stream()
            .filter(round -> round.round() == version)
            .map(RoundPart::model)
            .findFirst()
            .orElse("");
  }

  /** The data of a round is what the member last stated before its release. */
  private SortedMap<String, Map<String, List<Long>>> members(List<RoundPart> rounds) {
    SortedMap<String, Map<String, List<Long>>> members = new TreeMap<>();
    for (RoundPart round : rounds) {
      for (String member : round.survivors()) {
        Optional<String> data =
            last(EntryType.DATASET, member, round.released())
                .map(entry -> digest(entry.entry(), "dataSet"));
        if (data.isEmpty()) {
          missing.add("the data of '" + member + "' in round " + round.round());
        }
        if (all(EntryType.CONSENT, member, round.released()).noneMatch(LineageReader::allow)) {
          missing.add("the consent of '" + member + "' to round " + round.round());
        }
        members
            .computeIfAbsent(member, none -> new LinkedHashMap<>())
            .computeIfAbsent(data.orElse(""), none -> new ArrayList<>())
            .add(round.round());
      }
    }
    return members;
  }

  private static boolean allow(LoggedEntry entry) {
    return entry.entry().outcome() == EntryOutcome.ALLOW;
  }

  private Stream<LoggedEntry> all(EntryType type, String member, long before) {
    return entries.stream()
        .filter(one -> is(one, type) && one.entry().actor().equals(member))
        .filter(one -> one.index() < before);
  }

  private Optional<LoggedEntry> last(EntryType type, String member, long before) {
    return all(type, member, before).reduce((earlier, later) -> later).map(this::use);
  }
}
