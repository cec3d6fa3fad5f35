package org.concordat.auditlog;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How it ended: decisions are allow or deny, everything else ok or failed. */
public enum EntryOutcome {
  ALLOW,
  DENY,
  OK,
  FAILED;

  private final String text = name().toLowerCase(Locale.ROOT);

  /** As written in JSON: lower case. */
  public String text() {
    return text;
  }

  /** The constant of that text, if there is one. */
  public static Optional<EntryOutcome> of(String text) {
    return Arrays.stream(values()).filter(outcome -> outcome.text().equals(text)).findFirst();
  }
}
