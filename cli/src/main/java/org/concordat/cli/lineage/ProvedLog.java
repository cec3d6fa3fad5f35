package org.concordat.cli.lineage;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.concordat.auditlog.AuditEntry;
import org.concordat.auditlog.AuditField;
import org.concordat.auditlog.AuditFilter;
import org.concordat.auditlog.AuditQuery;
import org.concordat.auditlog.LogFolder;
import org.concordat.auditlog.LogVerifierKey;
import org.concordat.auditlog.LoggedEntry;
import org.concordat.auditlog.TlogProof;
import org.concordat.cli.client.AnsweredLog;
import org.concordat.cli.client.Client;
import org.concordat.protocol.v1.AuditQueryRequest;

/** Where proved entries come from: a copied folder of the log, or the running coordinator. */
public interface ProvedLog {
  /**
   * Entries that have this in that field, in order of index, all under one head.
   *
   * @throws org.concordat.cli.text.Failure or a log's own failure where one is not proved
   */
  List<ProvedEntry> entries(AuditField field, String value, Predicate<AuditEntry> wanted);

  /** A folder, or a copy: under the head that members cosigned, as far as that reaches. */
  static ProvedLog folder(Path folder, LogVerifierKey key) {
    return (field, value, wanted) -> {
      LogFolder log = LogFolder.open(folder, key);
      List<LoggedEntry> found;
      try (Stream<LoggedEntry> all =
          AuditQuery.run(folder, key, AuditFilter.ALL.with(field, value))) {
        found =
            all.filter(one -> one.index() < log.head().size() && wanted.test(one.entry())).toList();
      }
      List<TlogProof> proofs = log.proveAll(found.stream().map(LoggedEntry::index).toList());
      return IntStream.range(0, found.size())
          .mapToObj(i -> new ProvedEntry(found.get(i), proofs.get(i)))
          .toList();
    };
  }

  /** The coordinator: under the newest head that its log's key signed. */
  static ProvedLog asked(Client client) {
    return (field, value, wanted) -> {
      AuditQueryRequest.Builder query =
          AuditQueryRequest.newBuilder().setLimit(ProvedFolder.MAX_ENTRIES);
      if (field == AuditField.JOB) {
        query.setJob(value);
      } else {
        query.setMember(value);
      }
      List<ProvedEntry> found = new ArrayList<>();
      new AnsweredLog(client)
          .prove(
              query.build(),
              (logged, proof) -> {
                if (wanted.test(logged.entry())) {
                  found.add(new ProvedEntry(logged, proof));
                }
              });
      return found;
    };
  }
}
