package org.concordat.jurisdictions.agreement;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What may be done with a model or a derived work. A closed list; nothing is granted unless named.
 */
public enum Right {
  /** Run it on data of one's own. */
  USE("execute"),
  /** Take a copy out of the alliance. */
  EXPORT("reproduce"),
  /** Make another work of it. */
  DERIVE("derive"),
  /** Hand a copy to somebody outside. */
  SHARE("distribute"),
  /** Let somebody outside use it. */
  LICENSE("grantUse");

  private final String odrl;

  Right(String odrl) {
    this.odrl = odrl;
  }

  /** The action of the ODRL 2.2 vocabulary that it is. */
  String odrl() {
    return odrl;
  }

  /** As written in agreements: lower case. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The right written so, or nothing. */
  public static Optional<Right> of(String text) {
    return Stream.of(values()).filter(one -> one.text().equals(text)).findFirst();
  }

  @Override
  public String toString() {
    return text();
  }
}
