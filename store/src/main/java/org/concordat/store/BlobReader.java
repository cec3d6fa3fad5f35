package org.concordat.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A blob's plain bytes, read piece by piece; nothing is open between two reads. What is sealed is
 * opened in memory only, and authenticated piece by piece.
 */
public final class BlobReader {
  private final Path file;
  private final long size;
  private final @Nullable Opened opened;

  /** What it takes to open a sealed blob. */
  private record Opened(String name, byte[] header, byte[] key) {
    @Override
    public String toString() {
      return "Opened " + name; // the key must not end up in a log
    }
  }

  private BlobReader(Path file, long size, @Nullable Opened opened) {
    this.file = file;
    this.size = size;
    this.opened = opened;
  }

  /** A file that lies as it is. */
  public static BlobReader plain(Path file) {
    try {
      return new BlobReader(file, Files.size(file), null);
    } catch (IOException failure) {
      throw unreadable(file, failure);
    }
  }

  static BlobReader sealed(Path file, String name, BlobSeal seal) {
    try {
      byte[] header = SealedBlob.header(file);
      byte[] key = seal.key(name, header);
      return new BlobReader(file, SealedBlob.size(file, header), new Opened(name, header, key));
    } catch (IOException failure) {
      throw unreadable(file, failure);
    }
  }

  /** Plain bytes of the whole blob. */
  public long size() {
    return size;
  }

  /**
   * Bytes from an offset on, as many as there are up to the number asked for.
   *
   * @throws StoreException if they cannot be read, or are altered
   */
  public byte[] read(long from, int bytes) {
    try {
      return opened == null
          ? plain(from, bytes)
          : SealedBlob.read(file, opened.name, opened.header, opened.key, from, bytes);
    } catch (IOException failure) {
      throw unreadable(file, failure);
    }
  }

  /** All of it. */
  public byte[] all() {
    return read(0, Math.toIntExact(size));
  }

  private byte[] plain(long from, int bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.max(0, Math.min(bytes, size - from)));
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      while (buffer.hasRemaining() && channel.read(buffer, from + buffer.position()) > 0) {
        continue;
      }
    }
    return Arrays.copyOf(buffer.array(), buffer.position());
  }

  private static StoreException unreadable(Path file, IOException failure) {
    return new StoreException(
        "cannot read " + file + " (" + failure.getClass().getSimpleName() + ")", failure);
  }
}
