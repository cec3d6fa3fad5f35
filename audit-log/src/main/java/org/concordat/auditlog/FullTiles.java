package org.concordat.auditlog;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The full hash tiles that were read last, 2 MiB of them: proofs of a page need the same ones again
 * and again, and a full tile never changes. Not thread-safe.
 */
final class FullTiles extends LinkedHashMap<TilePath, byte[]> {
  private static final long serialVersionUID = 1L;
  private static final int MOST = 256;

  FullTiles() {
    super(MOST, 0.75f, true);
  }

  @Override
  protected boolean removeEldestEntry(Map.Entry<TilePath, byte[]> eldest) {
    return size() > MOST;
  }
}
