package org.concordat.agent.approval;

/** Text that somebody else chose, for a message: short, without control characters. */
final class Plain {
  private static final int MAX_CHARS = 80;

  private Plain() {}

  static String text(String chosen) {
    String plain = chosen.replaceAll("\\p{Cntrl}", "?");
    return plain.length() > MAX_CHARS ? plain.substring(0, MAX_CHARS) + "…" : plain;
  }
}
