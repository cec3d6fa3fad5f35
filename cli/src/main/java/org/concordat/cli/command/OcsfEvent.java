package org.concordat.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.concordat.auditlog.AuditEntry;
import org.concordat.auditlog.EntryOutcome;
import org.concordat.auditlog.EntryType;
import org.concordat.auditlog.LoggedEntry;
import org.concordat.cli.text.Terminal;

/**
 * An entry in the Open Cybersecurity Schema Framework: a call is API Activity (6003), a change of
 * who belongs to the alliance or what holds in it is Entity Management (3004), all else the Base
 * Event (0). What the schema has no field for is {@code unmapped}, and the entry as logged is
 * {@code raw_data}. Nothing is guessed: the activity is Other with its name, the severity
 * Informational, and a caller's endpoint is named by its certificate, since the log has no
 * addresses.
 */
final class OcsfEvent {
  private static final String VERSION = "1.4.0";
  private static final int OTHER = 99;
  private static final int INFORMATIONAL = 1;
  private static final int SUCCESS = 1;
  private static final int FAILURE = 2;

  private enum EventClass {
    BASE(0, 0),
    ENTITY_MANAGEMENT(3, 3004),
    API_ACTIVITY(6, 6003);

    private final int category;
    private final int uid;

    EventClass(int category, int uid) {
      this.category = category;
      this.uid = uid;
    }

    static EventClass of(EntryType type) {
      return switch (type) {
        case ACCESS -> API_ACTIVITY;
        case ENROLMENT, ROSTER, POLICY, CERTIFICATE -> ENTITY_MANAGEMENT;
        case CONSENT, DATASET, PHASE, DECISION, JOB, EPOCH, MODEL_RELEASE, SYSTEM -> BASE;
      };
    }
  }

  private OcsfEvent() {}

  static ObjectNode of(LoggedEntry logged) {
    AuditEntry entry = logged.entry();
    EventClass kind = EventClass.of(entry.type());
    ObjectNode json =
        Terminal.object()
            .put("time", entry.time().toEpochMilli())
            .put("class_uid", kind.uid)
            .put("category_uid", kind.category)
            .put("activity_id", OTHER)
            .put("activity_name", EventText.action(entry))
            .put("type_uid", kind.uid * 100L + OTHER)
            .put("severity_id", INFORMATIONAL)
            .put("status_id", isSuccess(entry.outcome()) ? SUCCESS : FAILURE)
            .put("status_detail", entry.outcome().text())
            .put("message", EventText.message(entry));
    metadata(json.putObject("metadata"), logged);
    switch (kind) {
      case API_ACTIVITY -> call(json, entry);
      case ENTITY_MANAGEMENT -> {
        json.putObject("actor").putObject("user").put("name", entry.actor());
        json.putObject("entity").put("name", entry.subject()).put("type", entry.type().text());
      }
      case BASE -> {}
    }
    EventText.own(json.putObject("unmapped"), logged);
    return json.put("raw_data", entry.json());
  }

  private static void metadata(ObjectNode metadata, LoggedEntry logged) {
    AuditEntry entry = logged.entry();
    metadata
        .put("version", VERSION)
        .put("uid", entry.id())
        .put("sequence", logged.index())
        .put("event_code", entry.type().text())
        .put("log_name", "audit");
    entry.alliance().ifPresent(name -> metadata.put("tenant_uid", name));
    metadata.putObject("product").put("name", "Concordat").put("vendor_name", "Concordat");
  }

  private static void call(ObjectNode json, AuditEntry entry) {
    String called = entry.subject();
    int slash = called.indexOf('/');
    ObjectNode api = json.putObject("api").put("operation", called.substring(slash + 1));
    if (slash > 0) {
      api.putObject("service").put("name", called.substring(0, slash));
    }
    ObjectNode actor = json.putObject("actor");
    ObjectNode user = actor.putObject("user").put("name", entry.actor());
    EventText.detail(entry, "person").ifPresent(person -> user.put("uid", person));
    EventText.detail(entry, "role")
        .ifPresent(role -> user.putArray("groups").addObject().put("name", role));
    EventText.detail(entry, "rule")
        .ifPresent(
            rule ->
                actor
                    .putArray("authorizations")
                    .addObject()
                    .put("decision", entry.outcome().text())
                    .putObject("policy")
                    .put("name", rule));
    ObjectNode endpoint = json.putObject("src_endpoint").put("name", entry.actor());
    String certificate = entry.digests().get("certificate");
    if (certificate != null) {
      endpoint.put("uid", certificate);
    }
  }

  private static boolean isSuccess(EntryOutcome outcome) {
    return outcome == EntryOutcome.ALLOW || outcome == EntryOutcome.OK;
  }
}
