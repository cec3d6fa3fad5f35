package org.concordat.auditlog;

import java.io.IOException;
import java.util.Optional;

/** Where the files of a log are read from, by the paths of c2sp.org/tlog-tiles. */
public interface LogSource {
  /**
   * The file's bytes, or empty if there is none.
   *
   * @param maxBytes more are never taken
   * @throws IOException if it cannot be read, or has more
   */
  Optional<byte[]> read(String path, int maxBytes) throws IOException;
}
