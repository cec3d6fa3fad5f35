package org.concordat.cli.lineage;

import org.concordat.auditlog.AuditEntry;
import org.concordat.auditlog.LoggedEntry;
import org.concordat.auditlog.TlogProof;

/**
 * An entry of the log, and the proof that it is in it.
 *
 * @param proof under a head that the log's key signed; nothing in it is trusted before it is
 *     verified
 */
public record ProvedEntry(LoggedEntry logged, TlogProof proof) {
  public long index() {
    return logged.index();
  }

  public AuditEntry entry() {
    return logged.entry();
  }
}
