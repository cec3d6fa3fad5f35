package org.concordat.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Optional;
import org.concordat.auditlog.AuditEntry;
import org.concordat.auditlog.EntryType;
import org.concordat.auditlog.LoggedEntry;

/** What events of an entry have in common, whatever schema they are written in. */
final class EventText {
  private EventText() {}

  /** For people, in a line. */
  static String message(AuditEntry entry) {
    return "%s %s: %s -> %s"
        .formatted(entry.type().text(), entry.outcome().text(), entry.actor(), entry.subject());
  }

  /** What no schema has a field for. */
  static void own(ObjectNode own, LoggedEntry logged) {
    AuditEntry entry = logged.entry();
    own.put("index", logged.index())
        .put("type", entry.type().text())
        .put("outcome", entry.outcome().text())
        .put("subject", entry.subject());
    entry.job().ifPresent(job -> own.put("job", job));
    entry.round().ifPresent(round -> own.put("round", round));
    entry.attempt().ifPresent(attempt -> own.put("attempt", attempt));
    map(own, "details", entry.details());
    map(own, "digests", entry.digests());
  }

  private static void map(ObjectNode own, String name, Map<String, String> pairs) {
    if (!pairs.isEmpty()) {
      ObjectNode object = own.putObject(name);
      pairs.forEach(object::put);
    }
  }

  static Optional<String> detail(AuditEntry entry, String key) {
    return Optional.ofNullable(entry.details().get(key));
  }

  /** What was called, without its service; of anything else, what it is about. */
  static String action(AuditEntry entry) {
    return entry.type() == EntryType.ACCESS
        ? entry.subject().substring(entry.subject().indexOf('/') + 1)
        : entry.type().text();
  }
}
