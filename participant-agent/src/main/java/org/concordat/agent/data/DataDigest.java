package org.concordat.agent.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Optional;

/**
 * SHA-256 over a data set's files in the declared order, each preceded by its length in eight
 * bytes, big-endian.
 */
final class DataDigest {
  private static final int PIECE_BYTES = 1 << 16;

  private final MessageDigest digest;
  private long updated;

  DataDigest() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /**
   * A file that was read before.
   *
   * @param then of it alone
   * @return whether it is what it was
   */
  boolean addAgain(DataFile file, DataDigest then) {
    DataDigest now = new DataDigest();
    byte[] piece = new byte[PIECE_BYTES];
    length(file.size());
    now.length(file.size());
    try (InputStream in = file.bytes()) {
      int read;
      while ((read = in.read(piece)) >= 0) {
        digest.update(piece, 0, read);
        now.update(piece, 0, read);
      }
    } catch (IOException unreadable) {
      return false;
    }
    return MessageDigest.isEqual(now.value(), then.value());
  }

  /** Of the next file. */
  void length(long bytes) {
    digest.update(ByteBuffer.allocate(Long.BYTES).putLong(bytes).array());
  }

  /** A piece of the next file, whose length was told. */
  void update(byte[] bytes, int offset, int length) {
    digest.update(bytes, offset, length);
    updated += length;
  }

  /** Bytes of files that are digested so far. */
  long updated() {
    return updated;
  }

  byte[] value() {
    return digest.digest();
  }

  /** Of the files as they are on disk now; empty where one is missing or cannot be read. */
  static Optional<byte[]> ofFiles(List<Path> files) {
    DataDigest all = new DataDigest();
    try {
      for (Path file : files) {
        all.stream(file);
      }
    } catch (IOException unreadable) {
      return Optional.empty();
    }
    return Optional.of(all.value());
  }

  private void stream(Path file) throws IOException {
    length(Files.size(file));
    byte[] piece = new byte[PIECE_BYTES];
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      int read;
      while ((read = in.read(piece)) >= 0) {
        digest.update(piece, 0, read);
      }
    }
  }
}
