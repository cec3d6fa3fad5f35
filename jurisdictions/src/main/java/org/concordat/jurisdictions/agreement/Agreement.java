package org.concordat.jurisdictions.agreement;

import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDate;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.concordat.jurisdictions.InvalidPolicyException;
import org.concordat.jurisdictions.Policy;
import org.jspecify.annotations.Nullable;

/**
 * An alliance agreement: terms as data, read once, then immutable. What it does not grant is
 * refused. The format is in {@code docs/agreement.md}.
 *
 * @param begins the first day
 * @param ends the first day on which it holds no more; null for no end
 * @param parties by id, whatever order they were written in
 * @param clauses by id
 * @param modelKeys who can open models at rest; null where only the coordinator can
 */
public record Agreement(
    String name,
    long version,
    LocalDate begins,
    @Nullable LocalDate ends,
    Partnership partnership,
    List<Party> parties,
    List<Clause> clauses,
    Liability liability,
    Exit exit,
    @Nullable ModelKeys modelKeys) {
  public Agreement {
    parties = parties.stream().sorted(Comparator.comparing(Party::id)).toList();
    clauses = clauses.stream().sorted(Comparator.comparing(Clause::id)).toList();
  }

  /**
   * Reads YAML or JSON.
   *
   * @param nameForErrors named in messages; nothing is read from it
   * @throws InvalidPolicyException with every mistake, file and line
   */
  public static Agreement parse(Path nameForErrors, byte[] text) {
    return AgreementReader.read(nameForErrors, text);
  }

  /**
   * Reads an agreement's file; no more than {@link Policy#MAX_BYTES} and one byte are read of it,
   * whatever its size.
   *
   * @throws InvalidPolicyException as {@link #parse}
   */
  public static Agreement read(Path file) throws IOException {
    return parse(file, Policy.bytes(file));
  }

  /** RFC 8785 bytes; parsing them gives an equal agreement. A fresh array. */
  public byte[] canonicalJson() {
    return AgreementJson.canonical(this);
  }

  /** SHA-256 of {@link #canonicalJson}, 64 lower-case hex digits. */
  public String digest() {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(canonicalJson()));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }

  /** Every term in a sentence. */
  public List<String> sentences() {
    return AgreementText.of(this);
  }

  /** Who may do what that it could not before, and every other change, each in a sentence. */
  public List<String> changesTo(Agreement later) {
    return AgreementChanges.between(this, later);
  }

  /**
   * JSON-LD 1.1 in terms of the ODRL 2.2 vocabulary and of a profile for what it has no word for.
   */
  public String toOdrl() {
    return Odrl.of(this);
  }

  public Optional<Clause> clause(String id) {
    return clauses.stream().filter(clause -> clause.id().equals(id)).findFirst();
  }

  public Optional<Party> party(String id) {
    return parties.stream().filter(party -> party.id().equals(id)).findFirst();
  }

  /** Whether it holds on that day. */
  public boolean holdsOn(LocalDate day) {
    return !day.isBefore(begins) && (ends == null || day.isBefore(ends));
  }

  /**
   * Why a job may not run under a clause, in words that name the way out; empty where it may.
   *
   * @param clauseId empty where the job names none
   * @param purpose the job's
   * @param members whose data it uses
   */
  public String denialOfJob(
      String clauseId, String purpose, Collection<String> members, LocalDate day) {
    Optional<Clause> clause = clause(clauseId);
    if (clauseId.isEmpty()) {
      return called() + " is in force, and the job names no clause of it: it has " + ids();
    }
    if (clause.isEmpty()) {
      return called() + " has no clause '" + clauseId + "': it has " + ids();
    }
    if (!clause.get().purposes().contains(purpose)) {
      return "clause '%s' of %s is for %s, not for '%s'"
          .formatted(clauseId, called(), String.join(", ", clause.get().purposes()), purpose);
    }
    for (String member : members) {
      if (party(member).isEmpty()) {
        return noParty(member);
      }
    }
    return holdsOn(day) ? "" : notInForce(day);
  }

  private String noParty(String id) {
    return "'%s' is no party of %s".formatted(id, called());
  }

  /**
   * Why a party may not do something with what was made under a clause; empty where it may.
   *
   * @param left the first day on which it was no party any more; null while it is one
   */
  public String denialOf(
      Right right,
      Work.Kind kind,
      String clauseId,
      String party,
      @Nullable LocalDate left,
      LocalDate day) {
    if (clauseId.isEmpty()) {
      return "it was made under no clause of " + called() + ", which grants nothing in it";
    }
    Optional<Clause> clause = clause(clauseId);
    if (clause.isEmpty()) {
      return called() + " has no clause '" + clauseId + "': it has " + ids();
    }
    if (party(party).isEmpty()) {
      return noParty(party);
    }
    if (!clause.get().work(kind).holders(right).contains(party)) {
      return "clause '%s' of %s does not grant '%s' the right to %s %s"
          .formatted(clauseId, called(), party, right, kind.text());
    }
    if (!holdsOn(day)) {
      return notInForce(day);
    }
    boolean ended = left != null && !day.isBefore(left.plusDays(exit.goesOnDays(right)));
    return ended
        ? "'%s' left on %s, and its right to %s ended %d days after that (%s)"
            .formatted(party, left, right, exit.goesOnDays(right), called())
        : "";
  }

  private String notInForce(LocalDate day) {
    return "%s holds from %s%s, not on %s: agree on another version"
        .formatted(called(), begins, ends == null ? "" : " until before " + ends, day);
  }

  private String called() {
    return "agreement '" + name + "' version " + version;
  }

  private String ids() {
    return String.join(", ", clauses.stream().map(Clause::id).toList());
  }
}
