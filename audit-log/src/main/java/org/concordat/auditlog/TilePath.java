package org.concordat.auditlog;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a tile or entry bundle lies in a log's folder (c2sp.org/tlog-tiles, "Merkle Tree" and "Log
 * entries"): {@code tile/<L>/<N>[.p/<W>]} and {@code tile/entries/<N>[.p/<W>]}, with {@code <N>} in
 * groups of three digits, all but the last prefixed by x.
 *
 * @param level 0 to 7 for hash tiles, {@link #ENTRIES} for entry bundles
 * @param index the tile's number within its level, below 2^55: beyond are only hashes or entries
 *     whose number is no long
 * @param width how many hashes or entries it holds: 1 to 255, or 256 when full
 */
public record TilePath(int level, long index, int width) {
  /** The pseudo level of entry bundles. */
  public static final int ENTRIES = -1;

  /** The width of a full tile. */
  public static final int FULL = 256;

  static final int MAX_LEVEL = 7;
  private static final long INDEXES = 1L << 55;
  private static final Pattern FORM =
      Pattern.compile(
          "tile/([0-7]|entries)/((?:x[0-9]{3}/){0,5}[0-9]{3})(?:\\.p/([1-9][0-9]{0,2}))?");

  /** Checks the bounds. */
  public TilePath {
    if (level < ENTRIES
        || level > MAX_LEVEL
        || index < 0
        || index >= INDEXES
        || width < 1
        || width > FULL) {
      throw new IllegalArgumentException("no such tile: " + level + "/" + index + "/" + width);
    }
  }

  /** The path relative to the log's folder. */
  public String path() {
    StringBuilder number = new StringBuilder(String.format(Locale.ROOT, "%03d", index % 1000));
    for (long rest = index / 1000; rest > 0; rest /= 1000) {
      number.insert(0, String.format(Locale.ROOT, "x%03d/", rest % 1000));
    }
    String kind = level == ENTRIES ? "entries" : Integer.toString(level);
    return "tile/" + kind + "/" + number + (width == FULL ? "" : ".p/" + width);
  }

  /**
   * The beginning of a wider tile or bundle at the same place, as wide as this; the bytes as they
   * are where they are no such tile.
   */
  public byte[] cut(byte[] wider) {
    if (level != ENTRIES) {
      return Arrays.copyOf(wider, Math.min(wider.length, width * TreeHash.BYTES));
    }
    try {
      int[] at = EntryBundle.split(wider);
      return Arrays.copyOf(wider, at[Math.min(width, at.length - 1)]);
    } catch (MalformedEntryException malformed) {
      return wider;
    }
  }

  /** Reads a path back; empty for anything that {@link #path()} does not produce. */
  public static Optional<TilePath> parse(String path) {
    Matcher form = FORM.matcher(path);
    if (!form.matches()) {
      return Optional.empty();
    }
    int level = form.group(1).equals("entries") ? ENTRIES : Integer.parseInt(form.group(1));
    long index = Long.parseLong(form.group(2).replace("x", "").replace("/", ""));
    int width = form.group(3) == null ? FULL : Integer.parseInt(form.group(3));
    if (width > FULL || index >= INDEXES) {
      return Optional.empty();
    }
    TilePath tile = new TilePath(level, index, width);
    return tile.path().equals(path) ? Optional.of(tile) : Optional.empty();
  }

  /** How many hashes of this level a tree of that size has; for entry bundles, how many entries. */
  static long count(int level, long size) {
    return size >> (8 * Math.max(level, 0));
  }

  /** How wide the tile at this level and index is in a tree of that size; 0 if it has none. */
  static int width(int level, long index, long size) {
    long count = count(level, size);
    if (index > count / FULL) { // the product below would overflow
      return 0;
    }
    return (int) Math.min(FULL, count - index * FULL);
  }

  /** The partial tiles and the partial entry bundle of a tree of that size. */
  static Set<TilePath> partials(long size) {
    Set<TilePath> found = new LinkedHashSet<>();
    for (int level = ENTRIES; level <= MAX_LEVEL; level++) {
      long count = count(level, size);
      int width = (int) (count % FULL);
      if (width > 0) {
        found.add(new TilePath(level, count / FULL, width));
      }
    }
    return found;
  }
}
