package org.concordat.auditlog;

import java.nio.file.Path;
import java.util.Arrays;

/** An entry bundle (c2sp.org/tlog-tiles, "Log entries"): its bytes, and where its entries lie. */
final class EntryBundle {
  private static final int LENGTH_BYTES = 2;

  private final Path file;
  private final byte[] bytes;

  /** Where the length of each entry begins, and where the last entry ends. */
  private final int[] at;

  private EntryBundle(Path file, byte[] bytes, int[] at) {
    this.file = file;
    this.bytes = bytes;
    this.at = at;
  }

  /**
   * Takes the bytes of a file; nobody changes them any more.
   *
   * @throws LogDamagedException if the lengths do not add up to exactly the bundle
   */
  static EntryBundle of(Path file, byte[] bytes) {
    try {
      return new EntryBundle(file, bytes, split(bytes));
    } catch (MalformedEntryException malformed) {
      throw new LogDamagedException(file, malformed.reason());
    }
  }

  /**
   * The same of a bundle that has so many entries.
   *
   * @throws LogDamagedException also if it has not
   */
  static EntryBundle of(Path file, byte[] bytes, int width) {
    EntryBundle bundle = of(file, bytes);
    if (bundle.size() != width) {
      throw new LogDamagedException(
          file, "holds " + bundle.size() + " entries instead of " + width);
    }
    return bundle;
  }

  /**
   * Where the length of each entry begins, and at last where the bytes end.
   *
   * @throws MalformedEntryException if the lengths do not add up to exactly the bytes
   */
  static int[] split(byte[] bytes) {
    int[] at = new int[TilePath.FULL + 1];
    int count = 0;
    int next = 0;
    while (next < bytes.length) {
      if (bytes.length - next < LENGTH_BYTES) {
        throw new MalformedEntryException("bundle", "ends in half a length");
      }
      int length = (bytes[next] & 0xff) << 8 | (bytes[next + 1] & 0xff);
      next += LENGTH_BYTES;
      if (bytes.length - next < length) {
        throw new MalformedEntryException("bundle", "ends within an entry");
      }
      next += length;
      count++;
      if (count == at.length) {
        at = Arrays.copyOf(at, 2 * at.length);
      }
      at[count] = next;
    }
    return Arrays.copyOf(at, count + 1);
  }

  int size() {
    return at.length - 1;
  }

  byte[] bytes() {
    return bytes;
  }

  /** Where an entry begins in the bytes. */
  int from(int entry) {
    return at[entry] + LENGTH_BYTES;
  }

  /** Where an entry ends in the bytes. */
  int to(int entry) {
    return at[entry + 1];
  }

  /** Whether an entry is plainly canonical; then it was taken. */
  boolean take(int entry, EntryScan scan) {
    return scan.take(bytes, from(entry), to(entry));
  }

  /**
   * An entry.
   *
   * @param index its index in the log, for refusals
   * @throws LogDamagedException if it is none
   */
  AuditEntry parse(int entry, long index) {
    try {
      return AuditEntry.parse(Arrays.copyOfRange(bytes, from(entry), to(entry)));
    } catch (MalformedEntryException malformed) {
      throw new LogDamagedException(file, "entry " + index + ": " + malformed.getMessage());
    }
  }

  /** Whether an entry has an id. */
  boolean hasId(int entry, long index, byte[] id, EntryScan scan) {
    return take(entry, scan) ? scan.hasId(id) : Arrays.equals(parse(entry, index).idBytes(), id);
  }
}
