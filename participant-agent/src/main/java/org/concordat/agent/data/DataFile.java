package org.concordat.agent.data;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/**
 * A plain file below the data root, as it was when it was looked at.
 *
 * @param name as the description gives it
 * @param size bytes
 * @param packed whether it is gzip: what it holds is read
 */
record DataFile(String name, Path path, long size, boolean packed) {
  private static final int BUFFER_BYTES = 1 << 16;

  /** The file's bytes, which may be another number of them by now. */
  InputStream bytes() throws IOException {
    return Files.newInputStream(path, LinkOption.NOFOLLOW_LINKS);
  }

  /**
   * Its text's bytes, unpacked; whoever reads them to their end has had all bytes of the file
   * digested.
   */
  InputStream text(DataDigest digest) throws IOException {
    digest.length(size);
    InputStream digested = new Digested(bytes(), digest);
    return unpacked(digested);
  }

  /** Its text's bytes, unpacked, without a digest. */
  InputStream text() throws IOException {
    return unpacked(bytes());
  }

  /** All members of a gzip file; the JDK's stream ends without a word at a damaged later one. */
  private InputStream unpacked(InputStream in) throws IOException {
    InputStream buffered = new BufferedInputStream(in, BUFFER_BYTES);
    return packed ? new GzipCompressorInputStream(buffered, true) : buffered;
  }

  /** Digests what is read, and what is left when it is closed. */
  private static final class Digested extends FilterInputStream {
    private final DataDigest digest;

    Digested(InputStream in, DataDigest digest) {
      super(in);
      this.digest = digest;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int read = super.read(bytes, offset, length);
      if (read > 0) {
        digest.update(bytes, offset, read);
      }
      return read;
    }

    @Override
    public void close() throws IOException {
      byte[] rest = new byte[BUFFER_BYTES];
      while (read(rest, 0, rest.length) >= 0) {
        // all of it is digested
      }
      super.close();
    }
  }
}
