package org.concordat.store;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jdbi.v3.core.Jdbi;
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
  void empty() {
    close();
    Jdbi.create(server.getPostgresDatabase())
        .useHandle(
            handle -> {
              handle.execute("DROP SCHEMA public CASCADE");
              handle.execute("CREATE SCHEMA public");
            });
  }

  @Override
  void cleanFuture() {
    Jdbi.create(server.getPostgresDatabase())
        .useHandle(
            handle -> handle.execute("DELETE FROM flyway_schema_history WHERE version = '99'"));
  }
}
