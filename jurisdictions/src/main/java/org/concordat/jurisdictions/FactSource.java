package org.concordat.jurisdictions;

import java.util.Locale;

/** Where a fact comes from. */
public enum FactSource {
  /** The member says so, signed. */
  MEMBER_ATTESTED,
  /** The participant's certificate. */
  CERTIFICATE,
  /** The roster signed by the members. */
  ROSTER,
  /** The signed job. */
  JOB,
  /** The identity provider's token. */
  IDENTITY_PROVIDER,
  /** The evaluator measured it. */
  MEASURED,
  /** A test case or a question of what would be. */
  ASSUMED;

  /** As written in policies: lower case with hyphens. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The source assumed where a test case or a suggestion names none. */
  static FactSource usual(boolean ofMember) {
    return ofMember ? MEMBER_ATTESTED : JOB;
  }

  @Override
  public String toString() {
    return text();
  }
}
