package org.concordat.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.concordat.auditlog.AuditEntry;
import org.concordat.auditlog.EntryOutcome;
import org.concordat.auditlog.EntryType;
import org.concordat.auditlog.LoggedEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The attributes that the schema requires, from its files of version 1.4.0: base_event, with
 * metadata and product; events/iam/entity_management (managed_entity: name or uid, at least);
 * events/application/api_activity (api: operation; actor, user, network_endpoint and service: one
 * of their names or ids, at least; policy: the same).
 */
class OcsfEventTest {
  private static final Map<Integer, List<String>> REQUIRED =
      Map.of(
          0, List.of(),
          3004, List.of("/entity/name"),
          6003,
              List.of(
                  "/api/operation", "/actor/user/name", "/src_endpoint/name", "/api/service/name"));

  private static final List<String> OF_EACH =
      List.of(
          "/activity_id",
          "/category_uid",
          "/class_uid",
          "/severity_id",
          "/time",
          "/type_uid",
          "/metadata/version",
          "/metadata/product/name",
          "/metadata/product/vendor_name");

  private static AuditEntry entry(EntryType type) {
    return AuditEntry.of(
            "id-1",
            Instant.parse("2026-12-01T09:00:00.250Z"),
            type,
            "zurich",
            type == EntryType.ACCESS ? "concordat.v1.Operations/SubmitJob" : "lyon",
            EntryOutcome.DENY)
        .inAlliance("hospitals");
  }

  @ParameterizedTest
  @EnumSource(EntryType.class)
  void eachEventHasWhatItsClassRequires(EntryType type) {
    JsonNode event = OcsfEvent.of(new LoggedEntry(7, entry(type)));
    int uid = event.path("class_uid").asInt(-1);
    assertThat(REQUIRED).containsKey(uid);
    assertThat(event.path("category_uid").asInt(-1)).isEqualTo(uid / 1000);
    assertThat(event.path("activity_id").asInt()).isEqualTo(99);
    assertThat(event.path("activity_name").asText()).as("required beside Other").isNotEmpty();
    assertThat(event.path("type_uid").asLong()).isEqualTo(uid * 100L + 99);
    assertThat(event.path("time").isIntegralNumber()).isTrue();
    OF_EACH.forEach(path -> assertThat(event.at(path).isValueNode()).as(path).isTrue());
    REQUIRED.get(uid).forEach(path -> assertThat(event.at(path).asText()).as(path).isNotEmpty());
  }

  @Test
  void aDeniedCallSaysWhoWhatAndWhy() {
    AuditEntry call =
        entry(EntryType.ACCESS)
            .inRound("heart", 3, 0)
            .detail("role", "operator")
            .detail("rule", "submit-job")
            .detail("person", "p-hash")
            .digest("certificate", "ab".repeat(32));
    JsonNode event = OcsfEvent.of(new LoggedEntry(7, call));
    assertThat(event.path("time").asLong()).isEqualTo(call.time().toEpochMilli());
    assertThat(event.path("status_id").asInt()).isEqualTo(2);
    assertThat(event.at("/api/operation").asText()).isEqualTo("SubmitJob");
    assertThat(event.at("/api/service/name").asText()).isEqualTo("concordat.v1.Operations");
    assertThat(event.at("/actor/user/uid").asText()).isEqualTo("p-hash");
    assertThat(event.at("/actor/user/groups/0/name").asText()).isEqualTo("operator");
    assertThat(event.at("/actor/authorizations/0/decision").asText()).isEqualTo("deny");
    assertThat(event.at("/actor/authorizations/0/policy/name").asText()).isEqualTo("submit-job");
    assertThat(event.at("/src_endpoint/uid").asText()).isEqualTo("ab".repeat(32));
    assertThat(event.at("/metadata/uid").asText()).isEqualTo("id-1");
    assertThat(event.at("/metadata/sequence").asLong()).isEqualTo(7);
    assertThat(event.at("/metadata/tenant_uid").asText()).isEqualTo("hospitals");
    assertThat(event.at("/unmapped/job").asText()).isEqualTo("heart");
    assertThat(event.at("/unmapped/details/rule").asText()).isEqualTo("submit-job");
    assertThat(event.path("raw_data").asText()).isEqualTo(call.json());
  }

  @Test
  void nothingIsSaidThatTheEntryDoesNotSay() {
    JsonNode event = OcsfEvent.of(new LoggedEntry(0, entry(EntryType.PHASE)));
    assertThat(event.has("actor")).isFalse();
    assertThat(event.has("src_endpoint")).isFalse();
    assertThat(event.at("/unmapped/subject").asText()).isEqualTo("lyon");
    JsonNode call = OcsfEvent.of(new LoggedEntry(0, entry(EntryType.ACCESS)));
    assertThat(call.at("/src_endpoint").size()).isEqualTo(1);
    assertThat(call.at("/actor").size()).isEqualTo(1);
  }
}
