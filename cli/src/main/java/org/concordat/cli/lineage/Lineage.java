package org.concordat.cli.lineage;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.concordat.auditlog.LoggedEntry;
import org.concordat.protocol.JobSpecs;

/**
 * On what one version of a job's model rests, derived from entries of the log alone: whoever has
 * the same entries derives the same. A job's first model is drawn from a seed by a published rule,
 * so no model rests on another job.
 *
 * @param version 0 for the initial model
 * @param model digest of its bytes; empty where the log does not have it
 * @param proposal of the job
 * @param rounds that are in it, from the first
 * @param members whose data is in it, each with the versions of its data set and the rounds of each
 * @param consents of all members to the job, from the first; withdrawals among them
 * @param used entries that this was derived from, in order
 * @param missing what such a version must rest on and is not among the entries, a sentence each
 */
public record Lineage(
    String job,
    long version,
    String model,
    Proposal proposal,
    List<RoundPart> rounds,
    SortedMap<String, Map<String, List<Long>>> members,
    List<LoggedEntry> consents,
    List<LoggedEntry> used,
    List<String> missing) {
  public Lineage {
    rounds = List.copyOf(rounds);
    consents = List.copyOf(consents);
    used = List.copyOf(used);
    missing = List.copyOf(missing);
  }

  /**
   * The job as it was proposed; empty texts where the log does not have it.
   *
   * @param by who submitted it
   * @param spec digest of the signed job
   */
  public record Proposal(String by, String spec, String purpose, String dataSet, String clause) {}

  /** Whether a job can have such a version of its model: one a round, and the initial one. */
  public static boolean isVersion(long version) {
    return version >= 0 && version <= JobSpecs.MAX_ROUNDS;
  }

  /**
   * Derives it; where much is missing it stops, and says so.
   *
   * @param version from 0 to {@link JobSpecs#MAX_ROUNDS}
   * @param entries of the job, in order of index; others are passed over
   * @throws IllegalArgumentException if no job has such a version
   */
  public static Lineage of(String job, long version, List<LoggedEntry> entries) {
    if (!isVersion(version)) {
      throw new IllegalArgumentException("no job has a version " + version + " of its model");
    }
    return new LineageReader(job, version, entries).read();
  }

  /** The rounds that a member's data is in. */
  public List<Long> roundsOf(String member) {
    return rounds.stream()
        .filter(round -> round.survivors().contains(member))
        .map(RoundPart::round)
        .toList();
  }
}
