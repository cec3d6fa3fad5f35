package org.concordat.store;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;

/** The same contract on a real PostgreSQL server on a loopback port that the system picks. */
class PostgresStoreTest extends StoreContract {
  private static EmbeddedPostgres server;

  @BeforeAll
  static void start() throws Exception {
    server = EmbeddedPostgres.start();
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @Override
  StoreLocation location() {
    try {
      Path password = directory.resolve("password");
      if (!Files.exists(password)) {
        Files.writeString(password, "postgres\n");
      }
      return new StoreLocation(
          directory.resolve("store"),
          server.getJdbcUrl("postgres", "postgres").replaceFirst("\\?.*", ""),
          "postgres",
          password);
    } catch (java.io.IOException failure) {
      throw new java.io.UncheckedIOException(failure);
    }
  }

  @AfterEach
  void empty() throws SQLException {
    close();
    execute("DROP SCHEMA public CASCADE");
    execute("CREATE SCHEMA public");
  }

  @Override
  Connection connect() throws SQLException {
    return server.getPostgresDatabase().getConnection();
  }
}
