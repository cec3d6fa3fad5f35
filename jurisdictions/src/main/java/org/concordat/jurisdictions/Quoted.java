package org.concordat.jurisdictions;

/** Untrusted text made safe for one line of an error message. */
public final class Quoted {
  private static final int MAX_SHOWN = 80;

  private Quoted() {}

  /** In quotes, at most 80 characters, anything but printable ASCII as {@code ?}. */
  public static String text(String untrusted) {
    boolean cut = untrusted.length() > MAX_SHOWN;
    String shown = cut ? untrusted.substring(0, MAX_SHOWN) : untrusted;
    return '\'' + shown.replaceAll("[^ -~]", "?") + (cut ? "...'" : "'");
  }
}
