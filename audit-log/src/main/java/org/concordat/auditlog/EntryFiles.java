package org.concordat.auditlog;

/** The entry bundles of a log of one size, as they lie in its folder: nothing is proved here. */
final class EntryFiles {
  private final LogFiles files;
  private final long size;

  EntryFiles(LogFiles files, long size) {
    this.files = files;
    this.size = size;
  }

  /**
   * @throws LogDamagedException if the bundle is missing, or has not so many entries as it should
   */
  EntryBundle bundle(long number) {
    TilePath path =
        new TilePath(TilePath.ENTRIES, number, TilePath.width(TilePath.ENTRIES, number, size));
    return EntryBundle.of(files.path(path.path()), files.require(path), path.width());
  }

  /** Whether the entry at an index has an id. */
  boolean hasId(long index, byte[] id) {
    return bundle(index / TilePath.FULL)
        .hasId((int) (index % TilePath.FULL), index, id, new EntryScan());
  }
}
