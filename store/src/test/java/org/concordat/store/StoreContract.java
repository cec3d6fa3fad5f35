package org.concordat.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.concordat.store.EventStore.Effect;
import org.concordat.store.EventStore.StoredEvent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every store promises; each database runs it. */
abstract class StoreContract {
  @TempDir Path directory;
  private Database database;

  /** An empty store of this test's own. */
  abstract StoreLocation location();

  @BeforeEach
  void open() {
    database = Database.open(location());
  }

  @AfterEach
  void close() {
    database.close();
  }

  private void reopen() {
    database.close();
    database = Database.open(location());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static StoredEvent event(String type) {
    return new StoredEvent(type, 1, bytes("body of " + type));
  }

  @Test
  void eventsAndEffectsSurviveReopening() {
    new SqlEventStore(database)
        .append(
            "round/1",
            0,
            List.of(event("a"), event("b")),
            List.of(new Effect("send", "m1", bytes("x"))),
            5,
            List.of());
    reopen();
    EventStore events = new SqlEventStore(database);
    assertThat(events.read("round/1")).extracting(StoredEvent::type).containsExactly("a", "b");
    assertThat(events.read("round/1").get(1).body()).isEqualTo(bytes("body of b"));
    assertThat(events.streams()).containsExactly("round/1");
    assertThat(new SqlOutbox(database).pending(10))
        .extracting(Outbox.Entry::target)
        .containsExactly("m1");
  }

  @Test
  void appendAtAnotherVersionChangesNothing() {
    EventStore events = new SqlEventStore(database);
    events.append("s", 0, List.of(event("a")), List.of(), 1, List.of());
    assertThatThrownBy(
            () ->
                events.append(
                    "s",
                    0,
                    List.of(event("b")),
                    List.of(new Effect("send", "m", bytes("y"))),
                    2,
                    List.of()))
        .isInstanceOf(StoreException.Conflict.class)
        .hasMessageContaining("version 1, expected 0");
    assertThat(events.read("s")).hasSize(1);
    assertThat(new SqlOutbox(database).pending(10)).isEmpty();
  }

  @Test
  void outboxKeepsOrderAndForgetsWhatIsDone() {
    EventStore events = new SqlEventStore(database);
    for (int i = 0; i < 5; i++) {
      events.append(
          "s",
          i,
          List.of(event("e" + i)),
          List.of(new Effect("send", "m" + i, bytes("" + i))),
          i,
          List.of());
    }
    Outbox outbox = new SqlOutbox(database);
    List<Outbox.Entry> first = outbox.pending(2);
    assertThat(first).extracting(Outbox.Entry::target).containsExactly("m0", "m1");
    outbox.done(first.stream().map(Outbox.Entry::id).toList());
    assertThat(outbox.pending(10))
        .extracting(Outbox.Entry::target)
        .containsExactly("m2", "m3", "m4");
  }

  @Test
  void outboxIdsAreNotGivenTwiceWhilePending() {
    new SqlEventStore(database)
        .append("s", 0, List.of(), List.of(new Effect("k", "a", bytes(""))), 0, List.of());
    reopen();
    new SqlEventStore(database)
        .append("s", 0, List.of(), List.of(new Effect("k", "b", bytes(""))), 0, List.of());
    assertThat(new SqlOutbox(database).pending(10))
        .extracting(Outbox.Entry::id)
        .doesNotHaveDuplicates()
        .hasSize(2);
  }

  @Test
  void whatHasRunIsForgottenWithTheNextEvents() {
    EventStore events = new SqlEventStore(database);
    Outbox outbox = new SqlOutbox(database);
    events.append(
        "s", 0, List.of(event("a")), List.of(new Effect("send", "m", bytes("1"))), 0, List.of());
    List<Long> ran = outbox.pending(10).stream().map(Outbox.Entry::id).toList();
    assertThatThrownBy(() -> events.append("s", 0, List.of(event("b")), List.of(), 0, ran))
        .isInstanceOf(StoreException.Conflict.class);
    assertThat(outbox.pending(10)).as("a conflict forgets nothing").hasSize(1);
    events.append("s", 1, List.of(event("b")), List.of(), 0, ran);
    assertThat(outbox.pending(10)).isEmpty();
  }

  @Test
  void entriesChangeTogether() {
    Entries entries = new SqlEntries(database);
    entries.put("job", "a", bytes("1"));
    entries.apply(List.of(new Entries.Put("job", "b", bytes("2")), new Entries.Delete("job", "a")));
    assertThat(entries.all("job")).containsOnlyKeys("b");
    entries.put("job", "b", bytes("3"));
    assertThat(entries.get("job", "b"))
        .hasValueSatisfying(v -> assertThat(v).isEqualTo(bytes("3")));
    assertThat(entries.get("job", "a")).isEmpty();
    assertThat(entries.all("other")).isEmpty();
  }

  @Test
  void putIfAbsentSaysWhoWasFirst() {
    Entries entries = new SqlEntries(database);
    assertThat(entries.putIfAbsent("job", "a", bytes("1"))).isTrue();
    assertThat(entries.putIfAbsent("job", "a", bytes("2"))).isFalse();
    assertThat(entries.get("job", "a").orElseThrow()).isEqualTo(bytes("1"));
  }

  @Test
  void bytesComeBackAsTheyWere() {
    byte[] all = new byte[256];
    for (int i = 0; i < 256; i++) {
      all[i] = (byte) i;
    }
    Entries entries = new SqlEntries(database);
    entries.put("bytes", "all", all);
    entries.put("bytes", "none", new byte[0]);
    reopen();
    assertThat(new SqlEntries(database).get("bytes", "all").orElseThrow()).isEqualTo(all);
    assertThat(new SqlEntries(database).get("bytes", "none").orElseThrow()).isEmpty();
  }

  @Test
  void aSecondOpenerIsRefused() {
    assertThatThrownBy(() -> Database.open(location()).close())
        .isInstanceOf(StoreException.InUse.class);
  }

  @Test
  void aNewerStoreIsRefusedByName() {
    database
        .jdbi()
        .useHandle(
            handle ->
                handle.execute(
                    "INSERT INTO flyway_schema_history (installed_rank, version, description, type, script, checksum,"
                        + " installed_by, execution_time, success)"
                        + " VALUES (99, '99', 'future', 'SQL', 'V99__future.sql', 1, 'someone', 1, "
                        + (location().isPostgres() ? "true" : "1")
                        + ")"));
    database.close();
    try {
      assertThatThrownBy(() -> Database.open(location()).close())
          .isInstanceOf(StoreException.TooNew.class)
          .hasMessageContaining("99")
          .hasMessageContaining("upgrade");
    } finally {
      cleanFuture();
      database = Database.open(location());
    }
  }

  /** Removes the version from the future without opening the store through {@link Database}. */
  abstract void cleanFuture();
}
