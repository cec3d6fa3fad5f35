package org.concordat.agent.carried;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

/** Where a site's agent and the people who carry its files meet: the folder {@code bundles}. */
public record BundleFolder(Path home) {
  private static final String NAME = "bundles";

  /** A file that was brought and waits for the agent. */
  public Path incoming() {
    return home.resolve(NAME).resolve("in").resolve("next.bundle");
  }

  /** This site's newest, to be carried to the coordinator. */
  public Path outgoing() {
    return home.resolve(NAME).resolve("out").resolve("newest.bundle");
  }

  /** Why the last file that was brought was not taken; absent where it was. */
  public Path refusal() {
    return home.resolve(NAME).resolve("in").resolve("refused.txt");
  }

  Path blobs() {
    return home.resolve(NAME).resolve("blobs");
  }

  /** Makes the folders, for their owner only. */
  void make() throws IOException {
    for (Path folder : List.of(incoming().getParent(), outgoing().getParent(), blobs())) {
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
  }

  /**
   * Puts a file where the agent finds it, whole or not at all, durable when it returns.
   *
   * @throws IOException if there is no room
   */
  public void bring(Path file) throws IOException {
    make();
    Path partial = incoming().resolveSibling("next.partial");
    Files.copy(file, partial, StandardCopyOption.REPLACE_EXISTING);
    try (FileChannel channel = FileChannel.open(partial, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    Files.deleteIfExists(refusal());
    Files.move(
        partial, incoming(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Erases models and sums of the bundle before. */
  void clearBlobs() throws IOException {
    try (Stream<Path> old = Files.list(blobs())) {
      for (Path one : old.toList()) {
        Files.delete(one);
      }
    }
  }
}
