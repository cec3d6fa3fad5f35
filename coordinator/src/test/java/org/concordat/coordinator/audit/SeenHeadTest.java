package org.concordat.coordinator.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.concordat.auditlog.AuditEntry;
import org.concordat.auditlog.AuditLog;
import org.concordat.auditlog.EntryOutcome;
import org.concordat.auditlog.EntryType;
import org.concordat.auditlog.LogRolledBackException;
import org.concordat.auditlog.LogSigner;
import org.concordat.store.Database;
import org.concordat.store.Entries;
import org.concordat.store.SqlEntries;
import org.concordat.store.StoreLocation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeenHeadTest {
  @TempDir Path directory;
  private LogSigner signer;
  private Database database;
  private Entries entries;

  @BeforeEach
  void open() {
    signer = LogSigner.create(directory.resolve("log.key"), "test.example/audit");
    database = Database.open(StoreLocation.sqlite(directory.resolve("state")));
    entries = new SqlEntries(database);
  }

  @AfterEach
  void close() {
    database.close();
  }

  private AuditLog log(String name) {
    return AuditLog.open(directory.resolve(name), signer);
  }

  private static void append(AuditLog log, String id) {
    log.append(
        List.of(
            AuditEntry.of(
                id,
                Instant.parse("2026-11-30T09:00:00Z"),
                EntryType.SYSTEM,
                "coordinator",
                "test",
                EntryOutcome.OK)));
  }

  private SeenHead seen() {
    return new SeenHead(directory, entries);
  }

  @Test
  void aLogThatGrewIsTaken() {
    try (AuditLog log = log("log")) {
      seen().require(log);
      append(log, "a");
      seen().remember(log.checkpoint());
      seen().require(log);
      append(log, "b");
      append(log, "c");
      seen().require(log);
    }
  }

  @Test
  void anOlderCopyIsRefusedWithBothSizes() {
    Path copy = directory.resolve("copy");
    try (AuditLog log = log("log")) {
      append(log, "a");
      log.copyTo(copy);
      append(log, "b");
      seen().remember(log.checkpoint());
    }
    try (AuditLog old = log("copy")) {
      assertThatThrownBy(() -> seen().require(old))
          .isInstanceOf(LogRolledBackException.class)
          .hasMessageContaining("has 1 entries")
          .hasMessageContaining("seen 2 durable")
          .hasMessageContaining("Next: ");
      append(old, "fork");
      assertThatThrownBy(() -> seen().require(old))
          .as("as long as the one that was seen")
          .isInstanceOf(LogRolledBackException.class);
      append(old, "longer");
      assertThatThrownBy(() -> seen().require(old))
          .hasMessageContaining("has 3 entries and is another one");
    }
  }

  @Test
  void anEmptyLogInItsPlaceIsRefused() {
    try (AuditLog log = log("log")) {
      append(log, "a");
      seen().remember(log.checkpoint());
    }
    try (AuditLog empty = log("new")) {
      assertThatThrownBy(() -> seen().require(empty)).isInstanceOf(LogRolledBackException.class);
    }
  }

  @Test
  void whatIsRememberedOnlyGrows() {
    Path copy = directory.resolve("copy");
    SeenHead seen = seen();
    try (AuditLog log = log("log")) {
      append(log, "a");
      log.copyTo(copy);
      append(log, "b");
      seen.remember(log.checkpoint());
    }
    try (AuditLog old = log("copy")) {
      seen.remember(old.checkpoint());
      assertThatThrownBy(() -> seen.require(old)).isInstanceOf(LogRolledBackException.class);
    }
    assertThat(entries.get("audit-head", "")).isPresent();
  }
}
