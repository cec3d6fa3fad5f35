package org.concordat.cli.client;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Stream;
import org.concordat.auditlog.AuditEntry;
import org.concordat.auditlog.AuditField;
import org.concordat.auditlog.AuditFilter;
import org.concordat.auditlog.AuditQuery;
import org.concordat.auditlog.AuditVerifier;
import org.concordat.auditlog.LogVerifierKey;
import org.concordat.auditlog.LoggedEntry;
import org.concordat.auditlog.MalformedEntryException;
import org.concordat.cli.text.Failure;
import org.concordat.protocol.v1.AuditQueryRequest;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.message.Result;

/**
 * The audit log's entry of one released round that names what was checked.
 *
 * @param job the job's name
 * @param round from 1
 * @param named digests that the entry has, by name
 */
record RoundLog(String job, long round, Map<String, Digest> named) {
  RoundLog {
    named = Map.copyOf(named);
  }

  /**
   * The entry of a sum.
   *
   * @param record SHA-256 of the record
   */
  static RoundLog ofRecord(String job, long round, Digest record, Result result) {
    return new RoundLog(
        job,
        round,
        Map.of("record", record, "sum", result.sumRoot(), "state", result.nextStateDigest()));
  }

  /** The entry of a state that all cohorts have certified. */
  static RoundLog ofSignatures(String job, long round, Digest checkpoint) {
    return new RoundLog(job, round, Map.of("checkpoint", checkpoint));
  }

  /**
   * The entry's index.
   *
   * @param folder a copy of the log, verified whole first with the key of the pinned genesis; where
   *     empty, the coordinator is asked, and proves what it answers
   * @param wrong how to fail where an entry cannot be read
   * @throws org.concordat.auditlog.LogDamagedException naming the file and what is wrong with it
   */
  Optional<Long> find(Client client, Optional<Path> folder, Function<String, Failure> wrong) {
    try {
      OptionalLong index =
          folder.isPresent()
              ? inFolder(folder.get(), LogVerifierKey.parse(client.genesis().logVkey().value()))
              : asAnswered(client);
      return index.isPresent() ? Optional.of(index.getAsLong()) : Optional.empty();
    } catch (MalformedEntryException malformed) {
      throw wrong.apply("an entry of the audit log cannot be read: " + malformed.getMessage());
    }
  }

  private OptionalLong asAnswered(Client client) {
    List<LoggedEntry> found = new ArrayList<>();
    new AnsweredLog(client)
        .query(
            AuditQueryRequest.newBuilder().setJob(job).setRound(round).build(),
            logged -> {
              if (names(logged.entry())) {
                found.add(logged);
              }
            });
    return found.isEmpty() ? OptionalLong.empty() : OptionalLong.of(found.get(0).index());
  }

  private OptionalLong inFolder(Path folder, LogVerifierKey key) {
    AuditVerifier.verify(folder, key);
    AuditFilter filter =
        AuditFilter.ALL.with(AuditField.JOB, job).with(AuditField.ROUND, String.valueOf(round));
    try (Stream<LoggedEntry> entries = AuditQuery.run(folder, key, filter)) {
      Optional<LoggedEntry> found = entries.filter(entry -> names(entry.entry())).findFirst();
      return found.isPresent() ? OptionalLong.of(found.get().index()) : OptionalLong.empty();
    }
  }

  private boolean names(AuditEntry entry) {
    return entry.job().equals(Optional.of(job))
        && entry.round().equals(OptionalLong.of(round))
        && named.entrySet().stream()
            .allMatch(one -> one.getValue().hex().equals(entry.digests().get(one.getKey())));
  }
}
