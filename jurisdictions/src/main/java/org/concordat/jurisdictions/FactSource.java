package org.concordat.jurisdictions;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Who vouches for a fact. A condition may insist on sources with {@code from}. */
public enum FactSource {
  /** The member said so and signed it. */
  MEMBER_ATTESTED,
  /** Read from a verified certificate. */
  CERTIFICATE,
  /** Read from the roster signed by the members. */
  ROSTER,
  /** A claim of a verified token. */
  IDENTITY_PROVIDER,
  /** Measured by the process that evaluates. */
  MEASURED,
  /** Written in the job that is asked for. */
  JOB;

  /** As written in policies: lower case with hyphens. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The source written so, or nothing. */
  public static Optional<FactSource> of(String text) {
    return Stream.of(values()).filter(source -> source.text().equals(text)).findFirst();
  }

  /** The source assumed where a test case or a suggestion names none. */
  public static FactSource usual(boolean ofMember) {
    return ofMember ? MEMBER_ATTESTED : JOB;
  }

  @Override
  public String toString() {
    return text();
  }
}
