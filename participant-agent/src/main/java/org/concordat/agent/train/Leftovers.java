package org.concordat.agent.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The working directories of trainers that have ended: the newest are kept, with their logs. */
final class Leftovers {
  static final int KEPT = 4;

  private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);

  private Leftovers() {}

  /** Removes all but the newest; what cannot be removed stays, and is told. */
  static void remove(Path parent) {
    try (Stream<Path> entries = Files.list(parent)) {
      List<Path> old =
          entries
              .filter(Files::isDirectory)
              .sorted(Comparator.comparing(Leftovers::modified).reversed())
              .skip(KEPT)
              .toList();
      for (Path directory : old) {
        removeAll(directory);
      }
    } catch (IOException | UncheckedIOException failure) {
      LOG.warn("an old trainer's directory in {} is kept: {}", parent, failure.getMessage());
    }
  }

  private static long modified(Path directory) {
    try {
      return Files.getLastModifiedTime(directory).toMillis();
    } catch (IOException gone) {
      return 0;
    }
  }

  private static void removeAll(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
