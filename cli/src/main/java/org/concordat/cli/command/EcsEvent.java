package org.concordat.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.concordat.auditlog.AuditEntry;
import org.concordat.auditlog.EntryOutcome;
import org.concordat.auditlog.EntryType;
import org.concordat.auditlog.LoggedEntry;
import org.concordat.cli.text.Terminal;

/**
 * An entry in the fields of the Elastic Common Schema. What has no field there is below {@code
 * concordat}, and the entry as logged is {@code event.original}. A category is given only where one
 * of the schema's says what it is.
 */
final class EcsEvent {
  private static final String VERSION = "8.17.0";

  private EcsEvent() {}

  static ObjectNode of(LoggedEntry logged) {
    AuditEntry entry = logged.entry();
    ObjectNode json = Terminal.object().put("@timestamp", entry.time().toString());
    json.put(
        "message",
        "%s %s: %s -> %s"
            .formatted(
                entry.type().text(), entry.outcome().text(), entry.actor(), entry.subject()));
    json.putObject("ecs").put("version", VERSION);
    event(json.putObject("event"), logged);
    ObjectNode user = json.putObject("user").put("name", entry.actor());
    detail(entry, "role").ifPresent(role -> user.putArray("roles").add(role));
    detail(entry, "person").ifPresent(person -> user.put("hash", person));
    detail(entry, "rule").ifPresent(rule -> json.putObject("rule").put("name", rule));
    entry.alliance().ifPresent(name -> json.putObject("organization").put("name", name));
    own(json.putObject("concordat"), logged);
    return json;
  }

  private static void event(ObjectNode event, LoggedEntry logged) {
    AuditEntry entry = logged.entry();
    event
        .put("kind", "event")
        .put("module", "concordat")
        .put("dataset", "concordat.audit")
        .put("id", entry.id())
        .put("sequence", logged.index())
        .put("action", action(entry))
        .put("outcome", outcome(entry.outcome()));
    array(event, "category", categories(entry.type()));
    array(event, "type", types(entry));
    event.put("original", entry.json());
  }

  private static void own(ObjectNode own, LoggedEntry logged) {
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

  private static void array(ObjectNode event, String name, List<String> values) {
    if (!values.isEmpty()) {
      ArrayNode array = event.putArray(name);
      values.forEach(array::add);
    }
  }

  private static Optional<String> detail(AuditEntry entry, String key) {
    return Optional.ofNullable(entry.details().get(key));
  }

  /** What was called, without its service; of anything else, what it is about. */
  private static String action(AuditEntry entry) {
    return entry.type() == EntryType.ACCESS
        ? entry.subject().substring(entry.subject().indexOf('/') + 1)
        : entry.type().text();
  }

  private static String outcome(EntryOutcome outcome) {
    return switch (outcome) {
      case ALLOW, OK -> "success";
      case DENY, FAILED -> "failure";
    };
  }

  private static List<String> categories(EntryType type) {
    return switch (type) {
      case ACCESS -> List.of("api");
      case ENROLMENT, ROSTER -> List.of("iam");
      case POLICY, CERTIFICATE -> List.of("configuration");
      case CONSENT, DATASET, PHASE, DECISION, JOB, EPOCH, MODEL_RELEASE, SYSTEM -> List.of();
    };
  }

  private static List<String> types(AuditEntry entry) {
    return switch (entry.type()) {
      case ACCESS -> List.of("access", entry.outcome() == EntryOutcome.DENY ? "denied" : "allowed");
      case ENROLMENT, ROSTER, POLICY, CERTIFICATE -> List.of("change");
      case CONSENT, DATASET, PHASE, DECISION, JOB, EPOCH, MODEL_RELEASE, SYSTEM -> List.of("info");
    };
  }
}
