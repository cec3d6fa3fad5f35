package org.concordat.auditlog;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * What an entry is about. A closed list: a new kind of event is a new constant and a new schema
 * version.
 */
public enum EntryType {
  /** A caller asked for something and was allowed or denied. */
  ACCESS,
  /** A participant's certificates were enrolled, suspended or removed. */
  ENROLMENT,
  /** A member agreed to a job, or refused it. */
  CONSENT,
  /** A data set's digest as used by a job. */
  DATASET,
  /** A round changed its phase. */
  PHASE,
  /** A policy was evaluated. */
  DECISION,
  /** A job was submitted, started, finished or aborted. */
  JOB,
  /** Key epochs of secure aggregation. */
  EPOCH,
  /** A new version of the roster. */
  ROSTER,
  /** A policy version was signed or published. */
  POLICY,
  /** A model version was published or exported. */
  MODEL_RELEASE,
  /** A certificate was issued or revoked. */
  CERTIFICATE,
  /** Processes started, stopped or recovered; alarms. */
  SYSTEM;

  private final String text = name().toLowerCase(Locale.ROOT).replace('_', '-');

  /** As written in JSON: lower case with hyphens. */
  public String text() {
    return text;
  }

  /** The constant of that text, if there is one. */
  public static Optional<EntryType> of(String text) {
    return Arrays.stream(values()).filter(type -> type.text().equals(text)).findFirst();
  }
}
