package org.concordat.store;

import java.io.IOException;
import java.io.UncheckedIOException;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Files below one directory: {@code sha256/ab/abcd…} by content, and {@code named/…} under a
 * caller's own name for vectors that grow part by part. Names are restricted to {@code [a-z0-9.-]},
 * so none leaves the directory. With a {@link BlobSeal} what is written whole lies encrypted, and
 * never anywhere else; vectors that grow part by part lie as they came.
 */
public final class Blobs {
  private static final String TEMPORARY = ".tmp";

  private final Path root;
  private final @Nullable BlobSeal seal;

  /** Creates the directory where it is missing. Blobs lie as they are. */
  public Blobs(Path root) {
    this(root, null);
  }

  private Blobs(Path root, @Nullable BlobSeal seal) {
    this.root = root;
    this.seal = seal;
    create(root.resolve("sha256"));
    create(root.resolve("named"));
    removeHalfWritten();
  }

  /** The same, encrypted; {@link #sealAll} first makes what lies here readable. */
  public static Blobs sealed(Path root, BlobSeal seal) {
    return new Blobs(root, seal);
  }

  /**
   * A file that lies sealed below a directory, if there is one.
   *
   * @param grows names of vectors that are written part by part, by others: they lie as they came
   * @throws StoreException if the directory cannot be read
   */
  public static Optional<Path> anySealed(Path root, Predicate<String> grows) {
    if (!Files.exists(root)) {
      return Optional.empty();
    }
    try (Stream<Path> all = Files.walk(root)) {
      for (Path file : (Iterable<Path>) all.filter(Files::isRegularFile)::iterator) {
        String name = file.getFileName().toString();
        if (!name.endsWith(TEMPORARY) && !grows.test(name) && SealedBlob.is(file)) {
          return Optional.of(file);
        }
      }
      return Optional.empty();
    } catch (IOException | UncheckedIOException failure) {
      throw new StoreException(root + " cannot be read: " + failure.getMessage(), failure);
    }
  }

  /**
   * Seals what an earlier program wrote as it was, and anew what others may open now. Every file is
   * whole at any moment. One that is damaged, or that the disk does not take, stays as it is and
   * keeps no other from being sealed: whoever asks for it is refused.
   *
   * @param grows names of vectors that are written part by part
   * @return what could not be sealed, a sentence for each file
   */
  public List<String> sealAll(BlobSeal now, Predicate<String> grows) {
    List<String> unsealed = new ArrayList<>();
    try (Stream<Path> all = Files.walk(root.resolve("sha256"))) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        attempt(file, () -> sealContent(file, now), unsealed);
      }
    } catch (IOException | UncheckedIOException failure) {
      unsealed.add(root + " cannot be read whole: " + failure.getMessage());
    }
    for (String name : names()) {
      if (!grows.test(name)) {
        Path file = root.resolve("named").resolve(name);
        attempt(file, () -> sealNamed(file), unsealed);
      }
    }
    return unsealed;
  }

  private interface Sealing {
    void run() throws IOException;
  }

  private static void attempt(Path file, Sealing sealing, List<String> unsealed) {
    try {
      sealing.run();
    } catch (IOException | StoreException failure) {
      unsealed.add(file + ": " + failure.getMessage());
    }
  }

  private void sealContent(Path file, BlobSeal now) throws IOException {
    String digest = file.getFileName().toString();
    if (digest.endsWith(TEMPORARY)) {
      Files.delete(file);
    } else if (!SealedBlob.is(file)) {
      writeDurably(file, verified(digest, Files.readAllBytes(file)));
    } else if (!now.isCurrent(digest, SealedBlob.header(file))) {
      writeDurably(file, get(digest).orElseThrow());
    }
  }

  private void sealNamed(Path file) throws IOException {
    if (!SealedBlob.is(file)) {
      writeDurably(file, Files.readAllBytes(file));
    }
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
      return seal == null
          ? Optional.of(verified(digest, Files.readAllBytes(contentPath(digest))))
          : open(digest).map(blob -> verified(digest, blob.all()));
    } catch (NoSuchFileException absent) {
      return Optional.empty();
    } catch (IOException failure) {
      throw failed("read blob " + digest, failure);
    }
  }

  private byte[] verified(String digest, byte[] content) {
    String found = HexFormat.of().formatHex(sha256().digest(content));
    if (!found.equals(digest)) {
      throw new StoreException.Altered(
          "blob " + digest + " in " + root + " is damaged: its digest is " + found);
    }
    return content;
  }

  /** Where a blob lies, for tests. */
  Path file(String digest) {
    return contentPath(digest);
  }

  /** A stored blob, for streaming; only {@link #get} compares it with its digest. */
  public Optional<BlobReader> open(String digest) {
    return reader(contentPath(digest), digest);
  }

  /** A named vector that was written whole, for streaming. */
  public Optional<BlobReader> openNamed(String name) {
    return reader(namedPath(name), name);
  }

  private Optional<BlobReader> reader(Path file, String name) {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    return Optional.of(seal == null ? BlobReader.plain(file) : BlobReader.sealed(file, name, seal));
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
        if (seal == null) {
          while (buffer.hasRemaining()) {
            channel.write(buffer);
          }
        } else {
          sealTo(channel, target.getFileName().toString(), content, seal);
        }
        channel.force(true);
      }
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      syncDirectory(directoryOf(target));
    } catch (IOException failure) {
      remove(temporary);
      throw failed("write " + target.getFileName(), failure);
    }
  }

  /** On a disk that is full a half-written file is in the way of others. */
  private static void remove(Path temporary) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException stays) {
      // the next start removes it
    }
  }

  private static void sealTo(FileChannel channel, String name, byte[] content, BlobSeal seal)
      throws IOException {
    BlobSeal.Fresh fresh = seal.fresh(name);
    try {
      SealedBlob.write(channel, name, content, fresh);
    } finally {
      Arrays.fill(fresh.key(), (byte) 0);
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
