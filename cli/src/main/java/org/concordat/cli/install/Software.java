package org.concordat.cli.install;

import org.jspecify.annotations.Nullable;

/** What this program calls itself. */
public final class Software {
  /** The version in the pom; a test holds them together. */
  public static final String VERSION = "0.1.0";

  /** Name and version, as told to peers. */
  public static final String NAME = "concordat/" + VERSION;

  /** Set by the crash tests: the process halts at the point of this name. */
  private static final @Nullable String CRASH_AT = System.getProperty("concordat.crash-at");

  private Software() {}

  /** Halts the process at the point that the crash tests name; does nothing otherwise. */
  public static void crashPoint(String point) {
    if (point.equals(CRASH_AT)) {
      Runtime.getRuntime().halt(137);
    }
  }
}
