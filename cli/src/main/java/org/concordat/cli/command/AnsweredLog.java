package org.concordat.cli.command;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.concordat.auditlog.AuditEntry;
import org.concordat.auditlog.LoggedEntry;
import org.concordat.cli.client.Client;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.protocol.v1.AuditQueryRequest;
import org.concordat.protocol.v1.AuditRecord;

/** The log as a running coordinator answers. Nothing proves it; each call is an entry itself. */
record AnsweredLog(Client client) {
  /**
   * The entries from an index on, in order and without a gap; none where there are none yet.
   *
   * @throws Failure if the answer leaves some out
   */
  List<LoggedEntry> entries(long from, int limit) {
    Iterator<AuditRecord> answer =
        client.stream()
            .queryAudit(AuditQueryRequest.newBuilder().setFromIndex(from).setLimit(limit).build());
    List<LoggedEntry> found = new ArrayList<>();
    while (answer.hasNext()) {
      AuditRecord record = answer.next();
      if (record.getIndex() != from + found.size()) {
        throw new Failure(
            ExitCode.VERIFICATION_FAILED,
            "the coordinator answered entry "
                + record.getIndex()
                + " instead of "
                + (from + found.size()),
            "copy the log and run 'concordat audit verify' on the copy");
      }
      found.add(
          new LoggedEntry(
              record.getIndex(),
              AuditEntry.parse(record.getJson().getBytes(StandardCharsets.UTF_8))));
    }
    return found;
  }
}
