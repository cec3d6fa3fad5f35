package org.concordat.auditlog;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Entries and folders for the tests. */
final class Samples {
  static final Instant START = Instant.parse("2026-11-21T09:00:00.250Z");
  static final String NAME = "log.alliance.example/main";

  private Samples() {}

  static AuditEntry entry(int number) {
    EntryType type = EntryType.values()[number % EntryType.values().length];
    EntryOutcome outcome = EntryOutcome.values()[number % EntryOutcome.values().length];
    return AuditEntry.of(
            "e" + number,
            START.plusSeconds(number),
            type,
            "member:m" + number % 4,
            "job:j",
            outcome)
        .inRound("j", number % 7, 1);
  }

  static List<AuditEntry> entries(int from, int to) {
    return IntStream.range(from, to).mapToObj(Samples::entry).toList();
  }

  static LogSigner signer(Path directory) {
    return LogSigner.create(directory.resolve("log.key"), NAME);
  }

  /** A closed log with that many entries, appended in batches. */
  static Path log(Path directory, LogSigner signer, int size, int batch) {
    Path folder = directory.resolve("log-" + size);
    try (AuditLog log = AuditLog.open(folder, signer)) {
      for (int from = 0; from < size; from += batch) {
        log.append(entries(from, Math.min(size, from + batch)));
      }
    }
    return folder;
  }

  /** Every regular file with its content, by relative name; the empty lock left out. */
  static Map<String, byte[]> content(Path folder) {
    Map<String, byte[]> found = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = folder.relativize(file).toString();
        if (!name.equals(LogFiles.LOCK)) {
          found.put(name, Files.readAllBytes(file));
        }
      }
    } catch (IOException failure) {
      throw new java.io.UncheckedIOException(failure);
    }
    return found;
  }

  static void restore(Path folder, Map<String, byte[]> content) throws IOException {
    for (Map.Entry<String, byte[]> file : content.entrySet()) {
      Path target = folder.resolve(file.getKey());
      Files.createDirectories(target.getParent());
      Files.write(target, file.getValue());
    }
  }

  /** RFC 6962 §2.1, word for word, over whole lists: the yardstick. */
  static TreeHash naiveRoot(List<TreeHash> leaves) {
    if (leaves.isEmpty()) {
      return Rfc6962.EMPTY_ROOT;
    }
    if (leaves.size() == 1) {
      return leaves.get(0);
    }
    int k = 1;
    while (k * 2 < leaves.size()) {
      k *= 2;
    }
    return Rfc6962.node(
        naiveRoot(leaves.subList(0, k)), naiveRoot(leaves.subList(k, leaves.size())));
  }

  static List<TreeHash> leaves(int size) {
    List<TreeHash> leaves = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      leaves.add(Rfc6962.leaf(entry(i).canonicalBytes()));
    }
    return leaves;
  }
}
