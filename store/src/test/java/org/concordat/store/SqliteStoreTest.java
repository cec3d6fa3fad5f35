package org.concordat.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class SqliteStoreTest extends StoreContract {
  @Override
  StoreLocation location() {
    return StoreLocation.sqlite(directory.resolve("store"));
  }

  @Override
  Connection connect() throws SQLException {
    return DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("store/state.sqlite"));
  }

  @Test
  void aFileWhereTheDirectoryShouldBeIsNamed() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "x");
    assertThatThrownBy(() -> Database.open(StoreLocation.sqlite(file)).close())
        .isInstanceOf(StoreException.class)
        .hasMessageContaining(file.toString());
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
