package org.concordat.coordinator.audit;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import org.concordat.auditlog.AuditField;
import org.concordat.auditlog.AuditFilter;
import org.concordat.auditlog.EntryOutcome;
import org.concordat.auditlog.EntryType;
import org.concordat.protocol.v1.AuditQueryRequest;

/** From a request to what the log is asked. */
final class Queries {
  private static final int DEFAULT_LIMIT = 1000;

  private Queries() {}

  /**
   * @throws IllegalArgumentException naming the part that is not understood
   */
  static AuditFilter filter(AuditQueryRequest query) {
    AuditFilter filter =
        AuditFilter.ALL
            .from(query.getFromIndex())
            .limit(query.getLimit() == 0 ? DEFAULT_LIMIT : query.getLimit());
    String round = query.getRound() == 0 ? "" : Long.toUnsignedString(query.getRound());
    filter = with(filter, AuditField.TYPE, type(query.getType()));
    filter = with(filter, AuditField.OUTCOME, outcome(query.getOutcome()));
    filter = with(filter, AuditField.ACTOR, query.getActor());
    filter = with(filter, AuditField.SUBJECT, query.getSubject());
    filter = with(filter, AuditField.MEMBER, query.getMember());
    filter = with(filter, AuditField.PERSON, query.getPerson());
    filter = with(filter, AuditField.JOB, query.getJob());
    filter = with(filter, AuditField.ROUND, round);
    filter = with(filter, AuditField.DATA_VERSION, query.getDataVersion());
    filter = query.getSince().isEmpty() ? filter : filter.since(instant(query.getSince()));
    return query.getUntil().isEmpty() ? filter : filter.until(instant(query.getUntil()));
  }

  private static AuditFilter with(AuditFilter filter, AuditField field, String value) {
    return value.isEmpty() ? filter : filter.with(field, value);
  }

  private static String type(String text) {
    if (!text.isEmpty() && EntryType.of(text).isEmpty()) {
      throw new IllegalArgumentException("no entry type is named '" + text + "'");
    }
    return text;
  }

  private static String outcome(String text) {
    if (!text.isEmpty() && EntryOutcome.of(text).isEmpty()) {
      throw new IllegalArgumentException(
          "no outcome is named '" + text + "': allow, deny, ok or failed");
    }
    return text;
  }

  private static Instant instant(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException malformed) {
      throw new IllegalArgumentException("'" + text + "' is no time such as 2026-11-21T09:00:00Z");
    }
  }
}
