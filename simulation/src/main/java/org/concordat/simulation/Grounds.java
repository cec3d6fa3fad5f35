package org.concordat.simulation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * A founded alliance in a scratch directory, for any number of runs.
 *
 * @param root where runs make their own directories
 */
record Grounds(Path root, Founded founded) implements AutoCloseable {
  static Grounds of(int members) throws IOException {
    Path root = scratch();
    return new Grounds(root, new Founded(Files.createDirectory(root.resolve("founded")), members));
  }

  /** In memory where the system has such a directory: nothing of a run need last. */
  private static Path scratch() throws IOException {
    Path memory = Path.of("/dev/shm");
    return Files.isWritable(memory)
        ? Files.createTempDirectory(memory, "simulation-")
        : Files.createTempDirectory("simulation-");
  }

  @Override
  public void close() throws IOException {
    remove(root);
  }

  static void remove(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
