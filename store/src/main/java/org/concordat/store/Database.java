package org.concordat.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationVersion;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * An open store: migrated to this program's schema, and locked for this process until it is closed.
 *
 * <p>SQLite runs with {@code synchronous=FULL} and {@code secure_delete}: a committed transaction
 * survives a power loss. What must be gone for good once it is erased is a secret entry, see {@link
 * Entries}.
 */
public final class Database implements AutoCloseable {
  private static final long POSTGRES_LOCK_KEY = 0x636f6e636f726461L;
  private static final int LOCK_ATTEMPTS = 30;
  private static final int LOCK_PAUSE_MILLIS = 100;

  private final StoreLocation location;
  private final FileChannel lockFile;
  private final HikariDataSource source;
  private final Jdbi jdbi;
  private @Nullable SecretKeys secretKeys;

  private Database(StoreLocation location, FileChannel lockFile, HikariDataSource source) {
    this.location = location;
    this.lockFile = lockFile;
    this.source = source;
    this.jdbi = Jdbi.create(source);
  }

  /**
   * Opens the store, creating or migrating it.
   *
   * @throws StoreException.InUse if another process has it
   * @throws StoreException.TooNew if a newer program wrote it
   * @throws StoreException if it cannot be reached, read or written
   */
  public static Database open(StoreLocation location) {
    FileChannel lock = lock(location);
    HikariDataSource source = null;
    try {
      source = new HikariDataSource(pool(location));
      Database database = new Database(location, lock, source);
      if (location.isPostgres()) {
        database.lockPostgres();
      }
      database.migrate();
      if (!location.isPostgres()) {
        database.openSecretKeys();
      }
      return database;
    } catch (RuntimeException failure) {
      if (source != null) {
        source.close();
      }
      closeQuietly(lock);
      if (failure instanceof StoreException known) {
        throw known;
      }
      throw new StoreException(location + " cannot be opened: " + rootMessage(failure), failure);
    }
  }

  public StoreLocation location() {
    return location;
  }

  Jdbi jdbi() {
    return jdbi;
  }

  private void openSecretKeys() {
    List<Long> referred =
        jdbi.withHandle(
            handle ->
                handle
                    .createQuery("SELECT slot FROM entry WHERE slot IS NOT NULL")
                    .mapTo(Long.class)
                    .list());
    secretKeys = SecretKeys.open(location.directory().resolve("keys"), referred);
  }

  /** Whether entries may be secrets here. */
  boolean keepsSecrets() {
    return secretKeys != null;
  }

  SecretKeys secretKeys() {
    return Objects.requireNonNull(secretKeys, "a PostgreSQL store keeps no secrets");
  }

  /** Releases the lock and the connections; everything committed stays. */
  @Override
  public void close() {
    source.close();
    if (secretKeys != null) {
      secretKeys.close();
    }
    closeQuietly(lockFile);
  }

  private static HikariConfig pool(StoreLocation location) {
    HikariConfig config = new HikariConfig();
    config.setPoolName("store");
    config.setConnectionTimeout(10_000);
    if (location.isPostgres()) {
      config.setJdbcUrl(location.postgresUrl());
      config.setUsername(location.user());
      config.setPassword(password(location));
      config.setMaximumPoolSize(4);
      config.setMaxLifetime(
          0); // the advisory lock lives in one session, which must not be recycled
    } else {
      unpackNativeLibraryIn(location.directory().resolve("native"));
      Path file = location.directory().resolve("state.sqlite");
      config.setJdbcUrl("jdbc:sqlite:" + file);
      config.setMaximumPoolSize(1);
      config.addDataSourceProperty("journal_mode", "WAL");
      config.addDataSourceProperty("synchronous", "FULL");
      config.addDataSourceProperty("secure_delete", "true");
      config.addDataSourceProperty("busy_timeout", "10000");
      // pages of a transaction never go into files in a temporary directory
      config.addDataSourceProperty("temp_store", "MEMORY");
    }
    return config;
  }

  /**
   * SQLite's driver unpacks its native library into the temporary directory and removes it on a
   * regular exit; of a killed process it would stay there for good. Here the next start, which has
   * the lock, removes it. A directory that the operator chose is left alone.
   */
  private static void unpackNativeLibraryIn(Path directory) {
    String chosen = System.getProperty("org.sqlite.tmpdir");
    if (chosen != null && Files.isDirectory(Path.of(chosen))) {
      return;
    }
    try {
      Files.createDirectories(directory);
      try (DirectoryStream<Path> leftOver = Files.newDirectoryStream(directory, "sqlite-*")) {
        for (Path file : leftOver) {
          Files.delete(file);
        }
      }
    } catch (IOException | DirectoryIteratorException failure) {
      throw new StoreException(directory + " cannot be written: " + failure.getMessage(), failure);
    }
    System.setProperty("org.sqlite.tmpdir", directory.toString());
  }

  private static String password(StoreLocation location) {
    Path file = location.passwordFile();
    if (file == null) {
      return "";
    }
    try {
      return Files.readString(file).strip();
    } catch (IOException unreadable) {
      throw new StoreException(
          "password file " + file + " cannot be read: " + unreadable.getMessage());
    }
  }

  private static FileChannel lock(StoreLocation location) {
    Path directory = location.directory();
    FileChannel channel = null;
    try {
      Files.createDirectories(directory);
      if (directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
      }
      channel =
          FileChannel.open(
              directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      if (lock == null) {
        throw new OverlappingFileLockException();
      }
      return channel;
    } catch (OverlappingFileLockException held) {
      closeQuietly(channel);
      throw new StoreException.InUse(location.toString());
    } catch (IOException failure) {
      closeQuietly(channel);
      throw new StoreException(
          "directory "
              + directory
              + " cannot be written ("
              + failure.getClass().getSimpleName()
              + ": "
              + failure.getMessage()
              + "): check that it exists, is yours and has room",
          failure);
    }
  }

  /**
   * Held by one pooled connection that is never given back, so the lock ends with the process. The
   * server notices the end of a session a moment after it: the lock of a process that has just
   * ended is waited for.
   */
  @SuppressWarnings("MustBeClosedChecker")
  private void lockPostgres() {
    Handle session = jdbi.open();
    for (int attempt = 1; !tryLock(session); attempt++) {
      if (attempt == LOCK_ATTEMPTS) {
        throw new StoreException.InUse(location.toString());
      }
      try {
        Thread.sleep(LOCK_PAUSE_MILLIS);
      } catch (InterruptedException stopping) {
        Thread.currentThread().interrupt();
        throw new StoreException.InUse(location.toString());
      }
    }
  }

  private static boolean tryLock(Handle session) {
    return session
        .createQuery("SELECT pg_try_advisory_lock(:key)")
        .bind("key", POSTGRES_LOCK_KEY)
        .mapTo(Boolean.class)
        .one();
  }

  private void migrate() {
    Flyway flyway =
        Flyway.configure(Database.class.getClassLoader())
            .dataSource(source)
            .locations("classpath:db/migration")
            .ignoreMigrationPatterns("*:future")
            .load();
    MigrationInfo current = flyway.info().current();
    MigrationVersion known = MigrationVersion.EMPTY;
    for (MigrationInfo info : flyway.info().all()) {
      if (!info.getState().name().startsWith("FUTURE") && info.getVersion().compareTo(known) > 0) {
        known = info.getVersion();
      }
    }
    if (current != null && current.getVersion().compareTo(known) > 0) {
      throw new StoreException.TooNew(
          location.toString(), current.getVersion().toString(), known.toString());
    }
    try {
      flyway.migrate();
    } catch (FlywayException failure) {
      throw new StoreException(location + " cannot be migrated: " + rootMessage(failure), failure);
    }
  }

  private static String rootMessage(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage());
  }

  private static void closeQuietly(@Nullable FileChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException ignored) {
      // the lock ends with the process in any case
    }
  }
}
