package org.concordat.cli.lineage;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.concordat.auditlog.AuditEntry;
import org.concordat.auditlog.EntryType;
import org.concordat.auditlog.LoggedEntry;

/**
 * What the log says of one member, and which models rest on its data: every version from the first
 * round on that has its update, as each round begins from the version before.
 *
 * @param member whose
 * @param entries about it, in order of index
 */
public record Contributions(String member, List<LoggedEntry> entries) {
  public Contributions {
    entries = List.copyOf(entries);
  }

  /** Picks the entries about a member out of a log that is read once, from the first on. */
  public static final class Picker {
    private final String member;
    private final SortedSet<String> jobs = new TreeSet<>();

    public Picker(String member) {
      this.member = member;
    }

    /** Proposals come before their answers: they are kept until it is known whose they are. */
    public boolean wants(AuditEntry entry) {
      if (entry.actor().equals(member) || member.equals(entry.details().get("site"))) {
        entry.job().filter(job -> entry.type() == EntryType.CONSENT).ifPresent(jobs::add);
      }
      return switch (entry.type()) {
        case CONSENT, DATASET ->
            entry.actor().equals(member) || member.equals(entry.details().get("site"));
        case ENROLMENT, CERTIFICATE ->
            entry.actor().equals(member) || entry.subject().equals(member);
        case JOB -> entry.digests().containsKey("spec");
        case MODEL_RELEASE, PHASE ->
            hasUpdateOf(member, entry)
                || entry.job().filter(jobs::contains).isPresent() && tells(entry);
        default -> false;
      };
    }

    private static boolean tells(AuditEntry entry) {
      return entry.type() == EntryType.MODEL_RELEASE
          && (entry.details().containsKey("kind")
              || entry.details().getOrDefault("step", "").equals("published"));
    }

    /** Without the proposals of jobs that it has not answered. */
    public Stream<ProvedEntry> kept(List<ProvedEntry> picked) {
      return picked.stream()
          .filter(
              one ->
                  one.entry().type() != EntryType.JOB
                      || one.entry().job().filter(jobs::contains).isPresent());
    }
  }

  private static boolean hasUpdateOf(String member, AuditEntry entry) {
    return entry.digests().containsKey("sum")
        && Arrays.asList(entry.details().getOrDefault("survivors", "").split(",")).contains(member);
  }

  /** The jobs that it has answered. */
  public SortedSet<String> jobs() {
    SortedSet<String> jobs = new TreeSet<>();
    entries.stream()
        .map(LoggedEntry::entry)
        .filter(entry -> entry.type() == EntryType.CONSENT)
        .forEach(entry -> entry.job().ifPresent(jobs::add));
    return jobs;
  }

  private Stream<AuditEntry> of(String job) {
    return entries.stream()
        .map(LoggedEntry::entry)
        .filter(entry -> entry.job().equals(Optional.of(job)));
  }

  /** Entries of the training rounds that have its update, in order. */
  private List<AuditEntry> rounds(String job) {
    return of(job)
        .filter(entry -> hasUpdateOf(member, entry))
        .filter(entry -> entry.details().getOrDefault("kind", "").equals("TRAIN"))
        .toList();
  }

  /** The versions of a job's model that rest on its data, with their digests. */
  public SortedMap<Long, String> models(String job) {
    SortedMap<Long, String> models = new TreeMap<>();
    OptionalLong first = rounds(job).stream().mapToLong(one -> one.round().orElse(0)).min();
    of(job)
        .filter(entry -> entry.type() == EntryType.MODEL_RELEASE)
        .filter(entry -> entry.details().getOrDefault("kind", "").equals("TRAIN"))
        .filter(entry -> first.isPresent() && entry.round().orElse(0) >= first.getAsLong())
        .forEach(
            entry ->
                models.put(entry.round().orElse(0), entry.digests().getOrDefault("model", "")));
    return models;
  }

  /** All of it. */
  public ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("member", member);
    ArrayNode jobs = json.putArray("jobs");
    for (String job : jobs()) {
      ObjectNode one = jobs.addObject().put("job", job);
      of(job)
          .filter(entry -> entry.type() == EntryType.JOB)
          .findFirst()
          .ifPresent(
              entry ->
                  one.put("purpose", entry.details().getOrDefault("purpose", ""))
                      .put("dataSet", entry.details().getOrDefault("dataSet", ""))
                      .put("clause", entry.details().getOrDefault("clause", ""))
                      .put("spec", entry.digests().get("spec")));
      ArrayNode answers = one.putArray("answers");
      of(job)
          .filter(entry -> entry.type() == EntryType.CONSENT)
          .forEach(
              entry ->
                  answers
                      .addObject()
                      .put("time", entry.time().toString())
                      .put("by", entry.actor())
                      .put("outcome", entry.outcome().text())
                      .put("decidedBy", entry.details().getOrDefault("decidedBy", "")));
      ArrayNode data = one.putArray("dataVersions");
      of(job)
          .filter(entry -> entry.type() == EntryType.DATASET)
          .forEach(entry -> data.add(entry.digests().getOrDefault("dataSet", "")));
      ArrayNode rounds = one.putArray("rounds");
      rounds(job)
          .forEach(
              entry ->
                  rounds
                      .addObject()
                      .put("round", entry.round().orElse(0))
                      .put("task", entry.digests().getOrDefault("task", ""))
                      .put("upload", entry.digests().getOrDefault("upload." + member, ""))
                      .put("sum", entry.digests().getOrDefault("sum", "")));
      ArrayNode models = one.putArray("modelsThatRestOnIt");
      models(job)
          .forEach(
              (version, digest) ->
                  models.addObject().put("version", version).put("digest", digest));
    }
    ArrayNode indexes = json.putArray("entries");
    entries.forEach(one -> indexes.add(one.index()));
    return json;
  }

  /** A line for each job. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (String job : jobs()) {
      List<Long> rounds = rounds(job).stream().map(one -> one.round().orElse(0)).toList();
      SortedMap<Long, String> models = models(job);
      lines.add(
          "%s: its update is in %s; %s"
              .formatted(
                  job,
                  rounds.isEmpty() ? "no round" : "rounds " + LineageText.ranges(rounds),
                  models.isEmpty()
                      ? "no model rests on its data"
                      : "versions "
                          + LineageText.ranges(List.copyOf(models.keySet()))
                          + " rest on its data"));
    }
    return lines;
  }
}
