package org.concordat.cli.text;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/** How values are written. */
public final class Texts {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private Texts() {}

  /** A time of day in UTC, or a dash for 0. */
  public static String time(long millis) {
    return millis == 0 ? "-" : TIME.format(Instant.ofEpochMilli(millis));
  }

  /** Four decimals, or a dash where it is unknown. */
  public static String number(double value) {
    return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%.4f", value);
  }

  public static String bytes(long bytes) {
    if (bytes < 10_000) {
      return bytes + " B";
    }
    return bytes < 10_000_000
        ? String.format(Locale.ROOT, "%.1f kB", bytes / 1e3)
        : String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
  }

  public static String list(List<String> items) {
    return items.isEmpty() ? "-" : String.join(", ", items);
  }

  /** The first digits of a digest: enough to tell two apart by eye. */
  public static String brief(String digest) {
    return digest.length() > 12 ? digest.substring(0, 12) : digest;
  }
}
