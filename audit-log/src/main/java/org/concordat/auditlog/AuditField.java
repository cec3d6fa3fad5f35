package org.concordat.auditlog;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * What entries are looked for by. A value is compared as the entry has it, character by character.
 */
public enum AuditField {
  /** The text of an {@link EntryType}. */
  TYPE(entry -> List.of(entry.type().text())),
  /** Who did it: a member, or who else acts. */
  ACTOR(entry -> List.of(entry.actor())),
  /** What it was done to. */
  SUBJECT(entry -> List.of(entry.subject())),
  /** Who did it or what it was done to: a member in either part. */
  MEMBER(entry -> List.of(entry.actor(), entry.subject())),
  /** The keyed hash of the person who signed in. */
  PERSON(entry -> one(Optional.ofNullable(entry.details().get("person")))),
  JOB(entry -> one(entry.job())),
  /** A decimal number, from 1. */
  ROUND(
      entry ->
          entry.round().isPresent()
              ? List.of(String.valueOf(entry.round().getAsLong()))
              : List.of()),
  /** The text of an {@link EntryOutcome}. */
  OUTCOME(entry -> List.of(entry.outcome().text())),
  /** The SHA-256 of a data set as a job used it, in hexadecimal. */
  DATA_VERSION(entry -> one(Optional.ofNullable(entry.digests().get("dataSet"))));

  private final Function<AuditEntry, List<String>> values;

  AuditField(Function<AuditEntry, List<String>> values) {
    this.values = values;
  }

  /** What an entry has there; empty where it says nothing. */
  public List<String> of(AuditEntry entry) {
    return values.apply(entry);
  }

  /** In lower case with hyphens. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static List<String> one(Optional<String> value) {
    return value.map(List::of).orElse(List.of());
  }
}
