package org.concordat.coordinator.evidence;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.concordat.protocol.v1.BlobPart;

/** A file in parts, read one at a time. */
public final class FileParts implements Iterator<BlobPart> {
  private final Path file;
  private final int partBytes;
  private final long size;
  private long at;
  private boolean any;

  public FileParts(Path file, long offset, int partBytes) {
    this.file = file;
    this.partBytes = partBytes;
    this.at = Math.max(0, offset);
    try {
      this.size = Files.size(file);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @Override
  public boolean hasNext() {
    return at < size || !any;
  }

  @Override
  public BlobPart next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    any = true;
    ByteString data = read(file, at, (int) Math.max(0, Math.min(partBytes, size - at)));
    BlobPart part = BlobPart.newBuilder().setOffset(at).setTotalBytes(size).setData(data).build();
    at += part.getData().size();
    return part;
  }

  /** Bytes of a file, as many as there are up to the number asked for. */
  static ByteString read(Path file, long from, int bytes) {
    ByteBuffer buffer = ByteBuffer.allocate(bytes);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      while (buffer.hasRemaining() && channel.read(buffer, from + buffer.position()) > 0) {
        continue;
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    return UnsafeByteOperations.unsafeWrap(buffer.flip());
  }
}
