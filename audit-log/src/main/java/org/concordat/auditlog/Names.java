package org.concordat.auditlog;

import java.util.regex.Pattern;

/**
 * Key names and origins of signed notes (c2sp.org/signed-note): here ASCII without spaces and plus.
 */
final class Names {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:/-]{0,199}");

  private Names() {}

  static String require(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new MalformedNoteException(
          "key name",
          "expected 1 to 200 of A-Z a-z 0-9 . _ : / - such as log.alliance.example/main");
    }
    return name;
  }
}
