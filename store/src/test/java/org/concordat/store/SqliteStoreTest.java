package org.concordat.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;

class SqliteStoreTest extends StoreContract {
  @Override
  StoreLocation location() {
    return StoreLocation.sqlite(directory.resolve("store"));
  }

  @Override
  void cleanFuture() {
    Jdbi.create("jdbc:sqlite:" + directory.resolve("store/state.sqlite"))
        .useHandle(
            handle -> handle.execute("DELETE FROM flyway_schema_history WHERE version = '99'"));
  }

  @Test
  void aFileWhereTheDirectoryShouldBeIsNamed() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "x");
    assertThatThrownBy(() -> Database.open(StoreLocation.sqlite(file)).close())
        .isInstanceOf(StoreException.class)
        .hasMessageContaining(file.toString());
  }

  /** SQLite rolls a transaction back by itself where the disk is full: the pool must notice. */
  @Test
  void whatTheDatabaseRolledBackByItselfHarmsNoLaterTransaction() {
    try (Database database = Database.open(StoreLocation.sqlite(directory.resolve("full")))) {
      Entries entries = new SqlEntries(database);
      execute(
          database,
          "CREATE TRIGGER full BEFORE INSERT ON entry WHEN NEW.id = 'last' BEGIN"
              + " SELECT RAISE(ROLLBACK, 'database or disk is full'); END");
      List<Entries.Change> both =
          List.of(
              new Entries.Put("k", "first", new byte[] {1}),
              new Entries.Put("k", "last", new byte[] {2}));
      for (int attempt = 0; attempt < 3; attempt++) {
        assertThatThrownBy(() -> entries.apply(both)).hasStackTraceContaining("disk is full");
        assertThat(entries.all("k")).as("all of it or nothing").isEmpty();
      }
      execute(database, "DROP TRIGGER full");
      entries.apply(both);
      assertThat(entries.all("k")).containsOnlyKeys("first", "last");
    }
  }

  private static void execute(Database database, String sql) {
    database.jdbi().useHandle(handle -> handle.execute(sql));
  }

  @Test
  void theLibraryThatAKilledProcessLeftIsRemoved() throws Exception {
    Path left =
        Files.writeString(
            Files.createDirectories(directory.resolve("killed/native")).resolve("sqlite-1.so"), "");
    String chosen = System.clearProperty("org.sqlite.tmpdir");
    try {
      Database.open(StoreLocation.sqlite(directory.resolve("killed"))).close();
      assertThat(left).doesNotExist();
      assertThat(System.getProperty("org.sqlite.tmpdir")).isEqualTo(left.getParent().toString());
    } finally {
      if (chosen != null) {
        System.setProperty("org.sqlite.tmpdir", chosen);
      }
    }
  }

  @Test
  void aDamagedFileIsNamed() throws Exception {
    Path other = Files.createDirectories(directory.resolve("damaged"));
    Files.writeString(other.resolve("state.sqlite"), "this is no database ".repeat(100));
    assertThatThrownBy(() -> Database.open(StoreLocation.sqlite(other)).close())
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("damaged");
  }
}
