package org.concordat.agent.sitelog;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.concordat.auditlog.AuditEntry;
import org.concordat.auditlog.AuditFilter;
import org.concordat.auditlog.AuditLog;
import org.concordat.auditlog.AuditLogException;
import org.concordat.auditlog.AuditQuery;
import org.concordat.auditlog.LogSigner;
import org.concordat.auditlog.LogVerifierKey;
import org.concordat.auditlog.LoggedEntry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the coordinator asked of this site, and what it answered: signed logs, one after the other,
 * in a folder that its owner alone may read. An answer is durable, with all that was asked before,
 * before it is sent. Where the disk refuses, nothing is answered.
 *
 * <p>There are at most {@value #PARTS} logs, each with its share of the entries: the oldest is
 * deleted for a new one. Thread-safe.
 */
public final class SiteLog implements AutoCloseable {
  /** Below the agent's home. */
  public static final String DIRECTORY = "site-log";

  /** The key that signs it, beside the identity keys; it is made at the first start. */
  public static final String KEY_FILE = "keys/site-log.key";

  static final int PARTS = 10;

  /** What is asked and not answered waits for the next second, unless there is too much of it. */
  private static final int MOST_WAITING = 1000;

  private static final Logger LOG = LoggerFactory.getLogger(SiteLog.class);

  private final Path directory;
  private final LogSigner signer;
  private final long entriesOfPart;
  private final Map<String, AuditEntry> waiting = new LinkedHashMap<>();
  private @Nullable AuditLog log;
  private long part;
  private boolean refused;

  private SiteLog(Path directory, LogSigner signer, long entriesOfPart) {
    this.directory = directory;
    this.signer = signer;
    this.entriesOfPart = entriesOfPart;
  }

  /**
   * Opens it, or begins it.
   *
   * @param name of this participant, as its certificates have it
   * @param mostEntries beyond which the oldest are deleted, at least {@value #PARTS}
   * @throws AuditLogException if it is not what its key signed, or the disk refuses
   */
  public static SiteLog open(Path home, String name, long mostEntries) throws IOException {
    Path key = home.resolve(KEY_FILE);
    LogSigner signer =
        Files.exists(key) ? LogSigner.load(key) : LogSigner.create(key, name + "/" + DIRECTORY);
    Path directory = home.resolve(DIRECTORY);
    if (!Files.isDirectory(directory)) {
      Files.createDirectory(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    SiteLog opened = new SiteLog(directory, signer, mostEntries / PARTS);
    opened.part = Math.max(1, parts(directory).stream().mapToLong(SiteLog::number).max().orElse(1));
    opened.log = AuditLog.open(opened.path(opened.part), signer);
    return opened;
  }

  /** Whether it may be acted upon: false while the disk refuses the log. */
  synchronized boolean asked(AuditEntry entry) {
    if (refused) {
      return false;
    }
    waiting.putIfAbsent(entry.id(), entry);
    return waiting.size() < MOST_WAITING || write();
  }

  /** Whether it may be sent: it is durable then, with all that was asked before. */
  synchronized boolean said(AuditEntry entry) {
    return asked(entry) && write();
  }

  /**
   * Writes what waits. To be called every second or so.
   *
   * @return whether the disk takes it again, after it refused
   */
  synchronized boolean look() {
    boolean before = refused;
    return write() && before;
  }

  private boolean write() {
    try {
      AuditLog open = log;
      if (open == null) {
        open = AuditLog.open(path(part), signer);
        log = open;
      }
      if (refused) {
        open.requireWritable();
      }
      AuditLog to = open;
      List<AuditEntry> fresh =
          waiting.values().stream().filter(one -> to.find(one.id()).isEmpty()).toList();
      if (!fresh.isEmpty()) {
        to.append(fresh);
      }
      waiting.clear();
      refused = false;
      if (to.size() >= entriesOfPart) {
        rotate(to);
      }
      return true;
    } catch (AuditLogException | UncheckedIOException failure) {
      if (!refused) {
        LOG.error(
            "the site's log cannot be written: {}. Nothing is answered until it can be: free space"
                + " below {}, or make it writable",
            failure.getMessage(),
            directory);
      }
      refused = true;
      closeLog();
      return false;
    }
  }

  private void rotate(AuditLog full) {
    full.close();
    log = null;
    part++;
    log = AuditLog.open(path(part), signer);
    for (Path old : parts(directory)) {
      if (number(old) <= part - PARTS) {
        LOG.warn("the site's log has reached its limit: {} is deleted, it is the oldest", old);
        delete(old);
      }
    }
  }

  private Path path(long number) {
    return directory.resolve("%08d".formatted(number));
  }

  private static long number(Path folder) {
    return Long.parseLong(folder.getFileName().toString());
  }

  private static List<Path> parts(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.getFileName().toString().matches("[0-9]{8}"))
          .sorted()
          .toList();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Whether there is one in a home. */
  public static boolean exists(Path home) {
    return Files.isDirectory(home.resolve(DIRECTORY)) && Files.exists(home.resolve(KEY_FILE));
  }

  /**
   * Its entries, oldest first, each proved to be what the site's key signed. An agent may be
   * writing meanwhile.
   *
   * @throws AuditLogException if it is not what was signed
   */
  public static List<AuditEntry> entries(Path home) {
    LogVerifierKey key = LogSigner.load(home.resolve(KEY_FILE)).vkey();
    List<AuditEntry> all = new ArrayList<>();
    for (Path part : parts(home.resolve(DIRECTORY))) {
      try (Stream<LoggedEntry> some = AuditQuery.run(part, key, AuditFilter.ALL)) {
        some.map(LoggedEntry::entry).forEach(all::add);
      }
    }
    return all;
  }

  private void closeLog() {
    AuditLog open = log;
    log = null;
    if (open != null) {
      open.close();
    }
  }

  @Override
  public synchronized void close() {
    write();
    closeLog();
  }
}
