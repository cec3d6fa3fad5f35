package org.concordat.cli.lineage;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.concordat.auditlog.AuditField;
import org.concordat.auditlog.AuditFilter;
import org.concordat.auditlog.AuditQuery;
import org.concordat.auditlog.Checkpoint;
import org.concordat.auditlog.LogFolder;
import org.concordat.auditlog.LogVerifierKey;
import org.concordat.auditlog.LoggedEntry;
import org.concordat.auditlog.TlogProof;
import org.concordat.cli.client.AnsweredLog;
import org.concordat.cli.client.Client;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.protocol.v1.AuditQueryRequest;

/** Where proved entries come from: a copied folder of the log, or the running coordinator. */
public interface ProvedLog {
  /** Entries in one answer. */
  int MOST_ASKED = 1_000_000;

  /**
   * Entries in order of index, all under one head.
   *
   * @param job only this job's; empty for the whole log
   * @param wanted asked of each entry in order
   * @throws org.concordat.cli.text.Failure or a log's own failure where one is not proved
   */
  List<ProvedEntry> entries(String job, Predicate<LoggedEntry> wanted);

  /** A folder, or a copy: under the head that members cosigned, as far as that reaches. */
  static ProvedLog folder(Path folder, LogVerifierKey key) {
    return (job, wanted) -> {
      LogFolder log = LogFolder.open(folder, key);
      AuditFilter filter =
          job.isEmpty() ? AuditFilter.ALL : AuditFilter.ALL.with(AuditField.JOB, job);
      List<LoggedEntry> found;
      try (Stream<LoggedEntry> all = AuditQuery.run(folder, key, filter)) {
        found = all.filter(one -> one.index() < log.head().size() && wanted.test(one)).toList();
      }
      List<TlogProof> proofs = log.proveAll(found.stream().map(LoggedEntry::index).toList());
      return IntStream.range(0, found.size())
          .mapToObj(i -> new ProvedEntry(found.get(i), proofs.get(i)))
          .toList();
    };
  }

  /** The coordinator: under the newest head that its log's key signed. */
  static ProvedLog asked(Client client) {
    return (job, wanted) -> {
      List<ProvedEntry> found = new ArrayList<>();
      AtomicLong last = new AtomicLong(-1);
      Checkpoint head =
          new AnsweredLog(client)
              .prove(
                  AuditQueryRequest.newBuilder().setJob(job).setLimit(MOST_ASKED).build(),
                  (logged, proof) -> {
                    last.set(logged.index());
                    if (wanted.test(logged)) {
                      found.add(new ProvedEntry(logged, proof));
                    }
                  });
      if (job.isEmpty() && last.get() + 1 < head.size()) {
        throw new Failure(
            ExitCode.VERIFICATION_FAILED,
            "the coordinator answered %d of the %d entries that it signed"
                .formatted(last.get() + 1, head.size()),
            "read a copy of the log instead (--dir)");
      }
      return found;
    };
  }
}
