package org.concordat.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
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
    json.put("message", EventText.message(entry));
    json.putObject("ecs").put("version", VERSION);
    event(json.putObject("event"), logged);
    ObjectNode user = json.putObject("user").put("name", entry.actor());
    EventText.detail(entry, "role").ifPresent(role -> user.putArray("roles").add(role));
    EventText.detail(entry, "person").ifPresent(person -> user.put("hash", person));
    EventText.detail(entry, "rule").ifPresent(rule -> json.putObject("rule").put("name", rule));
    entry.alliance().ifPresent(name -> json.putObject("organization").put("name", name));
    EventText.own(json.putObject("concordat"), logged);
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
        .put("action", EventText.action(entry))
        .put("outcome", outcome(entry.outcome()));
    array(event, "category", categories(entry.type()));
    array(event, "type", types(entry));
    event.put("original", entry.json());
  }

  private static void array(ObjectNode event, String name, List<String> values) {
    if (!values.isEmpty()) {
      ArrayNode array = event.putArray(name);
      values.forEach(array::add);
    }
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
