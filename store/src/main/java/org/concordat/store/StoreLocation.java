package org.concordat.store;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where a store lives.
 *
 * @param directory of this process: the SQLite file, the lock, blobs
 * @param postgresUrl a {@code jdbc:postgresql:} URL without credentials, or null for SQLite
 * @param user the PostgreSQL user, or null
 * @param passwordFile a file with the password, or null; never an argument, never in the URL
 */
public record StoreLocation(
    Path directory,
    @Nullable String postgresUrl,
    @Nullable String user,
    @Nullable Path passwordFile) {

  public static StoreLocation sqlite(Path directory) {
    return new StoreLocation(directory, null, null, null);
  }

  public StoreLocation {
    if (postgresUrl != null && !postgresUrl.startsWith("jdbc:postgresql:")) {
      throw new StoreException(
          "store url '" + postgresUrl + "': expected jdbc:postgresql://host/database");
    }
  }

  public boolean isPostgres() {
    return postgresUrl != null;
  }

  @Override
  public String toString() {
    return isPostgres() ? "PostgreSQL store " + postgresUrl : "SQLite store in " + directory;
  }
}
