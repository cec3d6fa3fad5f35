package org.concordat.auditlog;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * One entry: what happened, when, who did it to what, and how it ended. Written as canonical JSON
 * (RFC 8785), schema in {@code audit-entry.schema.json}. It must hold no personal data: actors and
 * subjects are ids of members, certificates, jobs and models, people appear as keyed hashes.
 *
 * @param id unique in the log and the key of idempotency: derive it from the event, not from the
 *     moment of writing
 * @param time when it happened, cut to milliseconds; taken from the event, so that a repeated
 *     delivery is the same entry
 * @param type what it is about
 * @param actor who did it: 1 to 256 of A-Z a-z 0-9 . _ : / + = - #
 * @param subject what it was done to, same characters
 * @param outcome how it ended
 * @param alliance the alliance, if one is concerned
 * @param job the job, if one is concerned
 * @param round the round's number, if one is concerned
 * @param attempt the round's attempt, if one is concerned
 * @param details further facts in plain text: at most 64, keys of a-z A-Z 0-9 . _ -, values up to
 *     4096 characters
 * @param digests SHA-256 digests by name, 64 lower-case hexadecimal digits each
 */
public record AuditEntry(
    String id,
    Instant time,
    EntryType type,
    String actor,
    String subject,
    EntryOutcome outcome,
    Optional<String> alliance,
    Optional<String> job,
    OptionalLong round,
    OptionalLong attempt,
    Map<String, String> details,
    Map<String, String> digests) {
  /** The largest entry in bytes: the bundle's length prefix has 16 bits. */
  public static final int MAX_BYTES = 65_535;

  /** Checks every field. */
  public AuditEntry {
    time = time.truncatedTo(ChronoUnit.MILLIS);
    details = Collections.unmodifiableMap(new TreeMap<>(details));
    digests = Collections.unmodifiableMap(new TreeMap<>(digests));
    EntryRules.check(id, time, actor, subject, alliance, job, round, attempt, details, digests);
  }

  /**
   * An entry with the required fields; add the others with the methods below.
   *
   * @throws MalformedEntryException naming the field
   */
  public static AuditEntry of(
      String id, Instant time, EntryType type, String actor, String subject, EntryOutcome outcome) {
    return new AuditEntry(
        id,
        time,
        type,
        actor,
        subject,
        outcome,
        Optional.empty(),
        Optional.empty(),
        OptionalLong.empty(),
        OptionalLong.empty(),
        Map.of(),
        Map.of());
  }

  /** The same with an alliance. */
  public AuditEntry inAlliance(String name) {
    return new AuditEntry(
        id,
        time,
        type,
        actor,
        subject,
        outcome,
        Optional.of(name),
        job,
        round,
        attempt,
        details,
        digests);
  }

  /** The same with a job. */
  public AuditEntry inJob(String name) {
    return new AuditEntry(
        id,
        time,
        type,
        actor,
        subject,
        outcome,
        alliance,
        Optional.of(name),
        round,
        attempt,
        details,
        digests);
  }

  /** The same with a job's round and attempt. */
  public AuditEntry inRound(String jobName, long roundNumber, long attemptNumber) {
    return new AuditEntry(
        id,
        time,
        type,
        actor,
        subject,
        outcome,
        alliance,
        Optional.of(jobName),
        OptionalLong.of(roundNumber),
        OptionalLong.of(attemptNumber),
        details,
        digests);
  }

  /** The same with one more detail. */
  public AuditEntry detail(String key, String value) {
    Map<String, String> more = new TreeMap<>(details);
    more.put(key, value);
    return new AuditEntry(
        id, time, type, actor, subject, outcome, alliance, job, round, attempt, more, digests);
  }

  /**
   * The same with free text from elsewhere, such as an error message or a member's explanation,
   * made to fit: what cannot be printed becomes a space, and all beyond 4096 characters is cut off.
   */
  public AuditEntry remark(String key, String freeText) {
    return detail(key, EntryRules.printable(freeText));
  }

  /** The same with one more SHA-256 digest in hexadecimal. */
  public AuditEntry digest(String key, String sha256Hex) {
    Map<String, String> more = new TreeMap<>(digests);
    more.put(key, sha256Hex);
    return new AuditEntry(
        id, time, type, actor, subject, outcome, alliance, job, round, attempt, details, more);
  }

  /** The id as the entry's bytes have it. */
  byte[] idBytes() {
    return id.getBytes(StandardCharsets.US_ASCII);
  }

  /** The canonical JSON text. */
  public String json() {
    return new String(canonicalBytes(), StandardCharsets.UTF_8);
  }

  /**
   * The bytes that are logged and hashed.
   *
   * @throws EntryTooLargeException beyond {@link #MAX_BYTES}
   */
  public byte[] canonicalBytes() {
    byte[] bytes = EntryCodec.encode(this);
    if (bytes.length > MAX_BYTES) {
      throw new EntryTooLargeException(id, bytes.length);
    }
    return bytes;
  }

  /**
   * Reads an entry back. Only its canonical form is accepted, byte for byte.
   *
   * @throws MalformedEntryException naming the field and what is wrong
   */
  public static AuditEntry parse(byte[] canonicalJson) {
    return EntryCodec.decode(canonicalJson);
  }
}
