package org.concordat.coordinator.evidence;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.concordat.protocol.v1.BlobPart;
import org.concordat.store.BlobReader;

/** A blob in parts, read one at a time. */
public final class FileParts implements Iterator<BlobPart> {
  private final BlobReader blob;
  private final int partBytes;
  private long at;
  private boolean any;

  public FileParts(BlobReader blob, long offset, int partBytes) {
    this.blob = blob;
    this.partBytes = partBytes;
    this.at = Math.max(0, offset);
  }

  @Override
  public boolean hasNext() {
    return at < blob.size() || !any;
  }

  @Override
  public BlobPart next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    any = true;
    BlobPart part =
        BlobPart.newBuilder()
            .setOffset(at)
            .setTotalBytes(blob.size())
            .setData(UnsafeByteOperations.unsafeWrap(blob.read(at, partBytes)))
            .build();
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
