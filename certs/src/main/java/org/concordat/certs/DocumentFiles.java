package org.concordat.certs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The documents that rosters name, in a participant's home: {@code documents/SHA256}. They are
 * public among the members; who puts a file there by hand helps, and nobody can harm by it: its
 * name says what is in it, and that is checked.
 */
public record DocumentFiles(Path home) {
  /** The folder in a home. */
  public static final String FOLDER = "documents";

  /** No document is larger. */
  public static final int MAX_BYTES = 1 << 20;

  /** Where the document of this digest is, or would be. */
  public Path file(Sha256 digest) {
    return home.resolve(FOLDER).resolve(digest.hex());
  }

  /** The bytes of this digest; empty where they are not here, or are not those. */
  public Optional<byte[]> find(Sha256 digest) {
    Path file = file(digest);
    try {
      if (!Files.isRegularFile(file) || Files.size(file) > MAX_BYTES) {
        return Optional.empty();
      }
      return Optional.of(Files.readAllBytes(file)).filter(b -> Sha256.of(b).equals(digest));
    } catch (IOException unreadable) {
      return Optional.empty();
    }
  }

  /** Erases documents that nothing names any more; other files in the folder stay. */
  public void retain(Set<Sha256> named) {
    try (Stream<Path> files = Files.list(home.resolve(FOLDER))) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        if (name.matches("[0-9a-f]{64}") && !named.contains(new Sha256(name))) {
          Files.delete(file);
        }
      }
    } catch (NoSuchFileException none) {
      // nothing was kept yet
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Keeps a document under its digest. Durable when it returns.
   *
   * @throws IllegalArgumentException when it is too long
   */
  public void keep(byte[] document) {
    if (document.length > MAX_BYTES) {
      throw new IllegalArgumentException(
          "a document of %d bytes: at most %d are kept".formatted(document.length, MAX_BYTES));
    }
    Sha256 digest = Sha256.of(document);
    if (find(digest).isPresent()) {
      return;
    }
    Path file = file(digest);
    try {
      Files.createDirectories(file.getParent());
      Path whole = file.resolveSibling(digest.hex() + ".tmp");
      try (FileChannel channel =
          FileChannel.open(
              whole,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        ByteBuffer rest = ByteBuffer.wrap(document);
        while (rest.hasRemaining()) {
          channel.write(rest);
        }
        channel.force(true);
      }
      Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      try (FileChannel folder = FileChannel.open(file.getParent())) {
        folder.force(true);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("document " + digest + " cannot be kept: " + e, e);
    }
  }
}
