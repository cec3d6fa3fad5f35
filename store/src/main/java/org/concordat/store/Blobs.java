package org.concordat.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Files below one directory: {@code sha256/ab/abcd…} by content, and {@code named/…} under a
 * caller's own name for vectors that grow part by part. Names are restricted to {@code [a-z0-9.-]},
 * so none leaves the directory.
 */
public final class Blobs {
  private static final String TEMPORARY = ".tmp";

  private final Path root;

  /** Creates the directory where it is missing. */
  public Blobs(Path root) {
    this.root = root;
    create(root.resolve("sha256"));
    create(root.resolve("named"));
    removeHalfWritten();
  }

  /** What a process left that was killed while it wrote. */
  private void removeHalfWritten() {
    try (DirectoryStream<Path> left =
        Files.newDirectoryStream(root.resolve("named"), "*" + TEMPORARY)) {
      for (Path file : left) {
        Files.delete(file);
      }
    } catch (IOException | DirectoryIteratorException failure) {
      throw new StoreException(
          root + " cannot be read and written: " + failure.getMessage(), failure);
    }
  }

  /**
   * Stores bytes under their SHA-256.
   *
   * @return the digest in lower-case hex; the blob is durable (file and directory synced) when it
   *     returns
   */
  public String put(byte[] content) {
    String digest = HexFormat.of().formatHex(sha256().digest(content));
    put(digest, content);
    return digest;
  }

  /**
   * The same where the caller has computed the SHA-256 already; a wrong one is found when the blob
   * is read.
   */
  public void put(String digest, byte[] content) {
    Path target = contentPath(digest);
    if (!Files.exists(target)) {
      create(directoryOf(target));
      writeDurably(target, content);
    }
  }

  /** The content of a digest, verified against it, or empty where it is not here. */
  public Optional<byte[]> get(String digest) {
    try {
      byte[] content = Files.readAllBytes(contentPath(digest));
      String found = HexFormat.of().formatHex(sha256().digest(content));
      if (!found.equals(digest)) {
        throw new StoreException(
            "blob " + digest + " in " + root + " is damaged: its digest is " + found);
      }
      return Optional.of(content);
    } catch (NoSuchFileException absent) {
      return Optional.empty();
    } catch (IOException failure) {
      throw failed("read blob " + digest, failure);
    }
  }

  /** The file of a stored blob, for streaming. */
  public Optional<Path> file(String digest) {
    Path path = contentPath(digest);
    return Files.exists(path) ? Optional.of(path) : Optional.empty();
  }

  /** Writes a named vector whole, replacing any before. Durable when it returns. */
  public void putNamed(String name, byte[] content) {
    writeDurably(namedPath(name), content);
  }

  /** Bytes of a named vector that are here, 0 where there are none. */
  public long namedSize(String name) {
    try {
      return Files.size(namedPath(name));
    } catch (NoSuchFileException absent) {
      return 0;
    } catch (IOException failure) {
      throw failed("read " + name, failure);
    }
  }

  /**
   * Writes a part of a named vector at an offset. Not durable until {@link #sync}.
   *
   * @throws StoreException if the disk is full or read-only; what was there stays
   */
  public void writePart(String name, long offset, ByteBuffer part) {
    try (FileChannel channel =
        FileChannel.open(namedPath(name), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      long position = offset;
      while (part.hasRemaining()) {
        position += channel.write(part, position);
      }
    } catch (IOException failure) {
      throw failed("write " + name, failure);
    }
  }

  /** Makes the parts of a named vector durable. */
  public void sync(String name) {
    try (FileChannel channel = FileChannel.open(namedPath(name), StandardOpenOption.WRITE)) {
      channel.force(true);
      syncDirectory(root.resolve("named"));
    } catch (IOException failure) {
      throw failed("sync " + name, failure);
    }
  }

  /** A named vector's file, whether it exists or not. */
  public Path namedPath(String name) {
    if (!name.matches("[a-z0-9][a-z0-9.-]{0,200}")) {
      throw new StoreException("blob name '" + name + "': expected [a-z0-9.-], at most 200");
    }
    return root.resolve("named").resolve(name);
  }

  /** Removes a named vector, if it is there. What is named here is masked or public. */
  public void erase(String name) {
    Path path = namedPath(name);
    try {
      Files.deleteIfExists(path);
    } catch (IOException failure) {
      throw failed("erase " + name, failure);
    }
  }

  /** The names that exist, sorted. */
  public List<String> names() {
    try (Stream<Path> files = Files.list(root.resolve("named"))) {
      return files.map(path -> path.getFileName().toString()).sorted().toList();
    } catch (IOException failure) {
      throw failed("list", failure);
    }
  }

  private void writeDurably(Path target, byte[] content) {
    Path temporary = target.resolveSibling(target.getFileName() + TEMPORARY);
    try {
      try (FileChannel channel =
          FileChannel.open(
              temporary,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        ByteBuffer buffer = ByteBuffer.wrap(content);
        while (buffer.hasRemaining()) {
          channel.write(buffer);
        }
        channel.force(true);
      }
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      syncDirectory(directoryOf(target));
    } catch (IOException failure) {
      throw failed("write " + target.getFileName(), failure);
    }
  }

  private static void syncDirectory(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private Path contentPath(String digest) {
    if (!digest.matches("[0-9a-f]{64}")) {
      throw new StoreException("blob digest '" + digest + "': expected 64 hex digits");
    }
    return root.resolve("sha256").resolve(digest.substring(0, 2)).resolve(digest);
  }

  private static Path directoryOf(Path file) {
    return Objects.requireNonNull(file.getParent());
  }

  private static void create(Path directory) {
    try {
      Files.createDirectories(directory);
    } catch (IOException failure) {
      throw new StoreException(
          "directory "
              + directory
              + " cannot be made: "
              + failure.getClass().getSimpleName()
              + " "
              + failure.getMessage(),
          failure);
    }
  }

  private StoreException failed(String what, IOException failure) {
    return new StoreException(
        "cannot "
            + what
            + " in "
            + root
            + " ("
            + failure.getClass().getSimpleName()
            + ": "
            + failure.getMessage()
            + "): check permissions and free space",
        failure);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every JDK has SHA-256", missing);
    }
  }
}
