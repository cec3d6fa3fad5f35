package org.concordat.coordinator.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Map;
import org.concordat.auditlog.AuditField;
import org.concordat.auditlog.AuditFilter;
import org.concordat.protocol.v1.AuditQueryRequest;
import org.junit.jupiter.api.Test;

/** What a caller asks is what the log is asked. */
class QueriesTest {
  @Test
  void eachFieldOfARequestIsThatOfTheLog() {
    AuditFilter filter =
        Queries.filter(
            AuditQueryRequest.newBuilder()
                .setType("access")
                .setActor("zurich")
                .setSubject("calls")
                .setMember("zurich")
                .setPerson("3f9a")
                .setJob("heart")
                .setRound(7)
                .setOutcome("deny")
                .setDataVersion("0a")
                .setSince("2026-12-01T09:00:00Z")
                .setUntil("2026-12-01T10:00:00Z")
                .setFromIndex(5)
                .setLimit(3)
                .build());
    assertThat(filter.wanted())
        .isEqualTo(
            Map.of(
                AuditField.TYPE, "access",
                AuditField.ACTOR, "zurich",
                AuditField.SUBJECT, "calls",
                AuditField.MEMBER, "zurich",
                AuditField.PERSON, "3f9a",
                AuditField.JOB, "heart",
                AuditField.ROUND, "7",
                AuditField.OUTCOME, "deny",
                AuditField.DATA_VERSION, "0a"));
    assertThat(filter.since()).contains(Instant.parse("2026-12-01T09:00:00Z"));
    assertThat(filter.until()).contains(Instant.parse("2026-12-01T10:00:00Z"));
    assertThat(filter.from()).isEqualTo(5);
    assertThat(filter.limit()).isEqualTo(3);
  }

  @Test
  void nothingAskedIsTheFirstPageOfAll() {
    AuditFilter filter = Queries.filter(AuditQueryRequest.getDefaultInstance());
    assertThat(filter).isEqualTo(AuditFilter.ALL.limit(1000));
  }

  @Test
  void whatIsNotUnderstoodIsNamed() {
    assertThatThrownBy(() -> Queries.filter(AuditQueryRequest.newBuilder().setType("x").build()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'x'");
    assertThatThrownBy(
            () -> Queries.filter(AuditQueryRequest.newBuilder().setOutcome("maybe").build()))
        .hasMessageContaining("'maybe'");
    assertThatThrownBy(
            () -> Queries.filter(AuditQueryRequest.newBuilder().setSince("noon").build()))
        .hasMessageContaining("'noon'");
    assertThatThrownBy(() -> Queries.filter(AuditQueryRequest.newBuilder().setLimit(-1).build()))
        .hasMessageContaining("-1");
  }
}
