package org.concordat.coordinator.evidence;

import com.google.protobuf.ByteString;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.concordat.protocol.v1.BlobPart;

/** Bytes in parts, at least one. */
public final class MemoryParts implements Iterator<BlobPart> {
  private final byte[] bytes;
  private final int partBytes;
  private int at;
  private boolean any;

  public MemoryParts(byte[] bytes, int partBytes) {
    this.bytes = bytes;
    this.partBytes = partBytes;
  }

  @Override
  public boolean hasNext() {
    return at < bytes.length || !any;
  }

  @Override
  public BlobPart next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    any = true;
    int size = Math.min(partBytes, bytes.length - at);
    BlobPart part =
        BlobPart.newBuilder()
            .setOffset(at)
            .setTotalBytes(bytes.length)
            .setData(ByteString.copyFrom(bytes, at, size))
            .build();
    at += size;
    return part;
  }
}
