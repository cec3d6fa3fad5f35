package org.concordat.cli.client;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.concordat.auditlog.AuditEntry;
import org.concordat.auditlog.AuditFilter;
import org.concordat.auditlog.AuditQuery;
import org.concordat.auditlog.AuditVerifier;
import org.concordat.auditlog.LogVerifierKey;
import org.concordat.auditlog.LoggedEntry;
import org.concordat.protocol.v1.AuditQueryRequest;
import org.concordat.protocol.v1.AuditRecord;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.message.Result;

/**
 * The audit log's entry of one released round: the one that names its record, its sum and the state
 * that follows.
 *
 * @param job the job's name
 * @param round from 1
 * @param record SHA-256 of the record
 */
record RoundLog(String job, long round, Digest record, Result result) {
  /**
   * The entry's index as the coordinator answers; nothing proves that its log holds it.
   *
   * @throws org.concordat.auditlog.MalformedEntryException if it sends something else than entries
   */
  OptionalLong asAnswered(Client client) {
    Iterator<AuditRecord> entries =
        client.stream()
            .queryAudit(AuditQueryRequest.newBuilder().setJob(job).setRound(round).build());
    while (entries.hasNext()) {
      AuditRecord entry = entries.next();
      if (names(AuditEntry.parse(entry.getJson().getBytes(StandardCharsets.UTF_8)))) {
        return OptionalLong.of(entry.getIndex());
      }
    }
    return OptionalLong.empty();
  }

  /**
   * The entry's index in a copied folder, all of which is verified first.
   *
   * @param key of the pinned genesis
   * @throws org.concordat.auditlog.LogDamagedException naming the file and what is wrong with it
   */
  OptionalLong inFolder(Path folder, LogVerifierKey key) {
    AuditVerifier.verify(folder, key);
    AuditFilter filter = AuditFilter.ALL.inJob(job).inRound(round);
    try (Stream<LoggedEntry> entries = AuditQuery.run(folder, key, filter)) {
      Optional<LoggedEntry> found = entries.filter(entry -> names(entry.entry())).findFirst();
      return found.isPresent() ? OptionalLong.of(found.get().index()) : OptionalLong.empty();
    }
  }

  private boolean names(AuditEntry entry) {
    return entry.job().equals(Optional.of(job))
        && entry.round().equals(OptionalLong.of(round))
        && is(entry, "record", record)
        && is(entry, "sum", result.sumRoot())
        && is(entry, "state", result.nextStateDigest());
  }

  private static boolean is(AuditEntry entry, String name, Digest digest) {
    return digest.hex().equals(entry.digests().get(name));
  }
}
